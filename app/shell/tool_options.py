"""The options of the tool in hand, in a bar above the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon, pixmap
from app.presets.places import tool_button
from app.shell.tips import TipButton
from app.widgets.number_field import NumberField
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.tools.tool import Option

HEIGHT, MARGIN, SPACING = 40, 12, 8


class RestOfOptions(QFrame):
    """The options that the bar has no room for, one below the other."""

    def __init__(self, bar: QWidget) -> None:
        super().__init__(bar, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 12, 14, 12)
        self.column.setSpacing(10)

    def hold(self, cells: list[QWidget]) -> None:
        """These and no others; their names stand to the left, their fields end to the right."""
        if cells == [self._cell(place) for place in range(self.column.count())]:
            return
        for cell in cells:
            self.column.removeWidget(cell)
            self.column.addWidget(cell)
            cell.show()
            label = cell.findChild(QLabel)
            layout = cell.layout()
            if label is not None and isinstance(layout, QHBoxLayout) and layout.indexOf(label) == 0:
                layout.setStretch(0, 1)

    def _cell(self, place: int) -> QWidget | None:
        item = self.column.itemAt(place)
        return item.widget() if item is not None else None


class ToolOptions(QFrame):
    """Made anew for each tool from the options that it declares. What a narrow window has no room for waits behind a
    button at the end of the bar, in the same order."""

    def __init__(self, session: Session) -> None:
        self.cells: list[QWidget] = []
        self._measured: list[int] = []
        super().__init__()
        self.setObjectName("toolOptions")
        self.session = session
        self.setFixedHeight(HEIGHT)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        self.row.setSpacing(SPACING)
        self.editors: dict[str, QWidget] = {}
        self.head = 0
        """How many things stand before the options."""
        self.more = QToolButton()
        self.more.setIcon(icon("more"))
        self.more.setToolTip(tr("More options"))
        self.more.setAccessibleName(tr("More options"))
        self.more.clicked.connect(self.show_more)
        self.rest = RestOfOptions(self)
        session.tool_changed.connect(self.show_tool)
        session.tool_option_changed.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        """Many options must not make the window wider."""
        return QSize(0, HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def event(self, event: QEvent) -> bool:
        """Words that the style made wider since they were measured need more room."""
        if event.type() == QEvent.Type.LayoutRequest and self.cells and self._measures() != self._measured:
            self._share_out()
        return super().event(event)

    def _measures(self) -> list[int]:
        """The room for options, what the last button takes, and what each option does."""
        head = sum(self._width_at(number) + SPACING for number in range(self.head))
        widths = [cell.sizeHint().width() + SPACING for cell in self.cells]
        return [self.width() - 2 * MARGIN - head, self.more.sizeHint().width() + SPACING, *widths]

    def show_tool(self, name: str) -> None:
        from editor.tools.tool import TOOLS

        self._clear()
        cls = TOOLS.get(name)
        if cls is None:
            return
        picture = QLabel()
        picture.setPixmap(pixmap(cls.icon, 18, "text", self.devicePixelRatioF()))
        title = QLabel(tr(cls.label))
        title.setObjectName("toolName")
        self.row.addWidget(picture)
        self.row.addWidget(title)
        if cls.options:
            self.row.addWidget(tool_button(self, self.session, name))
        self.row.addSpacing(4 if cls.options else 12)
        self.head = self.row.count()
        settings = self.session.tool_settings.get(name, {})
        for option in cls.options:
            if option.applies is None or option.applies(settings):
                self._add(name, option)
        self.row.addStretch(1)
        self.row.addWidget(self.more)
        self._share_out()

    def _clear(self) -> None:
        self.rest.hide()
        self.editors.clear()
        for cell in self.cells:
            cell.hide()
            self.rest.column.removeWidget(cell)  # it goes later
            cell.deleteLater()
        self.cells.clear()
        while self.row.count():
            item = self.row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.more:
                widget.deleteLater()
        self.more.hide()

    def _share_out(self) -> None:
        """As many options as there is room for stand in the bar, the others behind its last button."""
        if not self.cells:
            return
        self._measured = self._measures()
        room, more, *widths = self._measured
        shown = len(widths)
        if sum(widths) > room:
            room -= more
            while shown and sum(widths[:shown]) > room:
                shown -= 1
        for number, cell in enumerate(self.cells):
            if number < shown and self.row.indexOf(cell) < 0:
                self.row.insertWidget(self.head + number, cell)
                cell.show()
        self.rest.hold(self.cells[shown:])
        self.more.setVisible(shown < len(self.cells))
        if self.rest.isVisible():
            self._fit_rest(shown < len(self.cells))

    def _width_at(self, number: int) -> int:
        item = self.row.itemAt(number)
        return item.sizeHint().width() if item is not None else 0

    def show_more(self) -> None:
        """Below the button, within the screen; a click beside it closes it."""
        self._place_rest()
        self.rest.show()
        self.rest.setFocus()

    def _fit_rest(self, holds_any: bool) -> None:
        """The window became wider or narrower while it is open."""
        if holds_any:
            self._place_rest()
        else:
            self.rest.hide()

    def _place_rest(self) -> None:
        self.rest.column.activate()
        self.rest.adjustSize()
        place = self.more.mapToGlobal(QPoint(self.more.width() - self.rest.width(), self.more.height() + 4))
        screen = self.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.rest.width())))
        self.rest.move(place)

    def _value(self, tool: str, option: Option) -> Any:
        return self.session.tool_settings.get(tool, {}).get(option.name, option.default)

    def _add(self, tool: str, option: Option) -> None:
        value = self._value(tool, option)

        def store(new: Any) -> None:
            self.session.set_tool_option(tool, option.name, new)

        cell = QWidget()
        inner = QHBoxLayout(cell)
        inner.setContentsMargins(0, 0, 6, 0)
        inner.setSpacing(SPACING)
        inner.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        if option.kind == "bool":
            switch = QCheckBox(tr(option.label))
            switch.setChecked(bool(value))
            switch.toggled.connect(store)
            editor: QWidget = switch
        elif option.kind == "tip":
            editor = TipButton(self.session, tool, value)  # a picture needs no word beside it
        else:
            label = QLabel(tr(option.label))
            inner.addWidget(label)
            editor = self._editor(option, value, store)
            label.setBuddy(editor)
        editor.setAccessibleName(tr(option.label))
        self.editors[option.name] = editor
        inner.addWidget(editor)
        self.cells.append(cell)
        self.row.addWidget(cell)
        for part in cell.findChildren(QWidget):  # the style decides how wide its words are
            part.ensurePolished()

    def _editor(self, option: Option, value: Any, store: Any) -> QWidget:
        if option.kind == "choice":
            box = QComboBox()
            for choice in option.choices:
                box.addItem(tr(choice), choice)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.currentIndexChanged.connect(lambda _place: store(box.currentData()))
            return box
        if option.kind in ("float", "int"):
            decimals = 0 if option.kind == "int" else (2 if option.maximum <= 10 else 1)
            percent = option.kind == "float" and option.minimum >= 0 and option.maximum == 1.0
            unit = " %" if percent else (f" {tr(option.unit)}" if option.unit else "")
            field = NumberField(
                float(value), option.minimum, option.maximum, 0 if percent else decimals, unit,
                factor=100.0 if percent else 1.0,
            )
            field.setFixedWidth(80)
            field.live.connect(lambda new: store(int(new) if option.kind == "int" else new))
            return field
        from PySide6.QtWidgets import QLineEdit

        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: store(line.text()))
        return line

    def _follow(self, tool: str, name: str) -> None:
        """An option that a key or the tool changed shows its new value; another tip has other options."""
        if tool == self.session.tool and name == "tip":
            self.show_tool(tool)
            return
        editor = self.editors.get(name)
        value = self.session.tool_settings.get(tool, {}).get(name)
        if tool == self.session.tool and isinstance(editor, NumberField) and value is not None:
            editor.set_value(float(value))
        elif tool == self.session.tool and isinstance(editor, QCheckBox) and value is not None:
            editor.setChecked(bool(value))
        elif tool == self.session.tool and isinstance(editor, QComboBox) and value is not None:
            editor.setCurrentIndex(editor.findData(value))
