"""The window of training: begin a run, watch it learn, compare what it made, make it the default or go back.

The run is a process of its own, and a job of the studio while that is open. This window only reads the run's file twice
a second, so it may be closed meanwhile, and a run that was begun on the command line shows here as well.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.ai.training_compare import ComparisonPane
from app.ai.training_curves import CurveView
from app.ai.training_form import TrainingForm
from app.ai.training_job import follow
from editor.base.numbers import percent_text
from editor.base.translation import tr
from editor.workflows.ai.run import expected
from ml.errors import ModelError
from ml.training import process
from ml.training.tracking import Run

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from ml.training.compare import Compared

POLL_MILLISECONDS = 500
SIDE_WIDTH = 300
STATES = {
    "new": "not begun", "running": "training", "paused": "paused", "stopped": "ended", "done": "done",
    "failed": "failed",
}


class TrainingWindow(QDialog):
    """One a main window. `chosen` is the run that is shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Train a model"))
        self.session, self.ai = window.session, window.ai
        self.tracking = process.open_tracking(self.ai.store.root)
        self.chosen: int | None = None
        self._compares = False
        self.form = TrainingForm(self.tracking, self._begin)
        self.runs = QListWidget()
        self.runs.setAccessibleName(tr("Runs"))
        self.runs.currentItemChanged.connect(lambda now, _before: self._choose(now))
        self.title, self.status, self.problem = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar()
        self.quality = CurveView(tr("PSNR on held-out pictures"), "dB", "accent")
        self.loss = CurveView(tr("Loss"), "", "warning")
        self.comparison = ComparisonPane()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setStyleSheet("QTabWidget::pane { border: none; background: transparent }")
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.resize(1080, 720)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.refresh()
        if self.runs.count():
            self.runs.setCurrentRow(0)

    # Making it

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(10)
        side.addWidget(self.form)
        side.addWidget(_muted(tr("Runs")))
        side.addWidget(self.runs, 1)
        holder = QWidget()
        holder.setFixedWidth(SIDE_WIDTH)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(side)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(18)
        row.addWidget(holder)
        row.addLayout(self._right_side(), 1)

    def _right_side(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.title.setObjectName("heading")
        self.status.setObjectName("muted")
        self.problem.setObjectName("problem")
        for label in (self.status, self.problem):
            label.setWordWrap(True)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        for widget in (self.title, self.status, self.bar, self.problem):
            column.addWidget(widget)
        curves = QWidget()
        inner = QVBoxLayout(curves)
        inner.setContentsMargins(0, 8, 0, 0)
        inner.addWidget(self.quality, 3)
        inner.addWidget(self.loss, 2)
        self.tabs.addTab(curves, tr("Curves"))
        self.tabs.addTab(self.comparison, tr("Comparison"))
        column.addWidget(self.tabs, 1)
        column.addLayout(self._button_row())
        return column

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        wishes = (
            ("pause", "Pause", partial(self._ask, "pause")), ("resume", "Resume", self._resume),
            ("stop", "End training", partial(self._ask, "stop")), ("", "", None),
            ("compare", "Export and compare", self._compare), ("promote", "Promote", self._promote),
            ("rollback", "Roll back", self._roll_back),
        )
        for name, label, act in wishes:
            if act is None:
                row.addStretch(1)
                continue
            button = QPushButton(tr(label))
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=act: self._attempt(act))
            self.buttons[name] = button
            row.addWidget(button)
        self.buttons["promote"].setToolTip(tr("Use this model wherever none is named."))
        self.buttons["rollback"].setToolTip(tr("Use the model that was used before."))
        return row

    # Showing

    def refresh(self) -> None:
        """Read the file again."""
        runs = [process.refreshed(self.tracking, item.id) for item in self.tracking.runs()]
        self._fill_list(runs)
        found = next((item for item in runs if item.id == self.chosen), None)
        self._show(found)

    def _fill_list(self, runs: list[Run]) -> None:
        if [self._key(row) for row in range(self.runs.count())] != [item.id for item in runs]:
            self.runs.blockSignals(True)
            self.runs.clear()
            for item in runs:
                entry = QListWidgetItem()
                entry.setData(Qt.ItemDataRole.UserRole, item.id)
                self.runs.addItem(entry)
                if item.id == self.chosen:
                    self.runs.setCurrentItem(entry)
            self.runs.blockSignals(False)
        for row, item in enumerate(runs):
            share = percent_text(item.step / item.steps) if item.state in ("running", "paused") else ""
            self.runs.item(row).setText(f"{item.name}\n{tr(STATES[item.state])} {share}".rstrip())

    def _key(self, row: int) -> int:
        return int(self.runs.item(row).data(Qt.ItemDataRole.UserRole))

    def _choose(self, entry: QListWidgetItem | None) -> None:
        if entry is not None:
            self.chosen = int(entry.data(Qt.ItemDataRole.UserRole))
            self.comparison.clear()
            self.refresh()

    def _show(self, run: Run | None) -> None:
        state = run.state if run is not None else ""
        enabled = {
            "pause": state == "running", "resume": state in ("new", "paused", "stopped", "failed"),
            "stop": state in ("running", "paused"), "compare": run is not None and run.step > 0 and not self._compares,
            "promote": run is not None and bool(self.tracking.exports(run.id)), "rollback": run is not None,
        }
        for name, button in self.buttons.items():
            button.setEnabled(enabled[name])
        self.bar.setVisible(state == "running")
        if run is None:
            self.title.setText(tr("Train a model"))
            self.status.setText(tr("Choose a run to see its curves."))
            return
        self.title.setText(run.name)
        self.bar.setValue(round(1000 * run.step / run.steps))
        self.status.setText(self._facts(run))
        failure = run.failure
        self.problem.setText("" if failure is None else f"{expected(failure)}")
        self.problem.setVisible(failure is not None)
        base = self.tracking.curve(run.id, "base_psnr")
        self.quality.show_curve(self.tracking.curve(run.id, "psnr"), run.steps, base[0][1] if base else None)
        self.loss.show_curve(self.tracking.curve(run.id, "loss"), run.steps)

    def _facts(self, run: Run) -> str:
        counts = {role: len(self.tracking.pictures(run.id, role)) for role in ("training", "held out", "skipped")}
        facts = [tr(STATES[run.state]), tr("step {step} of {steps}", step=run.step, steps=run.steps)]
        if run.state == "running" and run.step:
            minutes = run.seconds / run.step * (run.steps - run.step) / 60
            facts.append(tr("about {minutes} min left", minutes=max(1, round(minutes))))
        if counts["training"]:
            held = counts["held out"]
            facts.append(tr("{training} pictures, {held} held out", training=counts["training"], held=held))
        if counts["skipped"]:
            facts.append(tr("{count} skipped", count=counts["skipped"]))
        return "  ·  ".join(facts)

    # Acting

    def _attempt(self, act: object) -> None:
        """Do what a button says; what goes wrong is shown where the run's own failures are."""
        try:
            act()  # type: ignore[operator]
        except ModelError as error:
            self.session.show_error(expected(error))
        self.refresh()

    def _begin(self, run: Run, threads: int) -> None:
        self.chosen = run.id
        self._attempt(partial(self._train, run.id, threads))
        self.tabs.setCurrentIndex(0)
        self.comparison.clear()

    def _ask(self, wish: str) -> None:
        if self.chosen is not None:
            process.ask(self.tracking, self.chosen, "pause" if wish == "pause" else "stop")

    def _resume(self) -> None:
        if self.chosen is not None:
            self._train(self.chosen, round(self.form.threads.value()))

    def _train(self, key: int, threads: int) -> None:
        process.start(self.tracking, key, threads)
        follow(self.session, self.tracking, key)

    def _compare(self) -> None:
        """Export the best checkpoint and compare it, as a job."""
        key, tracking, store, runtime = self.chosen, self.tracking, self.ai.store, self.ai.runtime
        if key is None:
            return

        def work(progress: Progress) -> list[Compared]:
            from editor.workflows.ai.comparison import compare_run
            from ml.training.export import install

            try:
                install(tracking, key, store)
                return compare_run(tracking, key, store, runtime, progress)
            except ModelError as error:
                raise expected(error) from error

        self.comparison.view.tell(tr("Comparing..."), busy=True)
        self.tabs.setCurrentIndex(1)
        self._compares = True
        self.session.start_job(
            tr("Compare models"), work, partial(self._show_comparison, key), lane="compute",
            otherwise=self._end_comparison,
        )

    def _end_comparison(self) -> None:
        self._compares = False
        self.comparison.clear()
        self.refresh()

    def _show_comparison(self, key: int, found: list[Compared]) -> None:
        self._compares = False
        if key == self.chosen:
            self.comparison.show_comparison(found)
        self.refresh()

    def _promote(self) -> None:
        from ml.catalogue import versions

        made = self.tracking.exports(self.chosen)
        if made:
            versions.promote(self.ai.store, made[-1]["model"])
            self.session.say(tr("{name} is the default now.", name=made[-1]["model"]))

    def _roll_back(self) -> None:
        from ml.catalogue import versions

        if self.chosen is not None:
            name = versions.roll_back(self.ai.store, self.tracking.run(self.chosen).task)
            self.session.say(tr("{name} is the default now.", name=name or tr("The built-in method")))

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    return label
