"""Brand kits: all that a house looks and sounds like, edited in one place, and brought into the open document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.icons import icon
from app.kits.card import KitCard
from app.kits.listening import Listening
from app.kits.rows import ColorRow, FontRow, LogoRow, Row, VoiceRow
from app.library.folder import library_folder
from app.templates.form import font_families
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.display.vector.fonts import make_available
from editor.library.library import Library
from editor.workflows.kits.carrying import PACKED, bring_in, carry_out
from editor.workflows.kits.colors import palette
from editor.workflows.kits.keeping import (
    FONTS,
    PICTURES,
    KeptKit,
    file_of,
    is_taken,
    keep,
    keep_new,
    kits_of,
    take_file,
    throw_away,
)
from editor.workflows.kits.kit import USES, VARIANTS, Kit, KitColor, KitFont, KitLogo, KitVoice

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow

SAVE_MS = 600
FIRST = Kit(
    name="-",
    colors=(
        KitColor(name="Ink", color="#16222c", role="text"), KitColor(name="Blue", color="#2f6fd6", role="primary"),
        KitColor(name="Paper", color="#faf8f3", role="background"),
    ),
    fonts=(KitFont(use="heading", family="Inter", weight=700), KitFont(use="body", family="Inter")),
)  # fmt: skip


class KitsDialog(Frame):
    """What is changed is kept a moment later, and when the dialog closes. Begins with the kit that is the asset
    `chosen`."""

    def __init__(self, window: MainWindow, chosen: int | None = None) -> None:
        super().__init__(window, tr("Brand kits"), width=1120)
        self.resize(1150, 740)
        self.setAcceptDrops(True)
        self.window_, self.session = window, window.session
        self.library = Library(library_folder())
        self.kept: KeptKit | None = None
        self.rows: dict[str, list[Row]] = {}
        self._let_go = False
        self._known_voices: list[tuple[str, str]] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)
        self._build()
        self.listening = Listening(window.ai, self.problem.setText, self)
        self.fill(chosen)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self._side())
        space = QWidget()
        self.stack = QStackedLayout(space)
        self.stack.addWidget(self._editor())
        empty = QLabel(tr("A brand kit keeps the logos, colours, fonts and voices of a house together."))
        empty.setObjectName("emptyState")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(empty)
        row.addWidget(space, 1)
        self.card = KitCard()
        row.addWidget(self.card)
        self.body.addLayout(row, 1)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self._foot.insertWidget(0, self.problem, 1)
        self.swatch_button = self.add_button(tr("Colours to swatches"), self.to_swatches)
        self.check_button = self.add_button(tr("Check document..."), self.check)
        self.apply_button = self.add_button(tr("Apply to document"), self.apply, primary=True)
        self.add_button(tr("Close"), self.accept)

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(190)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Brand kits"))
        self.list.currentRowChanged.connect(lambda _row: self._choose())
        column.addWidget(self.list, 1)
        buttons = QHBoxLayout()
        self.new_button = QPushButton(tr("New"))
        self.new_button.setAutoDefault(False)
        self.new_button.clicked.connect(lambda _on=False: self.new())
        more = QToolButton()
        more.setIcon(icon("more", "muted"))
        more.setAccessibleName(tr("More"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        for text, act in (
            (tr("Import..."), self.ask_import), (tr("Export..."), self.ask_export), (tr("Delete"), self.throw_away)
        ):
            menu.addAction(text).triggered.connect(lambda _on=False, act=act: act())
        more.setMenu(menu)
        buttons.addWidget(self.new_button, 1)
        buttons.addWidget(more)
        column.addLayout(buttons)
        return side

    def _editor(self) -> QWidget:
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 10, 0)
        self.column.setSpacing(7)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.textEdited.connect(lambda _text: self.changed())
        self.column.addWidget(self.name)
        self.notes = QPlainTextEdit()
        self.notes.setPlaceholderText(tr("The tone of the house, in a few words"))
        self.notes.setAccessibleName(tr("The tone of the house, in a few words"))
        self.notes.setFixedHeight(54)
        self.notes.textChanged.connect(self.changed)
        self.column.addWidget(self.notes)
        self.places: dict[str, QVBoxLayout] = {}
        for part, label, act in (
            ("colors", tr("Colours"), self.add_color), ("fonts", tr("Fonts"), self.add_font),
            ("logos", tr("Logos"), self.ask_logo), ("voices", tr("Voices"), self.add_voice),
        ):  # fmt: skip
            self._section(part, label, act)
        self.column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        return scroll

    def _section(self, part: str, label: str, act: Callable[[], object]) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 10, 0, 0)
        title = QLabel(label)
        title.setObjectName("sectionTitle")
        add = QToolButton()
        add.setObjectName(f"add_{part}")
        add.setIcon(icon("plus", "muted"))
        add.setToolTip(tr("Add"))
        add.setAccessibleName(f"{tr('Add')}: {label}")
        add.clicked.connect(lambda _on=False: act())
        head.addWidget(title, 1)
        head.addWidget(add)
        self.column.addLayout(head)
        self.places[part] = QVBoxLayout()
        self.places[part].setSpacing(6)
        self.column.addLayout(self.places[part])

    # Kits

    def fill(self, chosen: int | None = None) -> None:
        """Show the kits as the library has them now."""
        self.kits = kits_of(self.library)
        self.list.blockSignals(True)
        self.list.clear()
        for item in self.kits:
            self.list.addItem(QListWidgetItem(icon("color", "muted"), item.kit.name))
        self.list.blockSignals(False)
        place = next((number for number, item in enumerate(self.kits) if item.asset.id == chosen), 0)
        self.list.setCurrentRow(place if self.kits else -1)
        self._choose()

    def _choose(self) -> None:
        if not self.save():
            self._stay()
            return
        row = self.list.currentRow()
        self.kept = self.kits[row] if 0 <= row < len(self.kits) else None
        self.stack.setCurrentIndex(0 if self.kept is not None else 1)
        self.card.setVisible(self.kept is not None)
        has_document = bool(self.session.document)
        self.apply_button.setEnabled(self.kept is not None and has_document)
        self.check_button.setEnabled(self.kept is not None and has_document)
        self.swatch_button.setEnabled(self.kept is not None and self.session.project is not None)
        if self.kept is not None:
            self._show(self.kept.kit)

    def _stay(self) -> None:
        """Back on the kit whose edits could not be kept."""
        kept = self.kept
        place = next((number for number, item in enumerate(self.kits) if kept and item.asset.id == kept.asset.id), -1)
        self.list.blockSignals(True)
        self.list.setCurrentRow(place)
        self.list.blockSignals(False)

    def _show(self, kit: Kit) -> None:
        for widget in (self.name, self.notes):
            widget.blockSignals(True)
        self.name.setText(kit.name)
        self.notes.setPlainText(kit.notes)
        for widget in (self.name, self.notes):
            widget.blockSignals(False)
        families = font_families()
        logos = [LogoRow(item, file_of(self.library, item.file)) for item in kit.logos]
        made: dict[str, list[Row]] = {
            "colors": [ColorRow(item) for item in kit.colors], "fonts": [FontRow(item, families) for item in kit.fonts],
            "logos": list(logos), "voices": [self._voice_row(item) for item in kit.voices],
        }  # fmt: skip
        for part, rows in made.items():
            place = self.places[part]
            while place.count():
                taken = place.takeAt(0)
                old = taken.widget() if taken is not None else None
                if old is not None:
                    old.hide()
                    old.deleteLater()
            for row in rows:
                row.changed.connect(self.changed)
                row.removed.connect(partial(self._remove, part, row))
                place.addWidget(row)
        self.rows = made
        self._show_card(kit)

    def _voice_row(self, item: KitVoice) -> Row:
        row = VoiceRow(item, self._voices())
        row.heard.connect(lambda: self.session.attempt(lambda: self.listening.hear(row.value())))
        row.taken.connect(lambda: self.listening.take(row.value()))
        return row

    def _voices(self) -> list[tuple[str, str]]:
        """What there is to choose from, asked once: the first time that a kit with voices is shown."""
        if not self._known_voices:
            from editor.workflows.kits.speaking import voices

            self._known_voices = self.session.attempt(lambda: voices(self.listening.models())) or []
        return self._known_voices

    def _show_card(self, kit: Kit) -> None:
        ground = kit.of_role("background")
        light = ground is None or sum(int(ground.color[i : i + 2], 16) for i in (1, 3, 5)) > 330
        logo = kit.logo_for("dark" if light else "light")
        path = file_of(self.library, logo.file) if logo is not None else None
        self.card.show_kit(kit, QPixmap(str(path)) if path is not None else QPixmap())

    def typed(self) -> Kit | None:
        """The kit as the rows say; None when there is nothing to say."""
        if self.kept is None:
            return None
        values = {part: tuple(row.value() for row in rows) for part, rows in self.rows.items()}
        name = self.name.text().strip() or self.kept.kit.name
        return msgspec.structs.replace(self.kept.kit, name=name, notes=self.notes.toPlainText()[:10_000], **values)

    def changed(self) -> None:
        kit = self.typed()
        if kit is not None:
            self._show_card(kit)
            self._timer.start()

    def save(self) -> bool:
        """Keep what was typed, except a name that another kit has. False, and the reason said, when it cannot be."""
        kit = self.typed()
        self._timer.stop()
        self.problem.setText("")
        if kit is None or self.kept is None:
            return True
        try:
            if is_taken(self.library, kit.name, self.kept):
                self.problem.setText(
                    f"{tr('There is a brand kit named {name} already.', name=kit.name)} "
                    f"{tr('This one keeps the name {name}.', name=self.kept.kit.name)}"
                )
                kit = msgspec.structs.replace(kit, name=self.kept.kit.name)
            if kit != self.kept.kit:
                self._take_kept(kit, keep(self.library, self.kept, kit))
        except ExpectedError as error:
            self.problem.setText(error.sentence)
            return False
        return True

    def _take_kept(self, typed: Kit, kept: KeptKit) -> None:
        """What is in the library now; what somebody else changed meanwhile comes into the fields."""
        self.kept = kept
        place = next(number for number, item in enumerate(self.kits) if item.asset.id == kept.asset.id)
        self.kits[place] = kept
        shown = self.list.item(place)
        if shown is not None:
            shown.setText(kept.kit.name)
        if kept.kit != typed:
            self._show(kept.kit)

    def _edit(self, **fields: object) -> None:
        """The kit with other parts, shown and kept."""
        kit = self.typed()
        if kit is not None and self.kept is not None:
            changed = msgspec.structs.replace(kit, **fields)
            self._show(changed)
            self.save()

    def _remove(self, part: str, row: Row) -> None:
        kit = self.typed()
        if kit is not None:
            place = self.rows[part].index(row)
            items = getattr(kit, part)
            self._edit(**{part: (*items[:place], *items[place + 1 :])})

    def new(self) -> None:
        name, said = QInputDialog.getText(self, tr("New brand kit"), tr("Name"))
        if said and name.strip():
            colors = tuple(msgspec.structs.replace(item, name=tr(item.name)) for item in FIRST.colors)
            kit = msgspec.structs.replace(FIRST, name=name.strip()[:120], colors=colors)
            made = self.session.attempt(lambda: keep_new(self.library, kit))
            if made is not None:
                self.fill(made.asset.id)

    def throw_away(self) -> None:
        if self.kept is not None:
            kept, self.kept = self.kept, None
            throw_away(self.library, kept)
            self.session.say(tr("{name} lies in the library’s trash.", name=kept.kit.name))
            self.fill()

    # Parts

    def add_color(self) -> None:
        kit = self.typed()
        if kit is not None:
            item = KitColor(name=tr("Colour {number}", number=len(kit.colors) + 1), color=self.session.foreground[:7])
            self._edit(colors=(*kit.colors, item))

    def add_font(self) -> None:
        kit = self.typed()
        if kit is not None:
            use = next((use for use in USES if kit.font_for(use) is None), USES[-1])
            self._edit(fonts=(*kit.fonts, KitFont(use=use, family="Inter")))

    def add_voice(self) -> None:
        kit = self.typed()
        if kit is not None:
            self._edit(voices=(*kit.voices, KitVoice(name=tr("Narrator"))))

    def ask_logo(self) -> None:
        kinds = " ".join(f"*.{name}" for name in PICTURES)
        paths, _ = QFileDialog.getOpenFileNames(self, tr("Logos"), "", f"{tr('Pictures')} ({kinds})")
        self.add_files([Path(text) for text in paths])

    def add_files(self, paths: list[Path]) -> None:
        """Pictures become logos, fonts the file of the first font that has none."""
        for path in paths:
            kit = self.typed()
            if kit is None:
                return
            self.session.attempt(partial(self._add_file, kit, path))

    def _add_file(self, kit: Kit, path: Path) -> None:
        if path.suffix.lower().removeprefix(".") in FONTS:
            file = take_file(self.library, path, FONTS)
            family = make_available(path)
            self._edit(fonts=(*kit.fonts, KitFont(use="caption", family=family, file=file)))
            return
        file = take_file(self.library, path, PICTURES)
        taken = {item.variant for item in kit.logos}
        free = next((name for name in VARIANTS if name not in taken), VARIANTS[0])
        logo = KitLogo(file=file, name=path.stem[:200], variant=free)
        self._edit(logos=(*kit.logos, logo))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field ends typing there; it applies nothing."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and isinstance(self.focusWidget(), QLineEdit):
            self.save()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.add_files([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    # Out and in

    def ask_export(self) -> None:
        if self.kept is None:
            return
        self.save()
        path, _ = QFileDialog.getSaveFileName(self, tr("Export brand kit"), f"{self.kept.kit.name}{PACKED}")
        kept = self.kept
        if path:
            # The file dialog has asked about one that is there.
            self.session.attempt(lambda: carry_out(self.library, kept, Path(path), replace=True))

    def ask_import(self) -> None:
        kinds = f"{tr('Brand kits')} (*.zip *.atelier-kit)"
        path, _ = QFileDialog.getOpenFileName(self, tr("Import brand kit"), "", kinds)
        if path:
            made = self.session.attempt(lambda: bring_in(self.library, Path(path)))
            if made is not None:
                self.fill(made.asset.id)

    # The document

    def to_swatches(self) -> None:
        kit = self.typed()
        if kit is not None:
            count = self.window_.parts.color.add_swatches(palette(kit))
            self.problem.setText(
                tr_count(
                    "1 colour is new among the swatches.", "{count} colours are new among the swatches.", count=count
                )
            )

    def apply(self) -> None:
        """By roles, as one edit; the dialog closes so that the result is seen."""
        from editor.workflows.kits.applying import apply_kit

        self.save()
        kit = self.typed()
        if kit is None:
            return
        project = self.session.required_project()
        try:
            filled = apply_kit(project, kit, lambda file: file_of(self.library, file))
        except ExpectedError as error:
            self.problem.setText(f"{error.sentence} {error.remedy}")
            return
        self.accept()
        self.session.say(
            tr_count("1 place filled.", "{count} places filled.", count=filled.places), " ".join(filled.notices)
        )

    def check(self) -> None:
        from app.kits.check import CheckDialog

        self.save()
        if self.kept is not None:
            CheckDialog(self.window_, self.kept.asset.id).exec()

    def done(self, result: int) -> None:
        """What cannot be kept holds the dialog open once, so that it is seen; the second time it is let go."""
        if not self.save() and not self._let_go:
            self._let_go = True
            return
        self.listening.stop()
        self.library.close()
        self.kept = None
        super().done(result)
