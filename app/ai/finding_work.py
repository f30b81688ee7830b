"""Searching beside the window: the newest question wins, and what the project shows is drawn once a step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.base.errors import Cancelled, ExpectedError
from editor.base.translation import tr
from ml.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.ai.service import AI
    from editor.base.jobs import JobHandle, Progress
    from editor.document.project import Project
    from editor.workflows.ai.similar_work import Found, ProjectPicture
    from ml.catalogue.store import InstalledModel
    from ml.similarity.embedding import Embedder
    from ml.similarity.index import PictureIndex
    from ml.similarity.update import Summary

PAUSE_MS = 120
MOST, MOST_ALIKE = 300, 60
LEAST_ALIKE = 0.5
"""Below this score pictures have little more in common than being pictures."""


@dataclass(frozen=True)
class Question:
    """What the window asks now. `like` (h, w, 3) uint8 sRGB is a picture to resemble."""

    words: str
    like: NDArray[Any] | None
    folders: tuple[Path, ...]
    in_project: bool
    model: InstalledModel | None

    @property
    def is_empty(self) -> bool:
        return not self.words.strip() and self.like is None


class Searcher(QObject):
    """`found` brings the answer to the newest question, `picture` a picture to resemble, `failed` a sentence."""

    found = Signal(object)
    picture = Signal(object)
    failed = Signal(str)
    _came = Signal(int, str, object)  # from a job's thread

    def __init__(self, ai: AI, parent: QObject) -> None:
        super().__init__(parent)
        from editor.workflows.ai.similar_work import index_in

        self.ai = ai
        self.index: PictureIndex = index_in(ai.store.root)
        self._question: Question | None = None
        self._number = 0
        self._handle: JobHandle[Any] | None = None
        self._pictures: tuple[Project | None, int, list[ProjectPicture]] = (None, -1, [])
        self._embedder: tuple[InstalledModel, Embedder] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._start)
        self._came.connect(self._take)

    # Asking

    def ask(self, question: Question) -> None:
        """Answer soon; a question before this one is dropped."""
        self.stop()
        self._question = question
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._number += 1
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def make_ready(self) -> None:
        """Load the index, so that the first answer is as quick as the next."""
        self._submit(lambda progress: self.index.make_ready(), "ready")

    def read_file(self, path: Path) -> None:
        """A picture to resemble, from a file."""

        def work(progress: Progress) -> NDArray[Any]:
            from editor.workflows.ai.similar_reading import read_sample

            return read_sample(path).pixels

        self._submit(work, "picture")

    def read_layer(self) -> None:
        """A picture to resemble: the chosen layer, or the document that is shown. Raises ExpectedError without one."""
        session = self.ai.session
        project, document = session.required_project().snapshot(), session.document
        selection = session.required_project().selection

        def work(progress: Progress) -> NDArray[Any]:
            from editor.workflows.ai.similar_work import picture_of

            return picture_of(project, document, selection)

        self._submit(work, "picture")

    def embedder_of(self, model: InstalledModel | None) -> Embedder | None:
        from ml.similarity.embedding import Embedder

        if model is None:
            return None
        if self._embedder is None or self._embedder[0] != model:
            self._embedder = (model, Embedder(model, self.ai.runtime))
        return self._embedder[1]

    def _start(self) -> None:
        question = self._question
        assert question is not None
        if question.is_empty:
            self.found.emit([])
            return
        project = self.ai.session.project if question.in_project else None
        copy = project.snapshot() if project is not None and not self._has_pictures(project) else None
        head = project.history.head if project is not None else -1
        drawn = self._pictures[2] if project is not None else []

        def work(progress: Progress) -> tuple[list[Found], tuple[Any, int, list[ProjectPicture]] | None]:
            return self._find(question, (project, head, copy, drawn), progress)

        self._handle = self._submit(work, "found")

    def _has_pictures(self, project: Project) -> bool:
        return self._pictures[:2] == (project, project.history.head)

    def _find(self, question: Question, source: Any, progress: Progress) -> Any:
        from editor.workflows.ai.similar_work import Query, find, project_pictures

        project, head, copy, pictures = source
        fresh = None
        if copy is not None:
            pictures = project_pictures(copy, progress.part(0.0, 0.8))
            fresh = (project, head, pictures)
        query = Query(question.words, question.like, question.folders, question.in_project, MOST)
        found = find(self.index, query, pictures, self.embedder_of(question.model), progress)
        if question.like is not None and not question.words.strip():
            found = [one for one in found if one.score >= LEAST_ALIKE][:MOST_ALIKE]
        return found, fresh

    # Looking through folders

    def look_through(
        self, folders: tuple[Path, ...], model: InstalledModel | None, then: Callable[[Summary], object],
        otherwise: Callable[[], object],
    ) -> JobHandle[Any]:
        """Bring the index up to date as a job that shows among the others."""

        def work(progress: Progress) -> Summary:
            from editor.workflows.ai.run import expected
            from editor.workflows.ai.similar_work import look_through

            try:
                return look_through(self.index, folders, self.embedder_of(model), progress)
            except ModelError as error:
                raise expected(error) from error

        return self.ai.session.start_job(tr("Look through folders"), work, then, otherwise=otherwise)

    # Beside the window

    def _submit(self, work: Callable[[Progress], Any], what: str) -> JobHandle[Any]:
        from editor.base.jobs import Job

        number = self._number
        return self.ai.previews.submit(
            Job(tr("Find pictures"), lambda progress: self._do(number, what, work, progress), "io")
        )

    def _do(self, number: int, what: str, work: Callable[[Progress], Any], progress: Progress) -> None:
        from editor.workflows.ai.run import expected

        try:
            self._tell(number, what, work(progress))
        except Cancelled:
            return
        except ModelError as error:
            self._tell(number, "failed", str(expected(error)))
        except ExpectedError as error:
            self._tell(number, "failed", str(error))
        except Exception as error:  # noqa: BLE001 - a bug is shown and reported where all bugs are
            self._tell(number, "bug", error)

    def _tell(self, number: int, what: str, value: object) -> None:
        with suppress(RuntimeError):  # the window is gone
            self._came.emit(number, what, value)

    def _take(self, number: int, what: str, value: Any) -> None:
        if what == "bug":
            self.ai.session.show_error(value)
        elif what == "picture":
            self.picture.emit(value)
        elif what == "failed":
            self.failed.emit(value)
        elif what == "found" and number == self._number:
            found, fresh = value
            if fresh is not None:
                self._pictures = fresh
            self.found.emit(found)
