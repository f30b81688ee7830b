"""The form of recurring work and reminders: opens as it was made, in the time zone that it was made in."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QWidget

from app.commandline.jobs import checked_call
from app.queue.dialogs import Form
from app.queue.path_fields import words_in
from app.queue.usual_rules import DAYS, LAST, LATEST, WAYS, UsualRule, Way, day_of_month, usual_rule
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.moments import moment_from
from editor.workflows.queue.rules import check_rule, once_at, zone_here
from editor.workflows.queue.schedules import NewSchedule, Schedule


class ScheduleForm(Form):
    """When, and what: a reminder, or a call of the program. A moment may be written as people do."""

    def __init__(self, parent: QWidget, take: Callable[[NewSchedule], object], old: Schedule | None = None) -> None:
        super().__init__(parent, tr("Recurring work"), tr("Save"), take)
        self.folder = old.folder if old is not None else str(Path.home())
        self.name = QLineEdit(old.name if old is not None else "")
        self.name.setPlaceholderText(tr("Send the proofs"))
        self.way, self.day, self.month_day = QComboBox(), QComboBox(), QComboBox()
        for key, text in WAYS:
            self.way.addItem(tr(text), key)
        for text in DAYS:
            self.day.addItem(tr(text))
        for number in (*range(1, LATEST + 1), LAST):
            self.month_day.addItem(day_of_month(number), number)
        self.moment = QLineEdit()
        self.moment.setPlaceholderText(tr("Friday 17:00, tomorrow 9:00, in 20 minutes"))
        self.time = QLineEdit("09:00")
        self.time.setPlaceholderText("17:30")
        self.rule = QLineEdit()
        self.rule.setPlaceholderText("0 6 * * mon-fri")
        self.zone = zone_box(old.zone if old is not None else zone_here())
        self.call = QLineEdit(shlex.join(old.arguments) if old is not None else "")
        self.call.setPlaceholderText(tr("library refresh (nothing makes it a reminder)"))
        self.catch_up = QCheckBox(tr("Make up for runs that were missed, once"))
        self.catch_up.setChecked(old.catch_up if old is not None else True)
        for label, field in (
            (tr("Name"), self.name), (tr("When"), self.way), (tr("Moment"), self.moment), (tr("Day"), self.day),
            (tr("Day of the month"), self.month_day), (tr("Time of day"), self.time), (tr("Rule"), self.rule),
            (tr("Time zone"), self.zone), (tr("Does"), self.call), ("", self.catch_up),
        ):  # fmt: skip
            self.form.addRow(label, field)
        if old is not None:
            self._show_rule(usual_rule(old.rule))
        self.way.currentIndexChanged.connect(lambda _index: self._show_way())
        self._show_way()

    def _show_rule(self, usual: UsualRule) -> None:
        self.way.setCurrentIndex(self.way.findData(usual.way))
        self.time.setText(f"{usual.hour:02}:{usual.minute:02}")
        if usual.way == "weekly":
            self.day.setCurrentIndex(usual.day)
        elif usual.way == "monthly":
            self.month_day.setCurrentIndex(self.month_day.findData(usual.day))
        elif usual.way == "once":
            self.moment.setText(usual.text)
        elif usual.way == "other":
            self.rule.setText(usual.text)

    def _way(self) -> Way:
        way: Way = self.way.currentData()
        return way

    def _show_way(self) -> None:
        way = self._way()
        self.form.setRowVisible(self.moment, way == "once")
        self.form.setRowVisible(self.day, way == "weekly")
        self.form.setRowVisible(self.month_day, way == "monthly")
        self.form.setRowVisible(self.time, way in ("daily", "workdays", "weekly", "monthly"))
        self.form.setRowVisible(self.rule, way == "other")
        self.form.setRowVisible(self.catch_up, way != "once")

    def _rule(self, zone: str) -> str:
        way = self._way()
        if way == "once":
            here = datetime.now(ZoneInfo(zone)).replace(tzinfo=None)
            return once_at(moment_from(self.moment.text(), here))
        time = QTime.fromString(self.time.text().strip().lower().replace("h", ":"), "H:mm")
        if not time.isValid() and way != "other":
            raise ExpectedError(tr("{text} is no time of day.", text=self.time.text()))
        day = int(self.month_day.currentData()) if way == "monthly" else self.day.currentIndex()
        hour, minute = max(0, time.hour()), max(0, time.minute())
        return UsualRule(way=way, hour=hour, minute=minute, day=day, text=self.rule.text().strip()).rule()

    def result_of(self) -> NewSchedule:
        if not self.name.text().strip():
            raise ExpectedError(tr("Recurring work needs a name."))
        zone = self.zone.currentText().strip()
        if zone not in available_timezones() and zone != zone_here():
            raise ExpectedError(tr("There is no time zone {name}.", name=zone))
        rule = self._rule(zone)
        check_rule(rule, zone)
        call = checked_call(words_in(self.call.text())) if self.call.text().strip() else ()
        return NewSchedule(
            name=self.name.text().strip()[:200], rule=rule, arguments=call, folder=self.folder, zone=zone,
            catch_up=self.catch_up.isChecked(),
        )  # fmt: skip


def zone_box(chosen: str) -> QComboBox:
    """All zones; a few letters find one."""
    box = QComboBox()
    box.addItems(sorted({*available_timezones(), chosen}))
    box.setCurrentText(chosen)
    return findable(box)


def findable(box: QComboBox) -> QComboBox:
    """Let a few letters find a line of a box that can be typed in."""
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = box.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return box
