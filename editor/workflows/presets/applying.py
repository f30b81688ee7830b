"""A preset on its way onto a document: one edit, made of the commands that anyone would use for it.

    adjustments   layers above the chosen layer of an image, or the settings of the chosen adjustment layers where the
                  preset is of one adjustment of their kind
    clip          picture, colours, fades and sound of clips, each where there is a picture or a sound
    caption       how captions are written
    appearance    fills, strokes, effects, blending and type of shapes and texts

What is meant is what lies where the preset fell, else what is chosen; what does not fit is refused in a sentence.
"""

from typing import Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.preset.content import (
    AdjustmentsContent,
    AdjustmentStep,
    AppearanceContent,
    CaptionContent,
    ClipContent,
    Preset,
)
from editor.library.asset import Asset
from editor.model.faces import Beautify, Face, Reshape
from editor.model.raster import AdjustmentLayer, Layer
from editor.model.record import DocumentRecord
from editor.workflows.library.origins import note_origins
from editor.workflows.library.placing import Spot
from editor.workflows.presets.applying_clips import put_on_captions, put_on_clips
from editor.workflows.presets.applying_shapes import put_on_nodes
from editor.workflows.presets.taking import chosen_records

FAMILIES = {"adjustments": "raster", "clip": "video", "caption": "video", "appearance": "vector"}
LABEL = "Apply preset"
OnDocuments = AdjustmentsContent | ClipContent | CaptionContent | AppearanceContent


def apply_preset(
    project: Project, preset: Preset, host: str, spot: Spot = Spot(), asset: Asset | None = None
) -> tuple[str, ...]:
    """What was made or changed; nothing is when it raises ExpectedError. `asset` is noted as the origin of layers."""
    shown = project.get(host) if host else None
    family = shown.family if isinstance(shown, DocumentRecord) else ""
    content = preset.content
    if not isinstance(content, OnDocuments):
        raise ValueError("a preset that is put on no document")
    with project.transaction(LABEL):
        _check_family(preset, family)
        for data in preset.blobs.values():
            project.blobs.put(data)
        records = _put(project, content, host, spot)
        if asset is not None and isinstance(content, AdjustmentsContent):
            note_origins(project, records, asset)
    return records


def _put(project: Project, content: OnDocuments, host: str, spot: Spot) -> tuple[str, ...]:
    if isinstance(content, AdjustmentsContent):
        return _put_adjustments(project, content, host, spot)
    if isinstance(content, ClipContent):
        return put_on_clips(project, content, host, spot)
    if isinstance(content, CaptionContent):
        return put_on_captions(project, content, host, spot)
    return put_on_nodes(project, content, host, spot)


def needs_faces(project: Project, preset: Preset, host: str) -> bool:
    """Whether a retouch of faces shows nothing, for the image's faces are not known."""
    content = preset.content
    retouches = isinstance(content, AdjustmentsContent) and any(
        isinstance(step.adjustment, Beautify | Reshape) for step in content.steps
    )
    return retouches and not any(project.index.root(key) == host for key in project.index.of_type(Face))


def _check_family(preset: Preset, family: str) -> None:
    tag = str(preset.content.__struct_config__.tag)
    if FAMILIES[tag] == family:
        return
    sentence, remedy = {
        "raster": (
            tr("The preset {name} holds adjustments of an image.", name=preset.name), tr("Open an image first.")
        ),
        "video": (
            tr("The preset {name} is for clips and captions of a timeline.", name=preset.name),
            tr("Open a timeline first."),
        ),
        "vector": (
            tr("The preset {name} is for shapes and texts on a page.", name=preset.name), tr("Open a drawing first.")
        ),
    }[FAMILIES[tag]]  # fmt: skip
    raise ExpectedError(sentence, remedy)


def _put_adjustments(project: Project, content: AdjustmentsContent, host: str, spot: Spot) -> tuple[str, ...]:
    keys = (spot.node,) if spot.node else None
    layers = [item for item in chosen_records(project, host, keys) if isinstance(item, Layer)]
    same = [item for item in layers if isinstance(item, AdjustmentLayer)]
    first = content.steps[0]
    if (
        len(content.steps) == 1 and same and len(same) == len(layers) and spot.at is None
        and all(type(item.adjustment) is type(first.adjustment) for item in same)
    ):  # fmt: skip
        return _set_adjustment(project, same, first)
    return _add_adjustments(project, content, host, layers)


def _set_adjustment(project: Project, layers: list[AdjustmentLayer], step: AdjustmentStep) -> tuple[str, ...]:
    """Layers keep their names, their masks and what they are clipped to."""
    for layer in layers:
        _check_unlocked(layer)
    keys = tuple(item.id for item in layers)
    values = {"adjustment": step.adjustment, "opacity": step.opacity, "blend": step.blend}
    run(project, "project.set_fields", records=keys, values=values)
    return keys


def _add_adjustments(
    project: Project, content: AdjustmentsContent, host: str, layers: list[Layer]
) -> tuple[str, ...]:
    """Above the topmost chosen layer and what is clipped to it, so that nothing loses what it was clipped to."""
    places = {key: place for place, key in enumerate(project.index.subtree(host))}
    above = max((item.id for item in layers), key=lambda key: places[key], default=None)
    if above is None:
        above = next((item.id for item in reversed(project.children(host, Layer))), None)
    if above is not None:
        siblings = project.children(project.find(above, Layer).parent or host, Layer)
        for item in siblings[[one.id for one in siblings].index(above) + 1 :]:
            if not item.clipped:
                break
            above = item.id
    made: list[str] = []
    for step in content.steps:
        above = run(
            project, "raster.add_adjustment", document=host, adjustment=step.adjustment, name=step.name, above=above,
            clipped=step.clipped and above is not None,
        )  # fmt: skip
        assert above is not None
        made.append(above)
        changes: dict[str, Any] = {"opacity": step.opacity, "blend": step.blend}
        if changes != {"opacity": 1.0, "blend": "normal"}:
            run(project, "project.set_fields", records=(above,), values=changes)
    project.select(tuple(made))
    return tuple(made)


def _check_unlocked(layer: Layer) -> None:
    if layer.locked:
        raise ExpectedError(tr("The layer {name} is locked.", name=layer.name))
