"""Faces in a picture as editable points, and the sliders of retouches that follow them."""

from typing import Annotated

import msgspec

from editor.model.record import Record, record
from editor.model.values import RecordId
from render.geometry import Affine, Point, Rect

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Slider = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]
Label = Annotated[str, msgspec.Meta(max_length=500)]
FacePoints = Annotated[tuple[Point, ...], msgspec.Meta(max_length=68)]


@record("raster.face")
class Face(Record, frozen=True, kw_only=True):
    """Child of an image or of one of its layers. `box` and `points` are in pixels of the image: 68 points numbered as
    the Multi-PIE collection numbers them, or 5 (eyes, nose, corners of the mouth). `score` is the finder's own."""

    name: Label = ""
    box: Rect
    points: FacePoints = ()
    score: float = 0.0


class Beautify(msgspec.Struct, frozen=True, tag="beautify"):
    """Skin, eyes and teeth of all faces of the image, or of one (`face`)."""

    smooth_skin: Share = 0.45
    even_tone: Share = 0.3
    redness: Share = 0.2
    shine: Share = 0.25
    eye_brightness: Share = 0.25
    teeth_whitening: Share = 0.3
    eye_sharpness: Share = 0.25
    face: RecordId | None = None


class Reshape(msgspec.Struct, frozen=True, tag="reshape"):
    """The shape of all faces of the image, or of one (`face`); 0 leaves everything as it is."""

    slim_face: Slider = 0.0
    jaw: Slider = 0.0
    chin: Slider = 0.0
    nose_width: Slider = 0.0
    eye_size: Slider = 0.0
    mouth_width: Slider = 0.0
    smile: Slider = 0.0
    forehead: Slider = 0.0
    face: RecordId | None = None


def mapped(face: Face, map_: Affine) -> Face:
    """The face after its image was moved or made larger."""
    points = tuple(map_.apply(point) for point in face.points)
    return msgspec.structs.replace(face, box=map_.bounds(face.box), points=points)
