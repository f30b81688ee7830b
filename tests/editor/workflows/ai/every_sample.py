"""A small document for each family, made with commands alone, so that a project that holds it replays."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.registry import ImportOptions, import_file
from editor.model.vector import Page
from editor.workflows.ai.pictures import Picture, put_layer, put_selection
from ml.sound.onsets import RATE
from tests.ml.sound.sounds import rhythm
from tests.render.video.clips import make_wave

SIDE = 224
TEXT = (
    "Marie Curie was born in Warsaw in 1867. She discovered radium in Paris with Pierre Curie. "
    "The discovery was wonderful, and the whole world admired her work. She died in France in 1934."
)


def photo(corpora: Path) -> np.ndarray:
    """A portrait, (SIDE, SIDE, 4) float32."""
    [path] = list(corpora.glob("photos/**/data/astronaut.png"))[:1]
    with Image.open(path) as image:
        small = image.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small, np.float32) / 255


def raster(corpora: Path) -> tuple[Project, str]:
    """A portrait as the chosen layer above a white one, and a rectangle selected."""
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Portrait", width=SIDE, height=SIDE)
    with project.transaction("Sample"):
        put_layer(project, document, Picture(photo(corpora)), "Photo")
        coverage = np.zeros((SIDE, SIDE), np.float32)
        coverage[20:50, 150:190] = 1.0
        put_selection(project, document, coverage, 0, 0)
    return project, document


def two_faces(corpora: Path) -> tuple[Project, str]:
    """The portrait and its mirror image side by side."""
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Pair", width=2 * SIDE, height=SIDE)
    one = photo(corpora)
    with project.transaction("Sample"):
        put_layer(project, document, Picture(np.concatenate([one, one[:, ::-1]], axis=1)), "Photo")
    return project, document


def video(corpora: Path) -> tuple[Project, str]:
    """A timeline with one clip of speech."""
    project = Project.in_memory()
    [sound] = sorted(corpora.glob("**/spk1_snt1.wav"))[:1]
    [document] = import_file(project, sound, ImportOptions(name="Talk")).documents
    return project, document


def vector(corpora: Path) -> tuple[Project, str]:
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Letter", width=400.0, height=300.0)
    page = project.children(document, Page)[0].id
    run(project, "vector.add_text", parent=page, x=20.0, y=40.0, text=TEXT)
    return project, document


def scene(corpora: Path) -> tuple[Project, str]:
    project = Project.in_memory()
    document = run(project, "scene.new_document", name="Scene")
    run(project, "scene.add_shape", document=document)
    return project, document


def captioned(corpora: Path) -> tuple[Project, str]:
    """A film with captions of two subjects."""
    project = Project.in_memory()
    document = run(project, "video.new_document", name="Lecture")
    subjects = ("The garden has roses and tulips in its beds.", "A rocket burns its fuel far above the launch pad.")
    captions = tuple(
        {"start": 3 * number, "duration": 2, "text": f"{subjects[number // 8]} {number}"} for number in range(16)
    )
    run(project, "video.add_captions", document=document, captions=captions)
    return project, document


def music(corpora: Path) -> tuple[Project, str]:
    """A timeline with one clip of a drum at 120 beats a minute."""
    project = Project.in_memory()
    path = project.media.folder / "drum.wav"
    make_wave(path, rhythm(np.arange(0.5, 9.5, 0.5), 10.0, 0.5), RATE)
    [document] = import_file(project, path, ImportOptions(name="Drum")).documents
    return project, document


SAMPLES = {"raster": raster, "video": video, "vector": vector, "scene": scene, "": raster}
OWN_SAMPLES = {
    "swap_faces": two_faces, "keywords": vector, "summary": vector, "mood": vector, "names_and_places": vector,
    "chapters": captioned, "beats": music,
}
"""Tools that need something that the sample of their family has not."""


def chosen(project: Project) -> tuple[str, ...]:
    """What a person would have selected: the newest layer or clip."""
    return project.selection


def options_for(kind: type[msgspec.Struct]) -> Any:
    """The usual options; a text where one is asked for, as little work as possible."""
    known: dict[str, Any] = {
        "text": "Good morning. This is a test.", "prompt": "a red boat", "words": "a face", "reference": "Photo",
        "boxes": ((60.0, 10.0, 170.0, 224.0),),
    }
    small: dict[str, Any] = {"steps": 2}
    names = {field.name for field in msgspec.structs.fields(kind)}
    return kind(**{name: value for name, value in {**known, **small}.items() if name in names})


MOMENT = Fraction(0)
