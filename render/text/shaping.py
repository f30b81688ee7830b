"""Characters to clusters of glyphs: runs of one face, script and direction, shaped by HarfBuzz."""

import unicodedata

import msgspec
import uharfbuzz as hb

from render.text import bidi
from render.text.fonts import FontDatabase, FontFace
from render.text.style import TextStyle


class Glyph(msgspec.Struct, frozen=True):
    """One glyph, with its offset from the cluster's start in user units, y upwards."""

    index: int
    x: float
    y: float


class Cluster(msgspec.Struct, kw_only=True):
    """Characters `start` to `end` and the glyphs that show them, in visual order. Lengths are in user units."""

    start: int
    end: int
    span: int
    face: FontFace
    size: float
    variations: tuple[tuple[str, float], ...]
    glyphs: list[Glyph]
    advance: float
    width: float = 0.0
    level: int = 0
    stretch_x: float = 1.0


def shape(
    text: str, owners: list[int], styles: list[TextStyle], fonts: FontDatabase, direction: bidi.Base = "ltr",
    override: bool = False,
) -> list[Cluster]:  # fmt: skip
    """Clusters in visual order. `owners[i]` is the index of the style of character i."""
    if not text or not fonts.faces:
        return []
    levels = bidi.levels(text, direction, override)
    scripts = _scripts(text)
    runs = _runs(text, owners, levels, scripts, styles, fonts)
    ordered = bidi.visual_order([levels[run[0]] for run in runs])
    clusters: list[Cluster] = []
    for index in ordered:
        start, end, face = runs[index]
        around = _context(runs, index, levels, scripts)
        clusters += _shape_run(text, start, end, face, owners[start], styles[owners[start]], levels[start], around)
    return clusters


def _context(
    runs: list[tuple[int, int, FontFace]], index: int, levels: list[int], scripts: list[str]
) -> tuple[int, int]:
    """The stretch of neighbouring runs of the same direction and script, a word or two at most on each side."""
    start, end, face = runs[index]
    key = (levels[start], scripts[start])

    def joins(other: int) -> bool:
        at, _, other_face = runs[other]
        same_face = other_face is face or other_face.slant == face.slant
        return same_face and (levels[at], scripts[at]) == key

    if index > 0 and joins(index - 1):
        start = max(runs[index - 1][0], start - 8)
    if index + 1 < len(runs) and joins(index + 1):
        end = min(runs[index + 1][1], end + 8)
    return start, end


def face_of(style: TextStyle, fonts: FontDatabase) -> FontFace | None:
    found = fonts.match(style.families, style.weight, style.stretch, style.slant)
    return found or fonts.default(style.weight, style.stretch, style.slant)


def _runs(
    text: str, owners: list[int], levels: list[int], scripts: list[str], styles: list[TextStyle], fonts: FontDatabase
) -> list[tuple[int, int, FontFace]]:
    """Cut where style, direction, script or face changes. A mark stays with what it stands on."""
    runs: list[tuple[int, int, FontFace]] = []
    previous: tuple[object, ...] = ()
    face: FontFace | None = None
    for index, character in enumerate(text):
        style = styles[owners[index]]
        base = face_of(style, fonts)
        joins = index > 0 and owners[index] == owners[index - 1] and _joins(text, index)
        if not joins or face is None:
            face = _face_for(text, index, base, fonts)
        key = (owners[index], levels[index], scripts[index], id(face))
        if key == previous and runs:
            runs[-1] = (runs[-1][0], index + 1, runs[-1][2])
        elif face is not None:
            runs.append((index, index + 1, face))
        previous = key
        del character
    return runs


