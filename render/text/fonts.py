"""Font faces and a database that finds them by family, weight, stretch and style.

Matching follows CSS Fonts Level 4, section 5.2: stretch first, then style, then weight.
"""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import uharfbuzz as hb

from render.text.style import Slant

GENERIC = ("serif", "sans-serif", "cursive", "fantasy", "monospace")
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


class FontError(ValueError):
    """These bytes are no font that can be read."""


class Metrics(msgspec.Struct, frozen=True, kw_only=True):
    """Vertical measures of a face in units of its em; y grows upwards, so descent is negative."""

    ascent: float
    descent: float
    line_gap: float
    x_height: float
    underline: float
    underline_thickness: float
    strikeout: float
    subscript: float
    superscript: float


class FontFace:
    """One face of a font file, read on first use. Equal by identity."""

    def __init__(self, data: bytes, index: int = 0) -> None:
        try:
            self.hb_face = hb.Face(hb.Blob(data), index)
            self.units = self.hb_face.upem
            self._read_names(data, index)
        except Exception as error:  # fontTools and HarfBuzz raise a dozen kinds for damaged files
            raise FontError("This font file cannot be read.") from error
        self.data = data
        self.index = index
        self._fonts: dict[tuple[tuple[str, float], ...], hb.Font] = {}

    def _read_names(self, data: bytes, index: int) -> None:
        import io

        from fontTools.ttLib import TTFont

        font = TTFont(io.BytesIO(data), fontNumber=index, lazy=True)
        names = font["name"]
        self.families = tuple(
            dict.fromkeys(str(entry) for ident in (16, 1) for entry in names.names if entry.nameID == ident)
        )
        self.post_script_name = names.getDebugName(6) or ""
        os2 = font.get("OS/2")
        self.weight = int(os2.usWeightClass) if os2 else 400
        self.stretch = int(os2.usWidthClass) if os2 else 5
        self.slant = _slant(font, os2)
        self.metrics = _metrics(font, os2)
        self.axes = tuple(axis.axisTag for axis in font["fvar"].axes) if "fvar" in font else ()
        self.has_color = any(tag in font for tag in ("COLR", "CBDT", "sbix", "SVG "))
        self._characters: frozenset[int] = frozenset(font.getBestCmap() or ())

    def has_character(self, character: str) -> bool:
        return ord(character) in self._characters

    def font(self, variations: tuple[tuple[str, float], ...] = ()) -> hb.Font:
        """The HarfBuzz font at one unit of size per unit of the em's grid."""
        found = self._fonts.get(variations)
        if found is None:
            found = self._fonts[variations] = hb.Font(self.hb_face)
            found.scale = (self.units, self.units)
            known = {tag: value for tag, value in variations if tag in self.axes}
            if known:
                found.set_variations(known)
        return found

    @functools.cached_property
    def typeface(self) -> object:
        """Skia's object for the same file, for PDF and colour glyphs; None when Skia cannot read it."""
        import skia

        # A manager without system fonts: asking fontconfig takes long, and its answers differ between machines.
        return skia.FontMgr.New_Custom_Empty().makeFromData(skia.Data(self.data), self.index)


def _slant(font: object, os2: object) -> Slant:
    selection = getattr(os2, "fsSelection", 0)
    if selection & 0x200:
        return "oblique"
    italic = bool(selection & 1) or bool(font["head"].macStyle & 2)  # type: ignore[index]
    return "italic" if italic else "normal"


def _metrics(font: object, os2: object) -> Metrics:
    """hhea's measures, or those of OS/2 where the font asks for them or hhea has none."""
    hhea, post = font["hhea"], font["post"]  # type: ignore[index]
    em = font["head"].unitsPerEm  # type: ignore[index]
    ascent, descent, gap = hhea.ascent, hhea.descent, hhea.lineGap
    typographic = os2 is not None and bool(os2.fsSelection & 0x80)  # type: ignore[attr-defined]
    if os2 is not None and (typographic or (not ascent and not descent)):
        ascent, descent, gap = os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap  # type: ignore[attr-defined]
    x_height = getattr(os2, "sxHeight", 0) or ascent * 0.45
    thickness = post.underlineThickness or em / 12
    return Metrics(
        ascent=ascent / em, descent=descent / em, line_gap=gap / em, x_height=x_height / em,
        underline=(post.underlinePosition or -em / 9) / em, underline_thickness=thickness / em,
        strikeout=(getattr(os2, "yStrikeoutPosition", 0) or x_height / 2) / em,
        subscript=(getattr(os2, "ySubscriptYOffset", 0) or em * 0.2) / em,
        superscript=(getattr(os2, "ySuperscriptYOffset", 0) or em * 0.4) / em,
    )  # fmt: skip


