"""Pictures of the studio's own templates: drawn once, kept in a folder under what they show."""

import hashlib
from fractions import Fraction
from pathlib import Path

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import language
from editor.document.project import Project
from editor.workflows.templates.built_in import BuiltIn, make

SIDE = 480
VERSION = "1"


def picture_path(folder: Path, template: BuiltIn) -> Path:
    """Another script or another language is another picture."""
    said = VERSION.encode() + language().encode() + msgspec.json.encode(template.script)
    return folder / f"{template.key}-{hashlib.blake2b(said, digest_size=8).hexdigest()}.webp"


def draw_picture(folder: Path, template: BuiltIn) -> Path:
    """The picture's file; drawn if it is not there yet."""
    path = picture_path(folder, template)
    if path.exists():
        return path
    from PIL import Image

    from editor.display.display import Display
    from render.kernels.convert import unpremultiply

    project = Project.in_memory()
    document = make(project, template)
    display = Display(project)
    try:
        width, height = display.size(document)
        scale = SIDE / max(width, height)
        moment = Fraction(template.script.moment).limit_denominator(100)
        pixels = display.render_whole(document, scale, time=moment)
    finally:
        display.close()
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    try:
        Image.fromarray(unpremultiply(np.ascontiguousarray(pixels))).save(partial, "WEBP", quality=90, method=2)
        partial.replace(path)
    except OSError as error:
        raise ExpectedError(str(error.strerror or error)) from error
    return path
