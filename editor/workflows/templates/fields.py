"""The form of a template: one field for all slots of one name, wherever in the project they were marked.

A project that holds a poster and its story format has a slot "Title" in each; whoever fills the form types it once.
"""

from collections.abc import Container, Iterable, Mapping
from colorsys import hls_to_rgb
from dataclasses import dataclass

from editor.commands.template.places import shown_field, styles_of
from editor.document.invariants import embedded_documents
from editor.document.project import Project
from editor.model.raster import AdjustmentLayer, HueSaturation
from editor.model.record import Record
from editor.model.scene import SceneDocument, SceneMaterial, SceneNode
from editor.model.template import Slot, SlotKind, Target
from editor.model.vector import FillStyle, Page, SolidPaint, StrokeStyle, TextShape
from editor.model.vector.paints import GRADIENTS
from editor.model.video import Caption, Clip, ColorSource, VideoDocument
from editor.workflows.templates.names import folded
from editor.workflows.templates.words import drawn_in, names_in, said_for, word_slots
from render.color import Color

__all__ = [
    "Field", "by_role", "color_of", "fields_of", "fields_within", "folded", "marked_slots", "meant", "present",
    "slots_of", "waiting",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One line of the form. What its slots say differently, the first one says for all; `required` is any's."""

    name: str
    takes: SlotKind
    slots: tuple[Slot, ...]

    @property
    def rule(self) -> Slot:
        """The slot whose rules what is given is read by: a marked one, where there is one."""
        return next((slot for slot in self.slots if slot.id), self.slots[0])

    @property
    def is_marked(self) -> bool:
        """Whether somebody made it a slot; else it is a name that stands in braces."""
        return any(slot.id for slot in self.slots)

    @property
    def is_word(self) -> bool:
        """Whether a text names it in braces, which would be left standing."""
        return any(target.word for target in self.targets)

    @property
    def hint(self) -> str:
        return next((slot.hint for slot in self.slots if slot.hint), "")

    @property
    def required(self) -> bool:
        return any(slot.required for slot in self.slots)

    @property
    def role(self) -> str:
        return next((slot.role for slot in self.slots if slot.role), "")

    @property
    def longest(self) -> int:
        """The fewest letters that any of the slots takes; 0 when all take any number."""
        return min((slot.longest for slot in self.slots if slot.longest), default=0)

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for slot in self.slots for target in slot.targets)


def marked_slots(project: Project, document: str | None = None) -> list[Slot]:
    """The slots that somebody marked, in the form's order, of a document or of all."""
    owners = [document] if document is not None else [item.id for item in project.documents()]
    return [slot for owner in owners for slot in project.children(owner, Slot)]


def slots_of(project: Project, document: str | None = None) -> list[Slot]:
    """The same, and behind those of each document the names that stand in braces in its texts."""
    owners = [document] if document is not None else [item.id for item in project.documents()]
    marked, found = marked_slots(project), list[Slot]()
    for owner in owners:
        found += (slot for slot in marked if slot.parent == owner)
        found += word_slots(project, owner, sorted(marked, key=lambda slot: slot.parent != owner))
    return found


def fields_of(project: Project, document: str | None = None) -> list[Field]:
    """The lines of the form, in order."""
    groups: dict[tuple[str, SlotKind], list[Slot]] = {}
    for slot in slots_of(project, document):
        groups.setdefault((folded(slot.name), slot.takes), []).append(slot)
    return [Field(slots[0].name, slots[0].takes, tuple(slots)) for slots in groups.values()]


def fields_within(project: Project, documents: Iterable[str]) -> list[Field]:
    """The lines that fill something in these documents, or in what stands in them."""
    held, rest = set[str](), list(documents)
    while rest:
        document = rest.pop()
        if document not in held:
            held.add(document)
            rest += embedded_documents(document, project.records, project.index)
    return [field for field in fields_of(project) if any(slot.parent in held for slot in field.slots)]


