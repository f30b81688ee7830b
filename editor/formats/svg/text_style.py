"""Font and spacing properties as a TextStyle."""

import re
from typing import Any

from editor.formats.svg.state import State
from editor.formats.svg.values import parse_length, parse_number
from render.text.style import Shift, TextStyle

_STRETCHES = {
    "ultra-condensed": 1, "extra-condensed": 2, "condensed": 3, "semi-condensed": 4, "normal": 5, "semi-expanded": 6,
    "expanded": 7, "extra-expanded": 8, "ultra-expanded": 9, "narrower": 3, "wider": 7,
}  # fmt: skip
_BASELINES = {
    "text-before-edge": "before-edge", "before-edge": "before-edge", "text-after-edge": "after-edge",
    "after-edge": "after-edge", "middle": "middle", "central": "central", "ideographic": "ideographic",
    "hanging": "hanging", "mathematical": "mathematical", "alphabetic": "alphabetic", "baseline": "baseline",
    "text-top": "before-edge", "text-bottom": "after-edge",
}  # fmt: skip
_SETTING = re.compile(r"""["']([\x20-\x7e]{4})["']\s*(on|off|[+-]?[\d.]+)?""")


def families_of(text: str | None) -> tuple[str, ...]:
    """Family names without their quotes."""
    names = (part.strip().strip("'\"").strip() for part in (text or "").split(","))
    return tuple(name for name in names if name)


def text_style(state: State) -> TextStyle:
    slant = state.get("font-style") or "normal"
    fields: dict[str, Any] = {
        "families": families_of(state.get("font-family")) or ("Times New Roman",),
        "size": state.font_size,
        "weight": _weight(state),
        "stretch": _STRETCHES.get(state.get("font-stretch") or "normal", 5),
        "slant": slant if slant in ("italic", "oblique") else "normal",
        "letter_spacing": _spacing(state, "letter-spacing"),
        "word_spacing": _spacing(state, "word-spacing"),
        "kerning": state.get("font-kerning") != "none" and parse_number(state.get("kerning")) != 0,
        "small_caps": state.get("font-variant") == "small-caps",
        "variations": _settings(state.get("font-variation-settings")),
        "features": tuple((tag, int(value)) for tag, value in _settings(state.get("font-feature-settings"))),
        "language": state.get("xml:lang") or "",
        "baseline": _baseline(state),
        "shifts": _shifts(state),
        "optical": state.get("font-optical-sizing") != "none",
    }
    return TextStyle(**fields)


def _spacing(state: State, name: str) -> float:
    length = parse_length(state.get(name))
    return 0.0 if length is None else state.resolve(length)


def _weight(state: State) -> int:
    """Relative weights are resolved along the ancestors (CSS Fonts Level 4, 2.2.1)."""
    chain: list[str] = []
    item: State | None = state
    while item is not None:
        text = item.element.style.get("font-weight")
        if text and text != "inherit":
            chain.append(text)
        item = item.parent
    weight = 400
    for text in reversed(chain):
        number = parse_number(text)
        if text == "bolder":
            weight = 400 if weight < 350 else 700 if weight < 550 else 900
        elif text == "lighter":
            weight = 100 if weight < 550 else 400 if weight < 750 else 700
        elif text in ("normal", "bold"):
            weight = 700 if text == "bold" else 400
        elif number is not None and 1 <= number <= 1000:
            weight = round(number)
    return weight


def _settings(text: str | None) -> tuple[tuple[str, float], ...]:
    values = {"on": 1.0, "off": 0.0, None: 1.0, "": 1.0}
    found: dict[str, float] = {}
    for tag, value in _SETTING.findall(text or ""):
        found[tag] = values[value] if value in values else float(value)
    return tuple(found.items())


def _baseline(state: State) -> Any:
    own = state.own("alignment-baseline")
    if own and own not in ("auto", "inherit", "baseline"):
        return _BASELINES.get(own, "auto")
    return _BASELINES.get(state.get("dominant-baseline") or "auto", "auto")


def _shifts(state: State) -> tuple[Shift, ...]:
    """The shifts of all elements up to the text."""
    shifts: list[Shift] = []
    item: State | None = state
    while item is not None and item.element.tag != "text":
        text = item.own("baseline-shift")
        length = parse_length(text)
        if text in ("sub", "super"):
            shifts.append(text)  # type: ignore[arg-type]
        elif length is not None:
            parent_size = item.parent.font_size if item.parent is not None else item.font_size
            shifts.append(parent_size * length.number / 100 if length.unit == "%" else item.resolve(length))
        item = item.parent
    return tuple(shifts)
