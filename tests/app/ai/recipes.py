"""For each AI tool: what to open, what to choose in its dialog, and what stands there afterwards.

Every tool must have a recipe: the test that goes through them finds one that has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.registry import ImportOptions, import_file
from editor.model.raster import Layer, Mask, Selection
from editor.model.vector import Page
from ml.catalogue.store import ModelStore
from ml.sound.onsets import RATE as MUSIC_RATE
from render.geometry import Rect
from tests.ml.generation.tiny_folder import Kind, make_folder
from tests.ml.sound.sounds import rhythm
from tests.render.video.clips import make_wave

TEXT = (
    "Marie Curie was born in Warsaw in 1867. She discovered radium in Paris with Pierre Curie. "
    "The discovery was wonderful, and the whole world admired her work. She died in France in 1934."
)
Sample = Callable[[Project, Path, int], str]
Check = Callable[[Project, str], object]

SENTENCES = (
    "The garden needs water every morning.",
    "Roses and lavender grow well beside the wall.",
    "Plant the seeds of the garden in March.",
    "Now we go into the kitchen and bake bread.",
    "The oven must be hot before the bread goes in.",
    "Flour, salt and yeast make the bread rise.",
)


@dataclass(frozen=True)
class Recipe:
    """`sample` fills an empty project from the corpora at a size and gives the document to show. `options` are put into
    the dialog by hand. `install` puts a model into the store and gives its name. `check` is asked about the document
    after the run. `finds` says that rows are shown instead of an edit."""

    sample: Sample
    options: dict[str, Any] = field(default_factory=dict)
    install: Callable[[ModelStore, Path], str] | None = None
    check: Check = lambda project, document: True
    finds: bool = False


# Samples


def photo_file(corpora: Path, name: str = "astronaut") -> Path:
    [path] = list(corpora.glob(f"photos/**/data/{name}.png"))[:1]
    return path


def pixels(corpora: Path, side: int, name: str = "astronaut") -> np.ndarray:
    """A photograph, (side, side, 4) float32."""
    with Image.open(photo_file(corpora, name)) as image:
        square = image.convert("RGBA")
        small = square.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(small, np.float32) / 255


def photo(project: Project, corpora: Path, side: int) -> str:
    return _place(project, "Portrait", pixels(corpora, side))


def two_photos(project: Project, corpora: Path, side: int) -> str:
    """The portrait on top, and another image to take the look of."""
    _place(project, "Chelsea", pixels(corpora, min(side, 512), "chelsea"))
    return _place(project, "Portrait", pixels(corpora, side))


def pair(project: Project, corpora: Path, side: int) -> str:
    """The portrait and its mirror image side by side."""
    one = pixels(corpora, side)
    return _place(project, "Pair", np.concatenate([one, one[:, ::-1]], axis=1))


def with_box(project: Project, corpora: Path, side: int) -> str:
    """The portrait with a rectangle selected around the rocket behind her."""
    document = photo(project, corpora, side)
    box = Rect(side * 0.68, side * 0.05, side * 0.14, side * 0.3)
    run(project, "raster.select_rectangle", document=document, rect=box)
    return document


def _place(project: Project, name: str, rgba: np.ndarray) -> str:
    from editor.workflows.ai.pictures import Picture, put_layer

    height, width = rgba.shape[:2]
    document: str = run(project, "raster.new_document", name=name, width=width, height=height)
    with project.transaction("Sample"):
        layer = put_layer(project, document, Picture(rgba), "Photo")
        project.select((layer,))
    return document


def talk(project: Project, corpora: Path, side: int) -> str:
    [sound] = sorted(corpora.glob("audio/**/spk1_snt1.wav"))[:1]
    [document] = import_file(project, sound, ImportOptions(name="Talk")).documents
    return document


def drum(project: Project, corpora: Path, side: int) -> str:
    """Ten seconds of a drum at 120 beats a minute: talk has no beat, and the tool says so."""
    assert project.media is not None
    project.media.folder.mkdir(parents=True, exist_ok=True)
    path = make_wave(project.media.folder / "drum.wav", rhythm(np.arange(0.5, 9.5, 0.5), 10.0, 0.5), MUSIC_RATE)
    [document] = import_file(project, path, ImportOptions(name="Drum")).documents
    return document


def captioned(project: Project, corpora: Path, side: int) -> str:
    """Captions about two things."""
    document: str = run(project, "video.new_document", name="Lesson", width=64, height=36)
    for place, sentence in enumerate(SENTENCES * 3):
        run(project, "video.add_caption", document=document, text=sentence, start=Fraction(place), duration=Fraction(1))
    return document


def letter(project: Project, corpora: Path, side: int) -> str:
    document: str = run(project, "vector.new_document", name="Letter", width=400.0, height=300.0)
    page = project.children(document, Page)[0].id
    key = run(project, "vector.add_text", parent=page, x=20.0, y=40.0, text=TEXT)
    project.select((key,))
    return document


# Models


def tiny_generator(store: ModelStore, folder: Path) -> str:
    """A complete image generator of a few kilobytes."""
    place = folder / "tiny"
    make_folder(place, Kind(scheduler="EulerDiscreteScheduler"))
    return store.import_file(place, "generate", "tiny").name


def negative_style(store: ModelStore, folder: Path) -> str:
    """A style model that turns a picture into its negative."""
    white = numpy_helper.from_array(np.array(255.0, np.float32), "white")
    node = helper.make_node("Sub", ["white", "picture"], ["styled"])
    shape = [1, 3, "height", "width"]
    graph = helper.make_graph(
        [node],
        "negative",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("styled", TensorProto.FLOAT, shape)],
        [white],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path = folder / "negative.onnx"
    onnx.save(model, str(path))
    return store.import_file(path, "style").name


# Checks


def layers(project: Project, document: str) -> list[Layer]:
    return project.children(document, Layer)


def more_layers(count: int) -> Check:
    """So many layers as before and these on top."""
    return lambda project, document: len(layers(project, document)) == 2 + count


def has_mask(project: Project, document: str) -> bool:
    return any(project.children(layer.id, Mask) for layer in layers(project, document))


def has_selection(project: Project, document: str) -> bool:
    return bool(project.children(document, Selection))


def is_larger(project: Project, document: str) -> bool:
    sizes = [item.width for item in project.documents() if hasattr(item, "width")]
    return len(sizes) == 2 and max(sizes) == 2 * min(sizes)


WORDS = {"prompt": "red", "steps": 2, "guidance": 1.0}
RECIPES: dict[str, Recipe] = {
    "remove_background": Recipe(photo, {"feather": 1.0}, check=has_mask),
    "select_object": Recipe(with_box, {"feather": 2.0}, check=has_selection),
    "find_faces": Recipe(photo, {"sensitivity": 0.6}),
    "beautify": Recipe(photo, {"strength": 0.8}),
    "swap_faces": Recipe(pair, {"match_colour": 0.5}),
    "denoise": Recipe(photo, {"light": 1.5}, check=more_layers(1)),
    "remove_object": Recipe(with_box, {"grow": 2}, check=more_layers(1)),
    "depth_blur": Recipe(photo, {"depth": "top_to_bottom", "aperture": 12.0}),
    "oil_paint": Recipe(photo, {}, check=more_layers(1)),
    "watercolour": Recipe(photo, {"paper": 0.8}, check=more_layers(1)),
    "pencil": Recipe(photo, {"colour": 0.5}, check=more_layers(1)),
    "cartoon": Recipe(photo, {"tones": 6}, check=more_layers(1)),
    "mosaic": Recipe(photo, {"cells": "hexagons"}, check=more_layers(1)),
    "duotone": Recipe(photo, {"contrast": 0.5}, check=more_layers(1)),
    "transfer_look": Recipe(two_photos, {"reference": "Chelsea", "strength": 0.8}, check=more_layers(1)),
    "neural_style": Recipe(photo, {"size": 256}, negative_style, more_layers(1)),
    "enlarge": Recipe(photo, {"enlargement": 2}, check=is_larger),
    "generate_image": Recipe(photo, {**WORDS, "width": 64, "height": 64}, tiny_generator, more_layers(1)),
    "change_image": Recipe(photo, WORDS, tiny_generator, more_layers(1)),
    "fill_with_words": Recipe(with_box, WORDS, tiny_generator, more_layers(1)),
    "captions": Recipe(talk, {"lines_at_once": 1}),
    "speak": Recipe(talk, {"text": "Good morning.", "captions": True}),
    "find_speech": Recipe(talk, {"sensitivity": 0.6}),
    "clean_speech": Recipe(talk, {"strength": 0.5}),
    "beats": Recipe(drum, {"mark": "bars"}),
    "keywords": Recipe(letter, {"count": 8}),
    "summary": Recipe(letter, {"sentences": 2}),
    "mood": Recipe(letter, {"language": "english"}),
    "names_and_places": Recipe(letter, {"count": 20}),
    "chapters": Recipe(captioned, {"chapters": 2}),
    "find_pictures": Recipe(two_photos, {"words": "Photo", "like": "layer"}, finds=True),
}
