"""Looking at a file: its thumbnail, its size, its colours and its fingerprint, for every kind that the library knows.

How each is drawn stands in the modules beside this one; they are imported when the first file of their kind comes.
"""

from importlib import import_module
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.kinds import AssetKind, extension_of
from editor.library.looks import Look

VERSION = 3
"""Of thumbnails and facts: assets that were looked at by an older one are looked at again."""
HERE = "editor.workflows.library"

LOOKS: dict[AssetKind, str] = {
    "image": "pictures:look_at_picture",
    "vector": "studio:look_at_document",
    "layout": "papers:look_at_layout",
    "brush": "pictures:look_at_picture",
    "palette": "swatches:look_at_palette",
    "lut": "lookups:look_at_lookup",
    "font": "specimens:look_at_font",
    "sound": "recordings:look_at_sound",
    "clip": "recordings:look_at_clip",
    "model": "studio:look_at_model",
    "material": "materials:look_at_material",
    "template": "studio:look_at_project",
    "preset": "presets:look_at_preset",
    "kit": "swatches:look_at_palette",
    "ai_model": "machines:look_at_ai_model",
    "document": "studio:look_at_project",
    "text": "papers:look_at_text",
}
SAYING: frozenset[AssetKind] = frozenset(("image", "vector", "layout", "clip", "model", "material"))
"""Kinds whose files may say whose they are."""
OF_EXTENSION = {
    **dict.fromkeys(("abr", "gbr", "gih"), "brush_tips:look_at_brushes"),
    "ai": "papers:look_at_pdf",
    "myb": "presets:look_at_preset",
    "atelier-brush": "presets:look_at_preset",
    "atelier-preset": "preset_looks:look_at_preset_file",
    "blend": "pictures:look_at_blender",
    **dict.fromkeys(("dng", "cr2", "nef"), "pictures:look_at_raw"),
    **dict.fromkeys(("bundle", "ora", "kra", "krz", "xcf"), "pictures:look_at_painting"),
}
"""Files that are shown otherwise than their kind."""
CARDS = frozenset((
    "eps", "fbx", "usd", "usdz", "fcpxml", "aaf", "kdenlive", "mlt", "otioz", "pfb",
))  # fmt: skip
"""Kept and searched, and not opened by the studio: a card says what they are. That is no problem of the file."""


def look_at(path: Path, kind: AssetKind) -> Look:
    """Raises ExpectedError when the file cannot be read; a kind that nobody can draw gives an empty look."""
    from render.video.errors import MediaError

    if not path.stat().st_size:
        raise ExpectedError(tr("{name} is empty.", name=path.name))
    extension = extension_of(path)
    named = "papers:plain_card" if extension in CARDS else OF_EXTENSION.get(extension, LOOKS.get(kind, ""))
    if not named:
        return Look()
    module, _, function = named.partition(":")
    try:
        look: Look = getattr(import_module(f"{HERE}.{module}"), function)(path)
    except MediaError as error:
        raise ExpectedError(str(error)) from error
    return with_origin(look, path, kind)


def with_origin(look: Look, path: Path, kind: AssetKind) -> Look:
    """With what the file says of whose it is, as pictures, films, drawings and models do."""
    from editor.formats.provenance.reading import work_of_file
    from editor.library.licences import licence_or_none

    said = work_of_file(path) if kind in SAYING else None
    if said is None:
        return look
    licence = licence_or_none(said.licence)
    return msgspec.structs.replace(look, author=said.author, licence=licence, source=said.source)
