"""Holds the tool in hand for the document on top, and puts it away cleanly when either changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.tools.events import KeyEvent, PointerEvent
    from editor.tools.overlay import OverlayItem
    from editor.tools.tool import LongWork, Tool


def tools_of(family: str) -> list[str]:
    """Names of a family's tools in order of registration. A timeline has its own tools in its own bar."""
    from editor.tools.tool import TOOLS

    if not family:
        return []
    try:
        import_module(f"editor.tools.{family}")
    except ModuleNotFoundError as error:
        if error.name != f"editor.tools.{family}":
            raise
    return [name for name, tool in TOOLS.items() if tool.family == family and name.startswith(f"{family}.")]


class ToolHost(QObject):
    """`moved` says that overlay or cursor may have changed. Errors of a tool cancel it and are shown."""

    moved = Signal()

    def __init__(self, session: Session, begin_ai: Callable[..., LongWork] | None = None) -> None:
        super().__init__()
        self.session = session
        self.begin_ai = begin_ai
        self.tool: Tool | None = None
        session.tool_changed.connect(lambda _name: self.take())
        session.document_activated.connect(lambda _key: self.take_for_family())
        session.part_changed.connect(self.take)
        session.project_closed.connect(self.put_away)
        session.colors_changed.connect(self._recolor)
        session.tool_option_changed.connect(lambda *_: self.moved.emit())

    def take_for_family(self) -> None:
        """The tool last used in this kind of document, or its first."""
        session = self.session
        names = tools_of(session.family)
        wanted = session.tools_by_family.get(session.family, names[0] if names else "")
        session.tool = wanted
        self.take()
        session.tool_changed.emit(wanted)

    def take(self) -> None:
        """Put the old tool away and make the one that the session names."""
        from editor.tools.tool import TOOLS, ToolContext

        session = self.session
        if self.tool is not None and self.tool.name == session.tool and self._same_place(self.tool.context):
            return
        self.put_away()
        cls = TOOLS.get(session.tool)
        if cls is None or session.project is None or session.display is None or cls.family != session.family:
            return
        context = ToolContext(
            project=session.project, display=session.display, document=session.document, part=self._part(),
            foreground=session.foreground, background=session.background, settings=session.tool_settings,
            pick_color=session.set_foreground, enter_tool=session.choose_tool,
        )
        if self.begin_ai is not None:
            context.begin_ai = self._begin_ai
        self.tool = session.attempt(lambda: cls(context))
        session.hint.emit(tr(cls.hint) if cls.hint else "")
        self.moved.emit()

    def _begin_ai(self, name: str, options: Mapping[str, Any], ended: Callable[[bool], object]) -> LongWork:
        """As the window does it; what is drawn above the document follows its end."""
        assert self.begin_ai is not None

        def tell(came: bool) -> None:
            ended(came)
            self.moved.emit()

        return self.begin_ai(name, options, tell)

    def _part(self) -> str | None:
        from app.shell.context import first_part

        return self.session.part or first_part(self.session)

    def _same_place(self, context: Any) -> bool:
        session = self.session
        return (
            context.project is session.project and context.document == session.document
            and context.part == self._part() and context.display is session.display
        )

    def put_away(self) -> None:
        if self.tool is not None:
            tool, self.tool = self.tool, None
            self.session.attempt(tool.cancel)
        self.moved.emit()

    def _recolor(self) -> None:
        if self.tool is not None:
            self.tool.context.foreground = self.session.foreground
            self.tool.context.background = self.session.background

    # What comes from the canvas

    def pressed(self, event: PointerEvent) -> None:
        self._do(lambda tool: tool.pressed(event))

    def pointer_moved(self, event: PointerEvent) -> None:
        self._do(lambda tool: tool.moved(event))

    def released(self, event: PointerEvent) -> None:
        self._do(lambda tool: tool.released(event))

    def key(self, event: KeyEvent) -> bool:
        """True when the tool used it."""
        return bool(self._do(lambda tool: tool.key(event)))

    def cancel(self) -> None:
        self._do(lambda tool: tool.cancel())

    def overlay(self) -> tuple[OverlayItem, ...]:
        if self.tool is None:
            return ()
        try:
            return self.tool.overlay()
        except Exception as error:  # noqa: BLE001 - an overlay must not end the window; the tool is put away
            self._stop(error)
            return ()

    def cursor(self) -> str:
        return self.tool.current_cursor() if self.tool is not None else "arrow"

    def _do(self, work: Callable[[Tool], Any]) -> Any:
        if self.tool is None:
            return None
        try:
            result = work(self.tool)
        except Exception as error:  # noqa: BLE001 - the one place where errors of tools end
            self._stop(error)
            return None
        self.moved.emit()
        return result

    def _stop(self, error: Exception) -> None:
        """Cancel what the tool was doing, keep the tool, show the error."""
        tool = self.tool
        if tool is not None:
            try:
                tool.cancel()
            except Exception:  # noqa: BLE001 - it failed already; a fresh one takes its place
                self.tool = None
        if self.session.project is not None:
            self.session.project.cancel_gesture()
        self.session.show_error(error)
        if self.tool is None:
            self.take()
        self.moved.emit()
