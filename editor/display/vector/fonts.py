"""The font database that drawing uses: the studio's own fonts and those of this person, or those that the display was
given."""

import os
import shutil
from functools import lru_cache
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.engine import Resources
from render.text.fonts import FontDatabase, FontError

OWN = Path(__file__).resolve().parents[3] / "resources" / "fonts"
SUBSTITUTES = {"sans-serif": "Inter", "serif": "Inter", "monospace": "Inter", "cursive": "Inter", "fantasy": "Inter"}


VARIABLE = "ATELIER_FONTS"
"""Names the folder with fonts that this person made available."""


def persons_folders() -> tuple[Path, ...]:
    named = os.environ.get(VARIABLE, "")
    return (Path(named),) if named and Path(named).is_dir() else ()


def has_family(resources: Resources, family: str) -> bool:
    """Whether a family of this name is drawn as itself."""
    wanted = family.casefold()
    return any(wanted == name.casefold() for face in font_database(resources).faces for name in face.families)


def make_available(font: Path, name: str = "") -> str:
    """Keep a copy of a font for all projects of this person, from now on, under `name` where the file's own says
    nothing. The name of its family. Raises ExpectedError for what is no font, and where no folder is named to keep it
    in."""
    folder = os.environ.get(VARIABLE, "")
    if not folder:
        raise ExpectedError(tr("There is no folder for fonts."), tr("ATELIER_FONTS names one."))
    try:
        data = font.read_bytes()
        faces = font_database(Resources()).add_bytes(data)
        Path(folder).mkdir(parents=True, exist_ok=True)
        kept = Path(folder) / (Path(name).name or font.name)
        if not kept.exists() or kept.read_bytes() != data:
            shutil.copyfile(font, kept)
    except (FontError, OSError) as error:
        raise ExpectedError(tr("The font {name} cannot be read.", name=font.name)) from error
    return faces[0].families[0] if faces and faces[0].families else font.stem


def font_database(resources: Resources) -> FontDatabase:
    """Given fonts come alone: what an export draws must not depend on what a machine happens to have."""
    return _load(tuple(resources.fonts), tuple(sorted(resources.families.items())))


@lru_cache(maxsize=8)
def _load(paths: tuple[Path, ...], families: tuple[tuple[str, str], ...]) -> FontDatabase:
    """Reading fonts takes long and gives the same every time."""
    database = FontDatabase(generic=dict(families))
    for path in paths or (OWN, *persons_folders()):
        if path.is_dir():
            database.add_folder(path)
        elif path.is_file():
            database.add_bytes(path.read_bytes())
    if not families and database.faces:
        first = database.faces[0].families[0]
        database.generic = dict.fromkeys(SUBSTITUTES, first)
    return database
