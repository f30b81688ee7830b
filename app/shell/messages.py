"""The one place that shows what went wrong or right: a bar with a sentence and what to do, never in the way."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

from app.icons import icon, pixmap
from editor.base.translation import tr

INFO_SECONDS = 6
ICONS = {"error": ("error", "error"), "warning": ("warning", "warning"), "info": ("info", "accent")}


class MessageBar(QFrame):
    """Shows one message at a time. News go by themselves, errors stay until closed or followed by another."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("messageBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 8, 7)
        row.setSpacing(10)
        self.picture = QLabel()
        self.text = QLabel()
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("close", "muted"))
        self.close_button.setToolTip(tr("Close this message"))
        self.close_button.setAccessibleName(tr("Close this message"))
        self.close_button.clicked.connect(self.hide)
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_message(self, level: str, sentence: str, remedy: str) -> None:
        """`level` is error, warning or info."""
        name, role = ICONS.get(level, ICONS["info"])
        self.picture.setPixmap(pixmap(name, 18, role, self.devicePixelRatioF()))
        self.text.setText(f"{sentence}  {remedy}".strip())
        self.setProperty("level", level)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        self._timer.stop()
        if level == "info":
            self._timer.start(INFO_SECONDS * 1000)
