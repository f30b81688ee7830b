"""The font database that drawing uses: the studio's own fonts, then those that the display was given."""

from functools import lru_cache
from pathlib import Path

from editor.display.engine import Resources
from render.text.fonts import FontDatabase

OWN = Path(__file__).resolve().parents[3] / "resources" / "fonts"
SUBSTITUTES = {"sans-serif": "Inter", "serif": "Inter", "monospace": "Inter", "cursive": "Inter", "fantasy": "Inter"}


def font_database(resources: Resources) -> FontDatabase:
    """Given fonts come alone: what an export draws must not depend on what a machine happens to have."""
    return _load(tuple(resources.fonts), tuple(sorted(resources.families.items())))


@lru_cache(maxsize=8)
def _load(paths: tuple[Path, ...], families: tuple[tuple[str, str], ...]) -> FontDatabase:
    """Reading fonts takes long and gives the same every time."""
    database = FontDatabase(generic=dict(families))
    for path in paths or (OWN,):
        if path.is_dir():
            database.add_folder(path)
        elif path.is_file():
            database.add_bytes(path.read_bytes())
    if not families and database.faces:
        first = database.faces[0].families[0]
        database.generic = dict.fromkeys(SUBSTITUTES, first)
    return database
