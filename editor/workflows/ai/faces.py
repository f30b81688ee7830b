"""Faces: find them, their points, beautify, swap."""

from __future__ import annotations

from typing import Annotated

import msgspec

from editor.model.faces import Label, Share
from editor.workflows.ai.tool import Tool, add

Levels = Annotated[int, msgspec.Meta(ge=1, le=4)]
Number = Annotated[int, msgspec.Meta(ge=0, le=99)]


class FindFaces(msgspec.Struct, frozen=True, kw_only=True):
    """`sensitivity`: more finds more, and more that is no face. `detail`: each step up finds faces half as large.
    `leaning_heads` also looks at the picture turned by 30 degrees to both sides."""

    sensitivity: Share = 0.5
    detail: Levels = 2
    leaning_heads: bool = False
    replace_old: bool = True


class BeautifyFaces(msgspec.Struct, frozen=True, kw_only=True):
    """How strong the first setting is; every slider can be moved afterwards."""

    strength: Share = 0.5
    reshape: bool = True
    layer_for_each_face: bool = False


class SwapFaces(msgspec.Struct, frozen=True, kw_only=True):
    """`face` of this image, from 1, is replaced by `other_face`; both 0: the selected two, or the first two, change
    places. `take_from` names another image of the project, or a layer of this one, that the other face comes from;
    empty: this image."""

    face: Number = 0
    other_face: Number = 0
    take_from: Label = ""
    match_colour: Share = 0.8
    keep_light: bool = True


add(Tool(
    name="find_faces", label="Find faces",
    summary="Find faces and their points, to retouch by and to edit by hand.",
    family="raster", work="editor.workflows.ai.faces_work:find_faces", tasks=("face_detection", "face_landmarks"),
    built_in="Gradient histograms and regression trees", options=FindFaces, section="Faces",
    makes="Editable points on each face", preview="none",
))  # fmt: skip
add(Tool(
    name="beautify", label="Beautify faces",
    summary="Even skin, brighter eyes and whiter teeth, and a shape to adjust, as layers that stay live.",
    family="raster", work="editor.workflows.ai.faces_work:beautify", tasks=("face_detection",),
    built_in="Skin, eyes and teeth by the points of each face", options=BeautifyFaces, section="Faces",
    makes="Adjustment layers that follow each face",
))  # fmt: skip
add(Tool(
    name="swap_faces", label="Swap faces",
    summary="Put one face in the place of another: warped, matched in colour and blended.",
    family="raster", work="editor.workflows.ai.faces_swap_work:swap_faces", tasks=("face_detection",),
    built_in="Landmark warp and Poisson blending", options=SwapFaces, section="Faces", makes="A new layer",
    consent="Every person whose face is used here has agreed to it, and I will say that the picture is altered.",
))  # fmt: skip
