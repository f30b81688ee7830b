"""What the window is working on: the open project, the document on top, the tool, the colours.

Panels, canvases and actions get the one session as an argument and listen to its signals; none of them knows another.
The heavy half of the editor (display, numpy) is imported when the first project opens, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.preferences import Preferences
from app.shell.reports import write_report
from editor.base.errors import Cancelled, ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.base.jobs import JobHandle, JobQueue, Lane, Progress
    from editor.display.display import Damage, Display
    from editor.document.project import Project, ProjectChange
    from editor.model.record import DocumentRecord, Record


class Session(QObject):
    """One a window. `document` is the id of the document on top ("" when there is none). `marks` names, by record, the
    files that were changed since it was linked; `update_wanted` with such records asks to bring them up to date."""

    project_opened = Signal()
    project_closed = Signal()
    documents_changed = Signal()
    document_activated = Signal(str)
    changed = Signal(object)
    damaged = Signal(object)
    selection_changed = Signal()
    tool_changed = Signal(str)
    tool_option_changed = Signal(str, str)
    colors_changed = Signal()
    part_changed = Signal()
    time_changed = Signal()
    message = Signal(str, str, str)
    jobs_changed = Signal(object)
    _job_ended = Signal(object)
    hint = Signal(str)
    marks_changed = Signal()
    update_wanted = Signal(object)

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.project: Project | None = None
        self.display: Display | None = None
        self.storage: Any = None
        self.document = ""
        self.part: str | None = None
        self.time = Fraction(0)
        self.tool = ""
        self.tools_by_family: dict[str, str] = {}
        self.tool_settings: dict[str, dict[str, Any]] = {}
        self._selections: dict[str, tuple[str, ...]] = {}
        self.marks: dict[str, str] = {}
        self.foreground = "#000000"
        self.background = "#ffffff"
        self._disconnect: list[Callable[[], None]] = []
        self._jobs: JobQueue | None = None
        self._job_ended.connect(self._end_job)

    # The project

    def open(self, project: Project, storage: Any = None) -> None:
        """Show a project; `storage` is what keeps it on disk, closed with it."""
        from editor.display.display import Display

        self.close()
        self.project, self.storage = project, storage
        self.display = Display(project)
        self._listen(project, self.display)
        documents = project.documents()
        self.project_opened.emit()
        self.activate(documents[0].id if documents else "")

    def close(self) -> None:
        """Let go of the project. Everything is on disk already."""
        if self.project is None:
            return
        self.end_jobs()  # they read the project's file
        self.project.cancel_gesture()
        for disconnect in self._disconnect:
            disconnect()
        if self.display is not None:
            self.display.close()
        storage, self.storage = self.storage, None
        self.project = self.display = None
        self.document, self.part = "", None
        self._selections.clear()
        self.project_closed.emit()
        if storage is not None:
            storage.close()

    def take_over(self, other: Session) -> None:
        """Go on where another session stands; it lets go of everything and stays silent from now on."""
        for name in (
            "document", "part", "time", "tool", "tools_by_family", "tool_settings", "foreground", "background",
            "storage",
        ):  # fmt: skip
            setattr(self, name, getattr(other, name))
        project, display = other.project, other.display
        for disconnect in other._disconnect:
            disconnect()
        self._jobs, other._jobs = other._jobs, None
        other.project = other.display = other.storage = None
        if self._jobs is not None:
            self._jobs.changed.connect(self.jobs_changed.emit)
        if project is not None and display is not None:
            self.project, self.display = project, display
            self._listen(project, display)

    def _listen(self, project: Project, display: Display) -> None:
        self._disconnect = [
            project.changed.connect(self._on_change),
            project.selection_changed.connect(lambda _keys: self.selection_changed.emit()),
            display.damaged.connect(self._on_damage),
        ]

    @property
    def record(self) -> DocumentRecord | None:
        """The document on top."""
        if self.project is None:
            return None
        from editor.model.record import DocumentRecord

        item = self.project.get(self.document)
        return item if isinstance(item, DocumentRecord) else None

    @property
    def family(self) -> str:
        record = self.record
        return record.family if record is not None else ""

    def activate(self, document: str) -> None:
        """Bring a document to the top."""
        if self.project is not None and document != self.document:
            self.project.cancel_gesture()
            self._selections[self.document] = self.project.selection
        self.document = document
        self.part = None
        self.time = Fraction(0)
        if self.project is not None:
            self.project.select(self._selection_of(document))
        self.document_activated.emit(document)

    def _selection_of(self, document: str) -> tuple[str, ...]:
        """What is or was selected in a document; at first sight of an image its top layer, ready to paint on."""
        assert self.project is not None
        index = self.project.index
        for keys in (self.project.selection, self._selections.get(document, ())):
            mine = tuple(key for key in keys if key in self.project.records and index.root(key) == document)
            if mine:
                return mine
        if document not in self._selections and self.family == "raster":
            children: list[Any] = self.project.children(document)
            layers = [item.id for item in children if hasattr(item, "blend")]
            return tuple(layers[-1:])
        return ()

    def show_part(self, part: str | None) -> None:
        if part != self.part:
            self.part = part
            self.part_changed.emit()

    def seek(self, time: Fraction) -> None:
        if time != self.time:
            self.time = time
            self.time_changed.emit()

    # Editing

    def run(self, name: str, /, **parameters: Any) -> Any:
        """Run a command; what goes wrong is shown, and None comes back."""
        from editor.commands.registry import run

        return self.attempt(lambda: run(self.required_project(), name, **parameters))

    def required_project(self) -> Project:
        if self.project is None:
            raise ExpectedError(tr("Open or make a project first."))
        return self.project

    def attempt(self, work: Callable[[], Any]) -> Any:
        """Do something and show what goes wrong; None when it did."""
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the one place where errors of the window end
            self.show_error(error)
            return None

    def show_error(self, error: BaseException) -> None:
        """An expected error is a sentence and a remedy; anything else is a bug and makes a report."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, ExpectedError):
            self.message.emit("error", error.sentence, error.remedy)
            return
        path = write_report(error)
        remedy = tr("A report lies in {path}. Your work is saved.", path=path) if path else ""
        self.message.emit("error", tr("Something went wrong in the program itself."), remedy)

    def say(self, sentence: str, remedy: str = "") -> None:
        self.message.emit("info", sentence, remedy)

    # Long work

    @property
    def jobs(self) -> JobQueue:
        """The lanes; made with the first job."""
        if self._jobs is None:
            from editor.base.jobs import JobQueue

            self._jobs = JobQueue()
            self._jobs.changed.connect(self.jobs_changed.emit)
        return self._jobs

    @property
    def has_jobs(self) -> bool:
        """Whether something runs or waits."""
        return self._jobs is not None and bool(self._jobs.active())

    def start_job(
        self, name: str, work: Callable[[Progress], Any], then: Callable[[Any], object] = lambda result: None,
        lane: Lane = "io", kind: str = "", parameters: Mapping[str, Any] | None = None,
        otherwise: Callable[[], object] = lambda: None,
    ) -> JobHandle[Any]:
        """Run long work beside the window; `then` gets its result in the window's thread, errors are shown and
        `otherwise` is called.

        With `kind`, the project notes the job and its parameters, so that it can go on after a crash.
        """
        from editor.base.jobs import Job

        def tell(result: Any, error: BaseException | None) -> None:
            self._job_ended.emit((result, error, then, otherwise))

        log = getattr(self.storage, "jobs", None) if kind else None
        return self.jobs.submit(Job(name, work, lane, kind=kind, parameters=parameters or {}, log=log, ended=tell))

    def _end_job(
        self, end: tuple[Any, BaseException | None, Callable[[Any], object], Callable[[], object]]
    ) -> None:
        result, error, then, otherwise = end
        if error is not None:
            self.show_error(error)
            self.attempt(otherwise)
        else:
            self.attempt(lambda: then(result))

    def end_jobs(self) -> None:
        """Cancel what runs and end the threads, when the window closes."""
        if self._jobs is not None:
            self._jobs.close()
            self._jobs = None

    def show_marks(self, marks: dict[str, str]) -> None:
        """Which records show an older state of a file."""
        if marks != self.marks:
            self.marks = marks
            self.marks_changed.emit()

    # Tools and colours

    def choose_tool(self, name: str) -> None:
        if name != self.tool:
            self.tool = name
            self.tools_by_family[self.family] = name
            self.tool_changed.emit(name)

    def set_tool_option(self, tool: str, option: str, value: Any) -> None:
        self.tool_settings.setdefault(tool, {})[option] = value
        self.tool_option_changed.emit(tool, option)

    def set_foreground(self, color: str) -> None:
        if color != self.foreground:
            self.foreground = color
            self.colors_changed.emit()

    def set_background(self, color: str) -> None:
        if color != self.background:
            self.background = color
            self.colors_changed.emit()

    def swap_colors(self) -> None:
        self.foreground, self.background = self.background, self.foreground
        self.colors_changed.emit()

    def default_colors(self) -> None:
        self.foreground, self.background = "#000000", "#ffffff"
        self.colors_changed.emit()

    # Following

    def _on_change(self, event: ProjectChange) -> None:
        entries = event.change.entries.items()
        roots = [key for key, pair in entries if any(side is not None and side.parent is None for side in pair)]
        if roots and self.document not in self.project_records():
            self._follow_documents()  # at once: no view may go on drawing a document that is gone
        self.changed.emit(event)
        if roots:
            QTimer.singleShot(0, self._follow_documents)

    def project_records(self) -> Mapping[str, Record]:
        return self.project.records if self.project is not None else {}

    def _follow_documents(self) -> None:
        if self.project is None:
            return
        self.documents_changed.emit()
        keys = [item.id for item in self.project.documents()]
        if self.document not in keys:
            self.activate(keys[-1] if keys else "")

    def _on_damage(self, damage: Damage) -> None:
        with suppress(RuntimeError):  # a canvas that is being deleted
            self.damaged.emit(damage)