def _joins(text: str, index: int) -> bool:
    """Whether a character belongs to the one before: marks, variation selectors, joiners and what follows them."""
    character = text[index]
    joiner = character == "\u200d" or text[index - 1] == "\u200d"
    return joiner or "\ufe00" <= character <= "\ufe0f" or unicodedata.combining(character) != 0 or (
        unicodedata.category(character) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def _face_for(text: str, index: int, base: FontFace | None, fonts: FontDatabase) -> FontFace | None:
    character = text[index]
    if base is None or base.has_character(character) or character.isspace() or not character.isprintable():
        return base
    composed = unicodedata.normalize("NFD", character)
    if base.has_character(composed[0]) and len(composed) > 1:
        return base
    return fonts.fallback(character, base) or base


def _scripts(text: str) -> list[str]:
    """The script of each character; common characters take that of their neighbours."""
    if text.isascii():
        return ["Latn"] * len(text)
    from fontTools import unicodedata as scripts_of

    found = [scripts_of.script(character) for character in text]
    current = next((script for script in found if script not in ("Zyyy", "Zinh", "Zzzz")), "Latn")
    for index, script in enumerate(found):
        if script in ("Zyyy", "Zinh", "Zzzz"):
            found[index] = current
        current = found[index]
    return found


def _shape_run(
    text: str, start: int, end: int, face: FontFace, owner: int, style: TextStyle, level: int, context: tuple[int, int]
) -> list[Cluster]:
    """`context` is the stretch of text around the run that is shaped with it, so that kerning crosses its ends."""
    size, shaped = style.size, text[start:end]
    features = _features(style)
    if style.small_caps and not _has_feature(face, "smcp"):
        return _synthetic_small_caps(text, start, end, face, owner, style, level)
    variations = _variations(style, face)
    buffer = hb.Buffer()
    first, last = context
    buffer.add_str(text, first, last - first)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if level % 2 else "ltr"
    buffer.script = _scripts(shaped)[0]
    if style.language:
        buffer.language = style.language
    hb.shape(face.font(variations), buffer, features)
    shaped_all = _clusters(buffer, last, face, owner, size, variations, level)
    return [cluster for cluster in shaped_all if start <= cluster.start < end]


def _clusters(
    buffer: hb.Buffer, end: int, face: FontFace, owner: int, size: float,
    variations: tuple[tuple[str, float], ...], level: int,
) -> list[Cluster]:  # fmt: skip
    factor = size / face.units
    clusters: list[Cluster] = []
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        if not clusters or clusters[-1].start != info.cluster:
            clusters.append(
                Cluster(
                    start=info.cluster, end=info.cluster + 1, span=owner, face=face, size=size,
                    variations=variations, glyphs=[], advance=0.0, level=level,
                )
            )  # fmt: skip
        current = clusters[-1]
        x = current.advance + position.x_offset * factor
        current.glyphs.append(Glyph(info.codepoint, x, position.y_offset * factor))
        current.advance += position.x_advance * factor
    starts = sorted(cluster.start for cluster in clusters)
    following = dict(zip(starts, [*starts[1:], end], strict=True))
    for cluster in clusters:
        cluster.end = following[cluster.start]
        cluster.width = cluster.advance
    return clusters


def _features(style: TextStyle) -> dict[str, int | bool]:
    features: dict[str, int | bool] = dict(style.features)
    if not style.kerning:
        features["kern"] = False
    if style.small_caps:
        features["smcp"] = True
    if style.letter_spacing:
        features |= {"liga": False, "clig": False}
    return features


def _has_feature(face: FontFace, tag: str) -> bool:
    tags = getattr(face, "_feature_tags", None)
    if tags is None:
        tags = set()
        for table in ("GSUB",):
            for script in range(len(hb.ot_layout_table_get_script_tags(face.hb_face, table))):
                tags |= set(hb.ot_layout_language_get_feature_tags(face.hb_face, table, script))
        face._feature_tags = tags  # type: ignore[attr-defined]
    return tag in tags


def _synthetic_small_caps(
    text: str, start: int, end: int, face: FontFace, owner: int, style: TextStyle, level: int
) -> list[Cluster]:
    """Capitals at four fifths of the size, where the font has no small capitals of its own."""
    result: list[Cluster] = []
    plain = msgspec.structs.replace(style, small_caps=False)
    small = msgspec.structs.replace(plain, size=style.size * 0.8)
    at = start
    while at < end:
        stop = at
        lower = text[at].islower()
        while stop < end and text[stop].islower() == lower:
            stop += 1
        raised = "".join(c.upper() if len(c.upper()) == 1 else c for c in text) if lower else text
        result += _shape_run(raised, at, stop, face, owner, small if lower else plain, level, (at, stop))
        at = stop
    return result


def _variations(style: TextStyle, face: FontFace) -> tuple[tuple[str, float], ...]:
    """Explicit settings, and weight, width, slant and optical size where the font has those axes."""
    if not face.axes:
        return ()
    widths = (50.0, 62.5, 75.0, 87.5, 100.0, 112.5, 125.0, 150.0, 200.0)
    implied: dict[str, float] = {"wght": float(style.weight), "wdth": widths[style.stretch - 1]}
    if style.optical:
        implied["opsz"] = style.size
    if style.slant == "italic":
        implied["ital"] = 1.0
    if style.slant != "normal":
        implied["slnt"] = -12.0
    merged = {tag: value for tag, value in implied.items() if tag in face.axes} | dict(style.variations)
    return tuple(sorted((tag, value) for tag, value in merged.items() if tag in face.axes))
