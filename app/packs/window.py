"""The window of packs: what is installed, what buckets offer, and publishing one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QTabWidget, QVBoxLayout

from app.dialogs.running import ask_about_jobs
from app.library.catalogues_work import CatalogueWork
from app.library.folder import library_folder
from app.packs.arriving import Arrivals
from app.packs.buckets_page import BucketsPage
from app.packs.installed_page import InstalledPage
from app.packs.place import told
from app.packs.publish_page import PublishPage
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.library.library import Library

WORK = "packs"


class PacksWindow(QDialog):
    """One a main window. One thing is done at a time; its progress and its end are told at the foot."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window_, self.session = window, window.session
        self.work = CatalogueWork(window.session)
        self.arrivals = Arrivals(self)
        self.setWindowTitle(tr("Packs"))
        self.resize(980, 640)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.said = QLabel()
        self.said.setObjectName("notice")
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.hide()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.doing = QLabel()
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(lambda _on=False: self.work.stop(WORK))
        self.work.progressed.connect(self._show_progress)
        self.installed, self.buckets, self.publish = InstalledPage(self), BucketsPage(self), PublishPage(self)
        self._lay_out()
        self._rest()
        self.installed.refresh()
        self.buckets.show_buckets()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What goes on is asked about, and stopped only then."""
        if self.is_busy and not ask_about_jobs(self, [self.doing.text()]):
            event.ignore()
            return
        for name in list(self.work.going):
            self.work.leave(name)
        event.accept()  # a dialog's own way calls `reject` again, and the window would stay

    def reject(self) -> None:
        self.close()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        for page, title in ((self.installed, "Installed"), (self.buckets, "Buckets"), (self.publish, "Publish")):
            self.tabs.addTab(page, tr(title))
        column.addWidget(self.tabs, 1)
        column.addWidget(self.said)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.doing)
        foot.addWidget(self.bar, 1)
        foot.addWidget(self.cancel)
        column.addLayout(foot)

    # Doing

    def begin(self, title: str, work: Callable[[Progress], Any], then: Callable[[Any], object]) -> None:
        """Long work beside the window: its sentence of failure, or what `then` says, stands at the foot. Raises
        ExpectedError while something else goes on: that is never stopped by another button."""
        if self.is_busy:
            raise ExpectedError(tr("One thing at a time: this is still going on: {title}.", title=self.doing.text()))

        def quietly(progress: Progress) -> Any:
            with told():
                return work(progress)

        def end(result: Any) -> None:
            self._rest()
            then(result)

        self.say("")
        self.doing.setText(title)
        for widget in (self.doing, self.bar, self.cancel):
            widget.show()
        self.bar.setValue(0)
        self._let_begin(False)
        self.work.begin(WORK, title, quietly, end, self._fail)

    @property
    def is_busy(self) -> bool:
        return WORK in self.work.going

    def say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _fail(self, sentence: str) -> None:
        self._rest()
        self.say(sentence or tr("Stopped. What was done so far is kept, and the next try goes on from there."))

    def _rest(self) -> None:
        for widget in (self.doing, self.bar, self.cancel):
            widget.hide()
        self._let_begin(True)

    def _let_begin(self, on: bool) -> None:
        """Whether buttons that begin something may be pressed."""
        for page in (self.installed, self.buckets, self.publish):
            for row in page.rows:
                row.setEnabled(on)

    def _show_progress(self, name: str, share: float, _text: str) -> None:
        if name == WORK:
            self.bar.setValue(round(share * 1000))

    # The library

    def with_library(self, act: Callable[[Library], Any]) -> Any:
        """For work in a job: the library of this person, opened for it alone."""
        from editor.library.library import Library

        library = Library(library_folder())
        try:
            return act(library)
        finally:
            library.close()

    def library_has_changed(self) -> None:
        """Let the panel, when it is there, read again."""
        if self.window_.has_parts and self.window_.parts.library.service is not None:
            self.window_.parts.library.service.changed.emit()

    def chosen_assets(self) -> list[int]:
        """What is chosen in the library's panel."""
        return sorted(self.window_.parts.library.grid.chosen) if self.window_.has_parts else []
