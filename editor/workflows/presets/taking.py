"""From what is chosen in a document to a preset of its settings."""

from collections.abc import Sequence

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.timeline import timeline_of, track_of
from editor.document.project import Project
from editor.formats.preset.content import (
    AdjustmentsContent,
    AdjustmentStep,
    AppearanceContent,
    Blending,
    CaptionContent,
    ClipColors,
    ClipContent,
    ClipFades,
    ClipPicture,
    ClipSound,
    Content,
    Preset,
    Type,
)
from editor.formats.preset.file import names_in
from editor.model.faces import Beautify, Reshape
from editor.model.raster import AdjustmentLayer, Group, Layer
from editor.model.record import Record
from editor.model.vector import FilterEffect, Node, Painted, TextShape
from editor.model.vector.nodes import EmbedFrame, PictureFrame
from editor.model.vector.nodes import Group as NodeGroup
from editor.model.vector.paints import ContextPaint, PatternPaint
from editor.model.video import Caption, Clip


def chosen_records(project: Project, document: str, keys: Sequence[str] | None = None) -> list[Record]:
    """What is chosen of a document (or `keys` of it), in the order of choosing."""
    found = [project.get(key) for key in (project.selection if keys is None else keys)]
    return [item for item in found if item is not None and project.index.root(item.id) == document]


def has_settings(project: Project, document: str) -> bool:
    """Whether something is chosen whose settings a preset can hold; what exactly, `take_preset` finds out."""
    return any(
        isinstance(item, Clip | Caption | Painted | TextShape | NodeGroup | EmbedFrame | PictureFrame)
        or (isinstance(item, Layer) and bool(adjustments_of(project, [item])))
        for item in chosen_records(project, document)
    )


def take_preset(project: Project, document: str, name: str = "", keys: Sequence[str] | None = None) -> Preset:
    """The settings of what is chosen (or of `keys`), all parts of them. Raises ExpectedError where there are none to
    keep."""
    chosen = chosen_records(project, document, keys)
    clips = [item for item in chosen if isinstance(item, Clip)]
    caption = next((item for item in chosen if isinstance(item, Caption)), None)
    node = next((item for item in chosen if isinstance(item, Node)), None)
    layers = [item for item in chosen if isinstance(item, Layer)]
    if clips:
        content: Content = _clip(project, clips)
    elif caption is not None:
        content = CaptionContent(style=caption.style)
    elif node is not None:
        content = _appearance(node)
    elif layers:
        content = _adjustments(project, layers)
    else:
        raise ExpectedError(
            tr("Nothing is chosen whose settings could be kept."),
            tr("Choose a layer with adjustments, a shape, a clip or a caption."),
        )
    blobs = {key: bytes(project.blobs.get(key)) for key in names_in(content)}
    return Preset(name=name, content=content, blobs=blobs)


def adjustments_of(project: Project, layers: Sequence[Layer]) -> list[AdjustmentLayer]:
    """The adjustment layers among some layers, inside them when they are groups, and clipped to them; lowest first."""
    wanted = set[str]()
    for layer in layers:
        if isinstance(layer, Group):
            wanted.update(project.index.subtree(layer.id))
        wanted.add(layer.id)
        siblings = project.children(layer.parent, Layer) if layer.parent else []
        above = siblings[[item.id for item in siblings].index(layer.id) + 1 :] if not layer.clipped else []
        for other in above:
            if not other.clipped:
                break
            wanted.add(other.id)
    if not wanted:
        return []
    root = project.index.root(layers[0].id)
    found = (project.get(key) for key in project.index.subtree(root) if key in wanted)
    return [item for item in found if isinstance(item, AdjustmentLayer)]


def _adjustments(project: Project, layers: Sequence[Layer]) -> AdjustmentsContent:
    found = adjustments_of(project, layers)
    if not found:
        raise ExpectedError(
            tr("The chosen layers have no adjustments."),
            tr("Choose adjustment layers, a group that holds some, or a layer that some are clipped to."),
        )
    return AdjustmentsContent(steps=tuple(_step(item) for item in found))


def _step(layer: AdjustmentLayer) -> AdjustmentStep:
    """A retouch of one face becomes one of all faces: another picture has faces of its own."""
    adjustment = layer.adjustment
    if isinstance(adjustment, Beautify | Reshape):
        adjustment = msgspec.structs.replace(adjustment, face=None)
    return AdjustmentStep(
        adjustment=adjustment, name=layer.name[:200], opacity=layer.opacity, blend=layer.blend, clipped=layer.clipped
    )


def _clip(project: Project, clips: Sequence[Clip]) -> ClipContent:
    """Picture and colours of the first chosen clip with a picture, the sound of the first one that sounds."""
    seen = next((clip for clip in clips if track_of(project, clip).media == "video"), None)
    heard = next((clip for clip in clips if track_of(project, clip).media == "audio"), None)
    first = seen or heard or clips[0]
    picture = colors = sound = None
    if seen is not None:
        picture = ClipPicture(
            opacity=seen.opacity, placement=seen.placement, opacity_keys=seen.opacity_keys,
            placement_keys=seen.placement_keys, width=timeline_of(project, seen.id).width,
        )  # fmt: skip
        colors = ClipColors(lookup=seen.lookup, strength=seen.lookup_strength)
    if heard is not None:
        sound = ClipSound(volume=heard.volume, pan=heard.pan)
    fades = ClipFades(fade_in=first.fade_in, fade_out=first.fade_out)
    return ClipContent(picture=picture, colors=colors, fades=fades, sound=sound)


def _appearance(node: Node) -> AppearanceContent:
    """Of a text its first letters count. Raises ExpectedError for what only the project of the shape has."""
    styles = node.styles if isinstance(node, Painted) else None
    if isinstance(node, TextShape):
        styles = node.spans[0].styles if node.spans else ()
    if any(isinstance(style.paint, PatternPaint | ContextPaint) for style in styles or ()):
        raise ExpectedError(
            tr("A pattern belongs to its project and cannot be kept in a preset."), tr("Use a colour or a gradient.")
        )
    if any(isinstance(effect, FilterEffect) for effect in node.effects):
        raise ExpectedError(
            tr("A filter out of an SVG file belongs to its project and cannot be kept in a preset."),
            tr("Use a blur, a shadow or a colour effect."),
        )
    return AppearanceContent(
        styles=styles,
        effects=node.effects,  # type: ignore[arg-type]  # no other than those checked above
        blending=Blending(opacity=node.opacity, blend=node.blend),
        letters=_type(node) if isinstance(node, TextShape) and node.spans else None,
    )


def _type(text: TextShape) -> Type:
    style = text.spans[0].style
    return Type(
        family=style.families[0] if style.families else "sans-serif", size=style.size, weight=style.weight,
        slant=style.slant, letter_spacing=style.letter_spacing, word_spacing=style.word_spacing, align=text.align,
        line_height=text.line_height,
    )  # fmt: skip
