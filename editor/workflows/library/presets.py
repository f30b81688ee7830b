"""Presets and recipes: a card with their name and what they do, in the file's own words."""

import json
import re
import tomllib
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.kinds import extension_of
from editor.library.looks import Look
from editor.workflows.library.cards import card
from editor.workflows.library.pictured import as_webp
from editor.workflows.library.small_pictures import small_picture

MOST_BYTES = 1 << 20
AMBER = 0xFFE0A34A
XMP_NAME = re.compile(r"<crs:Name>.*?<rdf:li[^>]*>([^<]{1,80})<", re.DOTALL)
XMP_SET = re.compile(r'crs:(\w+)="([+-]?[\d.]+)"')


def look_at_preset(path: Path) -> Look:
    """Raises ExpectedError when the file is not what its name says."""
    beside = path.with_name(f"{path.stem}_prev.png")  # a brush of MyPaint has its picture beside it
    if extension_of(path) == "myb" and beside.is_file():
        return Look(thumbnail=as_webp(small_picture(beside).pixels))
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES)
    try:
        name, lines = _read(path, data)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise ExpectedError(tr("The preset {name} is damaged.", name=path.name)) from error
    label = extension_of(path).removeprefix("atelier-").upper()[:8]
    return Look(thumbnail=as_webp(card(label, [name, *lines][:4], AMBER)))


def _read(path: Path, data: bytes) -> tuple[str, list[str]]:
    """A name and what it does, a line each."""
    text = data.decode("utf-8")
    extension = extension_of(path)
    if extension == "xmp":
        name = XMP_NAME.search(text)
        values = [f"{key.removesuffix('2012')} {value}" for key, value in XMP_SET.findall(text) if float(value)]
        return (name[1] if name else path.stem), values[:3]
    if extension == "atelier-recipe":
        recipe = tomllib.loads(text)
        return str(recipe.get("name", path.stem)), [" ".join(map(str, step[:2])) for step in recipe["steps"][:3]]
    found = json.loads(text)
    return str(found.get("name") or found.get("comment") or path.stem)[:60], []
