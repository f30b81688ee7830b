"""Templates that come with the studio: scripts of ordinary commands, run when one is chosen.

A script is a JSON file in `resources/templates`. Each step is [command, parameters] or [command, parameters, "name"];
the last keeps what the command returns. In parameters

    "$name"            is what was kept, "$name/V1" its child of that name or of that number
    "%ink"             is a colour of the script's palette
    {"say": "..."}     is a text in the person's language
    {"fill": "%ink"}   is a list of one fill, {"line": "%ink", "width": 2} of one line
    {"art": "dunes", "size": [w, h]}    is a drawn picture, as a file; with "tiles": true as pixels
    {"turning": 8}     is a node that turns once in so many seconds

Nothing else is run: a script can do what a person can do with commands, and no more.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.misfits import misfit
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.record import Record
from render.color import Color

FOLDER = Path(__file__).resolve().parents[3] / "resources" / "templates"
CHILD = re.compile(r"\$(\w+)(?:/(.+))?")
EDITORS = ("raster", "vector", "layout", "video", "scene")


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`name` and `summary` are English, like every text in it; `words` find it in any language. `shows` is the step
    whose document is on top, `moment` the second of a film that shows what it is."""

    name: str
    summary: str
    editor: str
    steps: tuple[tuple[Any, ...], ...]
    palette: dict[str, str] = {}
    words: tuple[str, ...] = ()
    shows: str = "document"
    moment: float = 0.0


@dataclass(frozen=True)
class BuiltIn:
    """A script and the key that names it: its file's name."""

    key: str
    script: Script

    @property
    def name(self) -> str:
        return tr(self.script.name)

    @property
    def summary(self) -> str:
        return tr(self.script.summary)


@lru_cache(maxsize=1)
def built_in_templates() -> tuple[BuiltIn, ...]:
    """All of them, by editor and name."""
    found = [BuiltIn(path.stem, read_script(path)) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(sorted(found, key=lambda item: (EDITORS.index(item.script.editor), item.key)))


def built_in(key: str) -> BuiltIn:
    found = next((item for item in built_in_templates() if item.key == key), None)
    if found is None:
        raise ExpectedError(
            tr("There is no template named {name}.", name=key),
            tr("There are: {names}.", names=", ".join(item.key for item in built_in_templates())),
        )
    return found


def read_script(path: Path) -> Script:
    """Raises ExpectedError for a file that is no script."""
    try:
        script = msgspec.json.decode(path.read_bytes(), type=Script)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        reason = misfit(error, Script)
        raise ExpectedError(tr("{name} is no template: {reason}", name=path.name, reason=reason)) from error
    if script.editor not in EDITORS:
        raise ExpectedError(tr("{name} is no template: {reason}", name=path.name, reason=script.editor))
    return script


def make(
    project: Project, template: BuiltIn, progress: Callable[[float], object] = lambda share: None
) -> str:
    """Run a script in a project, as one step of its history. Returns the id of the document to show."""
    maker = _Maker(project, template.script)
    with project.transaction(tr("New from template")):
        for number, step in enumerate(template.script.steps):
            progress(number / len(template.script.steps))
            maker.step(step)
        project.select(())
    progress(1.0)
    document: str = maker.kept[template.script.shows]
    return document


class _Maker:
    """Runs the steps of one script and knows what they made."""

    def __init__(self, project: Project, script: Script) -> None:
        self.project, self.script = project, script
        self.kept: dict[str, Any] = {}

    def step(self, step: tuple[Any, ...]) -> None:
        name, parameters, *kept = step
        plain = {key: self._value(value, key) for key, value in parameters.items()}
        result = run(self.project, name, **plain)
        if kept:
            self.kept[kept[0]] = result[0] if isinstance(result, tuple) else result

    def _value(self, value: Any, key: str = "") -> Any:
        if isinstance(value, str):
            return self._text(value, key)
        if isinstance(value, list):
            return [self._value(item, key) for item in value]
        if isinstance(value, dict):
            for mark, make_it in self._marks().items():
                if mark in value:
                    return make_it(value)
            return {name: self._value(item, name) for name, item in value.items()}
        return value

    def _marks(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        return {
            "say": lambda value: tr(value["say"]), "fill": self._fill, "line": self._line, "art": self._art,
            "turning": self._turning, "rgba": lambda value: self._color(value["rgba"]),
        }  # fmt: skip

    def _text(self, value: str, key: str) -> Any:
        match = CHILD.fullmatch(value)
        if match is not None:
            kept = self.kept[match[1]]
            return kept if match[2] is None else self._child(kept, match[2])
        return self._hex(value) if value.startswith("%") else value

    def _child(self, parent: str, name: str) -> str:
        children = self.project.children(parent, Record)
        if name.isdigit():
            return children[int(name)].id
        return next(item.id for item in children if getattr(item, "name", "") in (name, tr(name)))

    def _hex(self, text: str) -> str:
        return self.script.palette[text[1:]] if text.startswith("%") else text

    def _color(self, text: str) -> list[float]:
        made = Color.from_hex(self._hex(text))
        return [made.red, made.green, made.blue, made.alpha]

    def _paint(self, value: Any) -> Any:
        if isinstance(value, str):
            return {"type": "solid", "color": self._color(value)}
        stops = [[place, self._color(text)] for place, text in value["stops"]]
        return {**{name: item for name, item in value.items() if name != "stops"}, "stops": stops}

    def _fill(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        rest = {name: item for name, item in value.items() if name != "fill"}
        return [{"type": "fill", "paint": self._paint(value["fill"]), **rest}]

    def _line(self, value: dict[str, Any]) -> list[dict[str, Any]]:
        rest = {name: item for name, item in value.items() if name != "line"}
        return [{"type": "stroke", "paint": self._paint(value["line"]), **rest}]

    def _art(self, value: dict[str, Any]) -> Any:
        from editor.formats.image import put_tiles
        from editor.workflows.templates.art import as_webp, drawn

        width, height = value["size"]
        pixels = drawn(value["art"], width, height)
        return put_tiles(self.project, pixels) if value.get("tiles") else self.project.blobs.put(as_webp(pixels))

    def _turning(self, value: dict[str, Any]) -> str:
        from editor.workflows.templates.turning import turning_node

        return turning_node(self.project, float(value["turning"]))


def texts_of(script: Script) -> Iterator[str]:
    """Every text that a person may come to see."""
    yield from (script.name, script.summary)
    yield from _said([list(step) for step in script.steps])


def _said(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("say"), str):
            yield value["say"]
        for item in value.values():
            yield from _said(item)
    elif isinstance(value, list):
        for item in value:
            yield from _said(item)
