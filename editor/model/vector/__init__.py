"""Records of vector documents: pages, groups, shapes, text, pictures, live links, and the resources that they share."""

from editor.model.vector.document import (
    ClipResource,
    FilterResource,
    MarkerResource,
    MaskResource,
    Page,
    PatternResource,
    Resource,
    VectorDocument,
)
from editor.model.vector.effects import (
    BlurEffect,
    ColorEffect,
    Effect,
    FilterEffect,
    FilterStep,
    ShadowEffect,
)
from editor.model.vector.nodes import (
    Contour,
    EllipseShape,
    EmbedFrame,
    Group,
    Markers,
    Node,
    NodeKind,
    Painted,
    PathNode,
    PathShape,
    PictureFrame,
    RectangleShape,
)
from editor.model.vector.paints import (
    ContextPaint,
    FillStyle,
    LinearPaint,
    Paint,
    PatternPaint,
    RadialPaint,
    SolidPaint,
    StrokeStyle,
    Style,
    SweepPaint,
)
from editor.model.vector.text import Decoration, SpanData, TextShape

__all__ = [
    "BlurEffect", "ClipResource", "ColorEffect", "ContextPaint", "Contour", "Decoration", "Effect", "EllipseShape",
    "EmbedFrame", "FillStyle", "FilterEffect", "FilterResource", "FilterStep", "Group", "LinearPaint",
    "MarkerResource", "Markers", "MaskResource", "Node", "NodeKind", "Page", "Paint", "Painted", "PathNode",
    "PathShape", "PatternPaint", "PatternResource", "PictureFrame", "RadialPaint", "RectangleShape", "Resource",
    "ShadowEffect", "SolidPaint", "SpanData", "StrokeStyle", "Style", "SweepPaint", "TextShape", "VectorDocument",
]  # fmt: skip
