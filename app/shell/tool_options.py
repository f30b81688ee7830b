"""The options of the tool in hand, in a bar above the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QWidget

from app.icons import pixmap
from app.presets.places import tool_button
from app.shell.tips import TipButton
from app.widgets.number_field import NumberField
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.tools.tool import Option

HEIGHT = 40


class ToolOptions(QScrollArea):
    """Made anew for each tool from the options that it declares."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("toolOptions")
        self.session = session
        self.setFixedHeight(HEIGHT)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        self.setWidget(inner)
        self.row = QHBoxLayout(inner)
        self.row.setContentsMargins(12, 0, 12, 0)
        self.row.setSpacing(8)
        self.editors: dict[str, QWidget] = {}
        session.tool_changed.connect(self.show_tool)
        session.tool_option_changed.connect(self._follow)

    def minimumSizeHint(self) -> QSize:
        """Many options must not make the window wider: in a narrow one the wheel moves them."""
        return QSize(0, HEIGHT)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (event.angleDelta().y() or event.angleDelta().x()) // 2)

    def show_tool(self, name: str) -> None:
        from editor.tools.tool import TOOLS

        self.editors.clear()
        while self.row.count():
            item = self.row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
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
        settings = self.session.tool_settings.get(name, {})
        for option in cls.options:
            if option.applies is None or option.applies(settings):
                self._add(name, option)
        self.row.addStretch(1)

    def _value(self, tool: str, option: Option) -> Any:
        return self.session.tool_settings.get(tool, {}).get(option.name, option.default)

    def _add(self, tool: str, option: Option) -> None:
        value = self._value(tool, option)

        def store(new: Any) -> None:
            self.session.set_tool_option(tool, option.name, new)

        if option.kind == "bool":
            switch = QCheckBox(tr(option.label))
            switch.setChecked(bool(value))
            switch.toggled.connect(store)
            editor: QWidget = switch
        elif option.kind == "tip":
            editor = TipButton(self.session, tool, value)  # a picture needs no word beside it
        else:
            label = QLabel(tr(option.label))
            self.row.addWidget(label)
            editor = self._editor(option, value, store)
            label.setBuddy(editor)
        editor.setAccessibleName(tr(option.label))
        self.editors[option.name] = editor
        self.row.addWidget(editor)
        self.row.addSpacing(6)

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