def meant(fields: list[Field], given: Container[str] = ()) -> list[Field]:
    """The names in braces that have to be given. `given` are folded names that something is said for.

    All of them; but where every marked slot fills a place of its own, braces may be letters like others (a line of
    code on a poster), so that those count only in a text which names one that is given, or is marked by the same name.
    """
    marked = [slot for field in fields for slot in field.slots if slot.id]
    words = [field for field in fields if field.is_word]
    if not marked or any(target.word for slot in marked for target in slot.targets):
        return words
    known = [field for field in words if field.is_marked or folded(field.name) in given]
    texts = {target.record for field in known for target in field.targets if target.word}
    return [field for field in words if any(target.word and target.record in texts for target in field.targets)]


def waiting(project: Project, fields: Iterable[Field]) -> list[Field]:
    """The fields whose names stand in braces in a text, where nothing was said for them yet."""
    return [
        field for field in fields
        if any(target.word and project.get(target.record) is not None and _waits(project, target)
               for target in field.targets)
    ]  # fmt: skip


def _waits(project: Project, target: Target) -> bool:
    words = names_in("".join(drawn_in(project, target.record).runs))
    return folded(target.word) in map(folded, words) and said_for(project, target) is None


def by_role(fields: Iterable[Field], values: Mapping[str, object]) -> dict[str, object]:
    """Values by the names of fields, from values by roles: how a brand kit fills a template."""
    known = {folded(role): value for role, value in values.items()}
    return {field.name: known[folded(field.role)] for field in fields if field.role and folded(field.role) in known}


# What stands there now


def present(project: Project, field: Field) -> str | Color | bool | None:
    """The text, colour, font or yes-or-no that the first target shows now; None for pictures and clips."""
    for target in field.targets:
        item = project.get(target.record)
        if item is not None:
            found = said_for(project, target) if target.word else _shown(item, target)
            if found is not None:
                return found
    return None


def _shown(item: Record, target: Target) -> str | Color | bool | None:
    if target.property == "text":
        return _text(item, target.part)
    if target.property == "visible":
        field = shown_field(item)
        return None if field is None else getattr(item, field[0]) is field[1]
    if target.property == "font":
        if isinstance(item, TextShape) and item.spans:
            return item.spans[0].style.families[0] if item.spans[0].style.families else ""
        return item.style.family if isinstance(item, Caption) else None
    return color_of(item, target)


def _text(item: Record, part: int | None) -> str | None:
    if isinstance(item, TextShape):
        return item.text if part is None else item.spans[part].text if part < len(item.spans) else None
    return item.text if isinstance(item, Caption) else None


def color_of(item: Record, target: Target) -> Color | None:
    """The colour that a target shows now, where it is one."""
    if target.property in ("fill", "stroke"):
        return _painted(item, target)
    if target.property == "background":
        if isinstance(item, Caption):
            return item.style.background
        return item.background if isinstance(item, Page | VideoDocument | SceneDocument) else None
    if target.property == "sun" and isinstance(item, SceneDocument):
        return item.sun.color
    return _color(item) if target.property == "color" else None


def _painted(item: Record, target: Target) -> Color | None:
    cls = FillStyle if target.property == "fill" else StrokeStyle
    style = next((style for style in styles_of(item) if isinstance(style, cls)), None)
    if style is None:
        return None
    if isinstance(style.paint, SolidPaint):
        return style.paint.color
    if isinstance(style.paint, GRADIENTS) and style.paint.stops:
        stops = style.paint.stops
        return stops[min(target.part or 0, len(stops) - 1)].color
    return None


def _color(item: Record) -> Color | None:
    if isinstance(item, Clip) and isinstance(item.source, ColorSource):
        return item.source.color
    if isinstance(item, Caption):
        return item.style.color
    if isinstance(item, SceneMaterial):
        return item.base_color
    if isinstance(item, SceneNode) and item.lamp is not None:
        return item.lamp.color
    if isinstance(item, AdjustmentLayer) and isinstance(item.adjustment, HueSaturation):
        return Color(*hls_to_rgb(item.adjustment.hue / 360 % 1.0, 0.5, max(0.0, item.adjustment.saturation)))
    return None
