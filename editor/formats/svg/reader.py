"""The import's workbench: where records, blobs and remarks are collected while the tree is walked."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.svg.css import apply_styles
from editor.formats.svg.state import State
from editor.formats.svg.xml import Element, parse_xml
from editor.model.order import keys_between
from editor.model.record import Record
from editor.model.vector import Group, Style

MAX_RECORDS = 400_000
MAX_DEPTH = 120
LANGUAGES = ("en",)


class SvgOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`width` and `height` are used where the file says none, or in percent."""

    width: float = 100.0
    height: float = 100.0
    languages: tuple[str, ...] = LANGUAGES


class Report(msgspec.Struct, kw_only=True):
    """What became of the file's parts: names with counts, and sentences for the person."""

    kept: dict[str, int] = {}
    converted: dict[str, int] = {}
    dropped: dict[str, int] = {}

    def keep(self, what: str) -> None:
        self.kept[what] = self.kept.get(what, 0) + 1

    def convert(self, what: str) -> None:
        self.converted[what] = self.converted.get(what, 0) + 1

    def drop(self, what: str) -> None:
        self.dropped[what] = self.dropped.get(what, 0) + 1


class Reader:
    """`files` finds the bytes of a relative name beside the file, or None; nothing else is ever read."""

    def __init__(
        self, root: Element, new_id: Callable[[], str], put_blob: Callable[[bytes], str],
        files: Callable[[str], bytes | None], options: SvgOptions, report: Report, depth: int = 0,
    ) -> None:  # fmt: skip
        self.root = root
        self.new_id = new_id
        self.put_blob = put_blob
        self.files = files
        self.options = options
        self.report = report
        self.depth = depth
        self.records: list[Record] = []
        self.resources: dict[tuple[int, str], str | None] = {}
        self.uses: list[Element] = []
        self.contexts: set[int] = set()
        self.document = ""
        self.ids: dict[str, Element] = {}
        self._states: dict[int, State] = {}
        self.level = 0
        for element in root.walk():
            if element.id:
                self.ids.setdefault(element.id, element)

    def add(self, record: Record) -> str:
        """Take a record; order among siblings is the order of adding."""
        if len(self.records) >= MAX_RECORDS:
            raise ExpectedError(tr("This SVG unfolds into too many objects."))
        self.records.append(record)
        return record.id

    def give_context(self, group: str, styles: tuple[Style, ...]) -> None:
        """Say what context paints inside a group that was added already mean."""
        for index in range(len(self.records) - 1, -1, -1):
            record = self.records[index]
            if record.id == group and isinstance(record, Group):
                self.records[index] = msgspec.structs.replace(record, context=styles)
                return

    def state_of(self, element: Element) -> State:
        """The state of an element in its own place, for resources."""
        found = self._states.get(id(element))
        if found is None:
            parent = self.state_of(element.parent) if element.parent is not None else None
            found = self._states[id(element)] = State(element, parent)
        return found

    def set_state(self, element: Element, state: State) -> None:
        self._states[id(element)] = state

    def ordered(self) -> list[Record]:
        """All records with order keys."""
        siblings: dict[str | None, int] = {}
        for record in self.records:
            siblings[record.parent] = siblings.get(record.parent, 0) + 1
        keys = {parent: iter(keys_between("", "", count)) for parent, count in siblings.items()}
        return [msgspec.structs.replace(record, order=next(keys[record.parent])) for record in self.records]


def read_tree(data: bytes) -> Element:
    """Parse and cascade. Raises ExpectedError when the file is no SVG."""
    root = parse_xml(data)
    if root.tag != "svg":
        raise ExpectedError(tr("This file is no SVG drawing."))
    apply_styles(root)
    return root


def folder_files(folder: Path | None) -> Callable[[str], bytes | None]:
    """Files below a folder by relative name: never above it, never through a link that leads out, never a URL."""
    limit = 256 << 20

    def find(name: str) -> bytes | None:
        if folder is None or not name or "://" in name or name.startswith(("/", "\\", "//")):
            return None
        base = folder.resolve()
        try:
            path = (base / name).resolve()
            if path.is_relative_to(base) and path.is_file() and path.stat().st_size <= limit:
                return path.read_bytes()
        except (OSError, ValueError):
            return None
        return None

    return find
