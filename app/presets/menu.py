"""A small button with the presets for one thing: choose, save, rename, put into the trash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.icons import icon, pixmap
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.library.panel import LibraryPanel
    from app.shell.main_window import MainWindow
    from editor.formats.preset.content import Preset
    from editor.workflows.presets.keeping import KeptPreset

MOST_SHOWN = 40
PICTURE, SYMBOL = 34, 16


@dataclass(frozen=True)
class Place:
    """What the presets are for: `fits` says it of `subject_of`, `take` gives the present settings, `use` applies an
    asset (None: as a double click in the library does)."""

    fits: Callable[[str], bool]
    take: Callable[[], Preset]
    use: Callable[[int], object] | None = None


class PresetButton(QToolButton):
    """Its menu is made when it opens, from the library of the window that it stands in."""

    def __init__(self, window_of: QWidget, place: Place, with_word: bool = False) -> None:
        super().__init__()
        self.window_of, self.place = window_of, place
        self.setObjectName("presetButton")
        self.setIcon(icon("properties", "muted"))
        self.setText(tr("Presets"))
        if with_word:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setToolTip(tr("Presets"))
        self.setAccessibleName(tr("Presets"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setStyleSheet(f"QMenu {{ icon-size: {PICTURE}px; }}")
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.setMenu(menu)

    @property
    def main(self) -> MainWindow:
        """The window; a dialog's is the one below it."""
        from app.shell.main_window import MainWindow

        found: QWidget | None = self.window_of.window()
        while found is not None and not isinstance(found, MainWindow):
            parent = found.parentWidget()
            found = parent.window() if parent is not None else None
        assert isinstance(found, MainWindow)
        return found

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for inner in menu.findChildren(QMenu):  # those of the last time
            inner.deleteLater()
        self.main.session.attempt(lambda: self._fill_from(menu, self.main.parts.library))

    def _fill_from(self, menu: QMenu, panel: LibraryPanel) -> None:
        from editor.library.looks import thumbnails_of
        from editor.workflows.presets.keeping import presets_for

        panel.open_library()
        if panel.service is None:
            return
        found = presets_for(panel.library, self.place.fits)
        use = self.place.use or panel.opening.open
        pictures = thumbnails_of(panel.library.catalogue, [one.asset.id for one in found[:MOST_SHOWN]])
        for one in found[:MOST_SHOWN]:
            action = menu.addAction(_picture(pictures.get(one.asset.id)), _shown(one))
            action.triggered.connect(lambda _on=False, key=one.asset.id: self._attempt(partial(use, key)))
        if len(found) > MOST_SHOWN:
            self._tell_others(menu, len(found) - MOST_SHOWN)
        if not found:
            menu.addAction(tr("No presets for this yet")).setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(_symbol("plus"), tr("Save as preset..."))
        save.triggered.connect(lambda _on=False: self._attempt(self.save))
        if found:
            self._add_care(menu, panel, found)
        if self.window_of.window() is self.main:  # a dialog would stand before the library
            everything = menu.addAction(_symbol("folder"), tr("Presets in the library"))
            everything.triggered.connect(lambda _on=False: self._attempt(self._show_all))

    def _tell_others(self, menu: QMenu, count: int) -> None:
        """How many have no room; the library shows them, where no dialog stands before it."""
        text = tr_count("1 more preset in the library...", "{count} more presets in the library...", count=count)
        others = menu.addAction(text)
        others.setEnabled(self.window_of.window() is self.main)
        others.triggered.connect(lambda _on=False: self._attempt(self._show_all))

    def _add_care(self, menu: QMenu, panel: LibraryPanel, found: list[KeptPreset]) -> None:
        rename = menu.addMenu(_symbol("pencil"), tr("Rename"))
        delete = menu.addMenu(_symbol("trash"), tr("Move to the trash"))
        for one in found[:MOST_SHOWN]:
            named = rename.addAction(_shown(one))
            named.triggered.connect(lambda _on=False, one=one: self._attempt(partial(self._rename, panel, one)))
            gone = delete.addAction(_shown(one))
            gone.triggered.connect(lambda _on=False, one=one: self._attempt(partial(_delete, panel, one)))

    def save(self) -> None:
        from app.presets.saving import save_preset

        save_preset(self.main, self.place.take())

    def _rename(self, panel: LibraryPanel, one: KeptPreset) -> None:
        from app.library.menus import NameDialog
        from editor.library.edits import edit_assets

        dialog = NameDialog(self.main, tr("Rename"), tr("Name"), one.asset.label)
        agreed, name = dialog.exec() == NameDialog.DialogCode.Accepted, dialog.textValue().strip()
        dialog.deleteLater()
        if agreed and name and name != one.asset.label:
            catalogue, key = panel.library.catalogue, one.asset.id
            panel.change(tr("Rename"), [key], lambda: edit_assets(catalogue, [key], title=name))

    def _show_all(self) -> None:
        parts = self.main.parts
        parts.docks["library"].show()
        parts.docks["library"].raise_()
        parts.library.search_for("kind:preset")

    def _attempt(self, work: Callable[[], object]) -> None:
        self.main.session.attempt(work)


def _delete(panel: LibraryPanel, one: KeptPreset) -> None:
    from editor.library.trash import to_trash

    catalogue, key = panel.library.catalogue, one.asset.id
    panel.change(tr("Move to the trash"), [key], lambda: to_trash(catalogue, [key]))
    panel.session.hint.emit(tr("Ctrl+Z in the library takes it back."))


def _picture(thumbnail: bytes | None) -> QIcon:
    """What the preset does, small; a symbol as long as nobody has drawn that."""
    image = QImage.fromData(thumbnail) if thumbnail else QImage()
    if image.isNull():
        return _symbol("properties")
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return QIcon(_centred(QPixmap.fromImage(image.scaled(2 * PICTURE, 2 * PICTURE, keep, smooth)), 2 * PICTURE))


def _symbol(name: str) -> QIcon:
    """As large as elsewhere, in the middle of the place that a picture has."""
    return QIcon(_centred(pixmap(name, 2 * SYMBOL, "text", 1.0), 2 * PICTURE))


def _centred(small: QPixmap, side: int) -> QPixmap:
    made = QPixmap(side, side)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.drawPixmap((side - small.width()) // 2, (side - small.height()) // 2, small)
    painter.end()
    return made


def _shown(one: KeptPreset) -> str:
    """A single & would underline the next letter."""
    label = one.asset.label if len(one.asset.label) <= 60 else f"{one.asset.label[:59]}…"
    return label.replace("&", "&&")