class FontDatabase:
    """Faces in the order given; `generic` says which family stands for serif, sans-serif and the like."""

    def __init__(self, faces: Iterable[FontFace] = (), generic: Mapping[str, str] | None = None) -> None:
        self.faces = list(faces)
        self.generic = dict(generic or {})
        self._found: dict[object, FontFace | None] = {}

    def add_bytes(self, data: bytes) -> list[FontFace]:
        """Every face of a file; raises FontError."""
        added = [FontFace(data, index) for index in range(max(1, min(_face_count(data), 64)))]
        self.faces += added
        self._found.clear()
        return added

    def add_folder(self, folder: Path) -> list[Path]:
        """Every font below a folder, in the order of their names; gives back the files that could not be read."""
        refused = []
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                try:
                    self.add_bytes(path.read_bytes())
                except (FontError, OSError):
                    refused.append(path)
        return refused

    def match(
        self, families: tuple[str, ...], weight: int = 400, stretch: int = 5, slant: Slant = "normal"
    ) -> FontFace | None:
        """The best face of the first family that is there; None when there is none."""
        key = (families, weight, stretch, slant)
        if key not in self._found:
            self._found[key] = self._match(families, weight, stretch, slant)
        return self._found[key]

    def _match(self, families: tuple[str, ...], weight: int, stretch: int, slant: Slant) -> FontFace | None:
        for family in families:
            wanted = self.generic.get(family.lower(), family) if family.lower() in GENERIC else family
            faces = [face for face in self.faces if wanted.lower() in (name.lower() for name in face.families)]
            if not faces:
                faces = [face for face in self.faces if face.post_script_name.lower() == wanted.lower()]
            if faces:
                return _nearest(faces, weight, stretch, slant)
        return None

    def default(self, weight: int = 400, stretch: int = 5, slant: Slant = "normal") -> FontFace | None:
        """What stands in for a family that is not there: serif, then sans-serif, then the first face."""
        found = self.match(("serif", "sans-serif"), weight, stretch, slant)
        return found or (self.faces[0] if self.faces else None)

    def fallback(self, character: str, like: FontFace | None) -> FontFace | None:
        """A face that has a character, the nearest in style to `like` first."""
        key = ("fallback", character, id(like))
        if key not in self._found:
            having = [face for face in self.faces if face.has_character(character)]
            if like is not None:
                having.sort(key=lambda face: _unlikeness(face, like))
            self._found[key] = having[0] if having else None
        return self._found[key]


def _unlikeness(face: FontFace, like: FontFace) -> tuple[bool, int, bool]:
    return (face.slant != like.slant, abs(face.weight - like.weight), face.stretch != like.stretch)


def _face_count(data: bytes) -> int:
    return int.from_bytes(data[8:12], "big") if data[:4] == b"ttcf" else 1


def _nearest(faces: list[FontFace], weight: int, stretch: int, slant: Slant) -> FontFace:
    order = {
        "normal": ("normal", "oblique", "italic"),
        "italic": ("italic", "oblique", "normal"),
        "oblique": ("oblique", "italic", "normal"),
    }[slant]

    def distance(face: FontFace) -> tuple[object, ...]:
        narrower_first = face.stretch <= stretch if stretch <= 5 else face.stretch >= stretch
        near = (not narrower_first, abs(face.stretch - stretch))
        return (*near, order.index(face.slant), *_weight_distance(face.weight, weight))

    return min(faces, key=distance)


def _weight_distance(have: int, want: int) -> tuple[int, int]:
    """CSS's order of preference among weights: (group, distance within it)."""
    if have == want:
        return (0, 0)
    if 400 <= want <= 500:
        if want < have <= 500:
            return (1, have - want)
        return (2, want - have) if have < want else (3, have - want)
    lighter = have < want
    return (1 if lighter == (want < 400) else 2, abs(have - want))
