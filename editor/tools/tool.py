"""The tool contract and its state machine.

Each state is a small class named by a gerund (Idle, Pointing, Dragging). A handler returns the next state; leaving a
state cleans up what it began, so a cancelled drag can leave nothing behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeVar

from editor.base.errors import ExpectedError
from editor.base.registry import Registry
from editor.base.translation import tr
from editor.display.display import Display
from editor.document.gesture import Gesture
from editor.document.project import Project
from editor.tools.events import KeyEvent, PointerEvent
from editor.tools.overlay import OverlayItem


class LongWork(Protocol):
    """Work that a tool began and that goes on beside it. `is_over` once nothing will come of it any more."""

    @property
    def is_over(self) -> bool: ...

    def cancel(self) -> None: ...


def no_ai(name: str, options: Mapping[str, Any], ended: Callable[[bool], object]) -> LongWork:
    """Where no window offers AI tools."""
    raise ExpectedError(tr("AI tools cannot be used here."))


@dataclass
class ToolContext:
    """What a tool works on. `part` is the page shown; `settings` are the tool options of the window, by tool name.

    `foreground` and `background` are the window's two colours as #rrggbbaa. `pick_color` hands a colour back to it.
    `begin_ai` begins an AI tool, by its name and options, as a job; `ended` is called when its edit is in the document
    (True) or nothing came of it (False).
    """

    project: Project
    display: Display
    document: str
    part: str | None = None
    foreground: str = "#000000"
    background: str = "#ffffff"
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    pick_color: Callable[[str], None] = lambda color: None
    enter_tool: Callable[[str], None] = lambda name: None
    begin_ai: Callable[[str, Mapping[str, Any], Callable[[bool], object]], LongWork] = no_ai


T = TypeVar("T", bound="Tool")


class State:
    """One state of a tool. The default answers stay where they are."""

    def pressed(self, event: PointerEvent) -> "State":
        return self

    def moved(self, event: PointerEvent) -> "State":
        """Pointer moved, with or without buttons."""
        return self

    def released(self, event: PointerEvent) -> "State":
        return self

    def key(self, event: KeyEvent) -> "State | None":
        """None means that the key is not for this tool."""
        return None

    def leave(self) -> None:
        """Called once when another state follows or the tool is put away: cancel what is not finished."""

    def overlay(self) -> tuple[OverlayItem, ...]:
        return ()

    def cursor(self) -> str | None:
        """A name that the canvas knows: arrow, cross, move, size-nw, rotate, text, none, hand, pen, eyedropper."""
        return None


class GestureState(State):
    """A state that owns a live edit: committed by `finish`, cancelled when the state is left in any other way."""

    def __init__(self, gesture: Gesture) -> None:
        self.gesture = gesture

    def finish(self) -> None:
        """Store the edit."""
        self.gesture.commit()

    def leave(self) -> None:
        self.gesture.cancel()


@dataclass(frozen=True)
class Option:
    """One tool option for the bar above the canvas. `kind`: float, int, bool, choice, tip; label and choices are
    English. `applies` says, from the tool's settings, whether it means anything now; without it it always does.
    """

    name: str
    label: str
    kind: str
    default: Any
    minimum: float = 0.0
    maximum: float = 100.0
    choices: tuple[str, ...] = ()
    unit: str = ""
    applies: Callable[[Mapping[str, Any]], bool] | None = None


class Tool:
    """Subclass, set the class fields, give `idle()`. `label` and `hint` are English; whoever shows them calls `tr`."""

    name: ClassVar[str]
    label: ClassVar[str]
    icon: ClassVar[str]
    shortcut: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    family: ClassVar[str]
    cursor: ClassVar[str] = "arrow"
    options: ClassVar[tuple[Option, ...]] = ()

    def __init__(self, context: ToolContext) -> None:
        self.context = context
        self.state: State = self.idle()

    def idle(self) -> State:
        raise TypeError(f"{type(self).__name__} has no idle state")

    def option(self, name: str) -> Any:
        """The present value of one of the tool's options."""
        default = next(item.default for item in self.options if item.name == name)
        return self.context.settings.get(self.name, {}).get(name, default)

    def pressed(self, event: PointerEvent) -> None:
        self._go(self.state.pressed(event))

    def moved(self, event: PointerEvent) -> None:
        self._go(self.state.moved(event))

    def released(self, event: PointerEvent) -> None:
        self._go(self.state.released(event))

    def key(self, event: KeyEvent) -> bool:
        """True when the tool used the key. Escape puts any unfinished state away."""
        following = self.state.key(event)
        if following is None and event.key == "Escape" and not self.is_idle:
            following = self.idle()
        if following is not None:
            self._go(following)
        return following is not None

    def cancel(self) -> None:
        """Put the tool away, or stop a drag: whatever was not finished is undone."""
        self._go(self.idle())

    @property
    def is_idle(self) -> bool:
        return type(self.state) is type(self.idle())

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.state.overlay()

    def current_cursor(self) -> str:
        return self.state.cursor() or self.cursor

    def _go(self, following: State) -> None:
        if following is not self.state:
            left, self.state = self.state, following
            left.leave()


TOOLS: Registry[type[Tool]] = Registry("Tool")


def register_tool(cls: type[T]) -> type[T]:
    """Class decorator: make a tool known by its name. The tool bar shows a family's tools in order of registration."""
    TOOLS.add(cls.name, cls)
    return cls
