"""What is asked before a catalogue is spoken to, and before anything of it is fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ai.missing import size_text
from app.dialogs.facts import facts, file_list, muted
from app.dialogs.frame import Frame
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.catalogues.fetching import Offer
    from editor.workflows.catalogues.source import Source

WIDTH, CARD = 620, 520


class AgreeCard(QWidget):
    """In the place of the works, as long as a catalogue was not agreed to."""

    agreed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.card = QFrame()
        self.card.setObjectName("notice")
        self.card.setFixedWidth(CARD)
        self._inside = QVBoxLayout(self.card)
        self._inside.setContentsMargins(22, 20, 22, 20)
        self._inside.setSpacing(12)
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda _on=False: self.agreed.emit())
        row = QHBoxLayout(self)
        row.addStretch(1)
        row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        row.addStretch(1)
        self._texts = QWidget()
        self._inside.addWidget(self._texts)
        self._inside.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_source(self, source: Source) -> None:
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        title = QLabel(source.title)
        title.setObjectName("pageTitle")
        column.addWidget(title)
        column.addWidget(muted(tr(source.about)))
        column.addLayout(facts((
            (tr("Speaks to"), "\n".join(source.hosts)),
            (tr("Sends"), tr("The words you search for, and which previews you look at. No name, no account.")),
            (tr("Fetches"), tr("Lists and small previews. Anything larger is asked about each time.")),
        )))
        self._inside.replaceWidget(self._texts, texts)
        self._texts.deleteLater()
        self._texts = texts
        self.button.setText(tr("Agree to speak to {source}", source=source.title))


class FetchDialog(Frame):
    """Files, size, licence and author, before they are fetched."""

    def __init__(self, parent: QWidget, made: Offer) -> None:
        super().__init__(parent, tr("Fetch {title}?", title=made.found.title), WIDTH)
        self.body.addLayout(facts(_facts_of(made)))
        count = len(made.coming)
        self.body.addWidget(muted(
            tr_count("This file is fetched:", "These {count} files are fetched:", count=count)
        ))
        self.body.addWidget(file_list(
            (f"{file.path} · {size_text(file.size)}", (file.address,)) for file in made.coming
        ))
        self.body.addWidget(muted(tr(
            "Author, source and licence are kept with what comes, so that you can give credit."
        )))
        self.add_cancel()
        text = tr("Agree and fetch {size}", size=size_text(made.size)) if made.is_measured else tr("Agree and fetch")
        self.agree = self.add_button(text, self.accept, primary=True)
        self.agree.setFocus()


def _facts_of(made: Offer) -> tuple[tuple[str, str], ...]:
    from editor.formats.provenance.licences import address_of

    found = made.found
    licence = "\n".join(part for part in (found.licence, address_of(found.licence)) if part)
    size = size_text(made.size) if made.is_measured else tr("size not known")
    rows = [(tr("Author"), found.author or tr("not known")), (tr("Licence"), licence), (tr("Described at"), found.page),
            (tr("Size"), size), (tr("From"), ", ".join(made.hosts))]  # fmt: skip
    if made.here:
        rows.append(
            (
                tr("Here"),
                tr_count(
                    "1 of them is in the library already.",
                    "{count} of them are in the library already.",
                    count=len(made.here),
                ),
            )
        )
    return tuple(rows)
