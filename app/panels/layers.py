"""The tree of the document: layers, shapes, tracks, nodes. Drag to reorder, click eye and lock, rename in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QMimeData, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedLayout,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.library.dragging import local_paths, welcome
from app.panels.layer_header import LayerHeader
from app.panels.thumbnails import LayerPictures
from app.panels.tree_delegate import TreeDelegate, eye_area, lock_area
from app.panels.tree_model import TreeModel
from app.panels.tree_rules import visibility_field
from app.presets.using import is_preset
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session

FOOTER = {
    "raster": (
        ("plus", "raster.add_layer"), ("group", "raster.group_layers"), ("adjustment", "raster.add_adjustment"),
        ("mask", "raster.add_mask"), ("link", "raster.add_embed"), ("duplicate", "raster.duplicate_layers"),
    ),
    "vector": (("page", "vector.add_page"), ("group", "vector.group"), ("duplicate", "vector.duplicate")),
    "video": (("plus", "video.add_track"),),
    "scene": (("mesh", "scene.add_shape"), ("camera", "scene.add_camera"), ("light", "scene.add_lamp"),
              ("group", "scene.add_group"), ("material", "scene.add_material"), ("duplicate", "scene.duplicate")),
}  # fmt: skip


class Tree(QTreeView):
    """Clicks on eye and lock act at once instead of selecting."""

    def __init__(self, panel: LayersPanel) -> None:
        super().__init__()
        self.panel = panel
        self.setHeaderHidden(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setExpandsOnDoubleClick(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Layers"))

    # Presets fall on one layer; everything else that falls here is left to the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.panel.presets_in(event.mimeData()):
            welcome(event)
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not self.panel.presets_in(event.mimeData()):
            super().dragMoveEvent(event)
        elif self.indexAt(event.position().toPoint()).isValid():
            self.panel.session.hint.emit(welcome(event))
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = self.panel.presets_in(event.mimeData())
        if not paths:
            super().dropEvent(event)
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.panel.drop_presets(paths, self.indexAt(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            area = self.visualRect(index)
            if eye_area(area).contains(event.position().toPoint()) and self.panel.toggle_shown(index):
                return
            if lock_area(area).contains(event.position().toPoint()) and self.panel.toggle_locked(index):
                return
        super().mousePressEvent(event)


class LayersPanel(QWidget):
    """Header for the selected layer, the tree, and buttons for what can be added."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._selecting = False
        self.model = TreeModel(session, self)
        self.pictures = LayerPictures(session, self)
        self.tree = Tree(self)
        self.tree.setModel(self.model)
        self.tree.setItemDelegate(TreeDelegate(self.pictures, self.tree, lambda: session.marks))
        self.header = LayerHeader(session)
        self.empty = QLabel(tr("Nothing here yet."))
        self.empty.setObjectName("emptyState")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        middle = QWidget()
        self.stack = QStackedLayout(middle)
        self.stack.addWidget(self.tree)
        self.stack.addWidget(self.empty)
        column.addWidget(middle, 1)
        column.addWidget(self._footer())
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.timeout.connect(self._show_selection)
        self._connect()
        self.show_document()

    def _connect(self) -> None:
        session = self.session
        session.document_activated.connect(lambda _key: self.show_document())
        session.project_closed.connect(self.show_document)
        session.selection_changed.connect(self._refresh.start)
        session.changed.connect(self._follow)
        self.model.moved.connect(self._move)
        self.model.renamed.connect(self._rename)
        session.marks_changed.connect(self.tree.viewport().update)
        self.pictures.ready.connect(self.tree.viewport().update)
        self.tree.selectionModel().selectionChanged.connect(self._select)
        self.tree.customContextMenuRequested.connect(self._context_menu)

    def _footer(self) -> QWidget:
        bar = QFrame()
        bar.setObjectName("panelFooter")
        self.buttons = QHBoxLayout(bar)
        self.buttons.setContentsMargins(6, 3, 6, 3)
        self.buttons.setSpacing(1)
        return bar

    # Showing

    def show_document(self) -> None:
        """Show the tree of the document on top."""
        self.pictures.forget()
        self.model.show_document(self.session.document)
        self.tree.expandToDepth(0)
        self._fill_footer()
        self._show_empty()
        self._show_selection()

    def _show_empty(self) -> None:
        self.stack.setCurrentIndex(0 if self.model.rowCount() else 1)

    def _fill_footer(self) -> None:
        while self.buttons.count():
            taken = self.buttons.takeAt(0)
            widget = taken.widget() if taken is not None else None
            if widget is not None:
                widget.deleteLater()
        from editor.commands.registry import COMMANDS

        bindings = getattr(self.window(), "bindings", None)
        for picture, name in FOOTER.get(self.session.family, ()):
            if name == "raster.add_adjustment":
                self._add_adjustment_button(picture)
            elif name in COMMANDS and bindings is not None:
                self._add_button(picture, tr(COMMANDS[name].label), partial(bindings.run_command, name))
        self.buttons.addStretch(1)
        self._add_button("trash", tr("Delete selected"), lambda: bindings and bindings.actions["edit.delete"].trigger())

    def _add_adjustment_button(self, picture: str) -> None:
        """One click shows the kinds; the layer comes with plain values and is set in the properties."""
        from editor.commands.raster.layers import ADJUSTMENT_LABELS
        from editor.model import raster

        button = self._add_button(picture, tr("New adjustment layer"))
        menu = QMenu(button)
        for name, label in ADJUSTMENT_LABELS.items():
            if name == "ColorLookup":  # nothing without a file
                bindings = getattr(self.window(), "bindings", None)
                if bindings is not None:
                    menu.addAction(tr("Color lookup..."), bindings.actions["edit.color_lookup"].trigger)
                continue
            plain = getattr(raster, name)()
            menu.addAction(tr(label), partial(self._add_adjustment, plain))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _add_adjustment(self, plain: Any) -> None:
        from editor.model.faces import Beautify, Face, Reshape

        session = self.session
        session.run("raster.add_adjustment", document=session.document, adjustment=plain)
        if isinstance(plain, Beautify | Reshape) and not session.required_project().children(session.document, Face):
            session.say(tr("This shows nothing until the image's faces are known."), tr("Run AI > Find faces."))

    def _add_button(self, picture: str, text: str, act: Callable[[], object] | None = None) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(picture, "muted"))
        button.setToolTip(text)
        button.setAccessibleName(text)
        if act is not None:
            button.clicked.connect(lambda _on=False: act())
        self.buttons.addWidget(button)
        return button

    def _follow(self, event: Any) -> None:
        if event is None:
            return
        opened = self._opened()
        if self.model.follow(event.change):
            for key in opened:
                self.tree.expand(self.model.index_of(key))
            self._refresh.start()
            self._show_empty()
        if not event.live:
            for before, after in event.change.entries.values():
                present = after or before
                if present is not None and present.parent is not None and hasattr(present, "pixels"):
                    self.pictures.want(present.parent)

    def _opened(self) -> list[str]:
        """Ids of the rows that are open."""
        found = []
        pending = [self.model.index(row, 0) for row in range(self.model.rowCount())]
        while pending:
            index = pending.pop()
            if self.tree.isExpanded(index):
                item = self.model.record(index)
                if item is not None:
                    found.append(item.id)
                pending.extend(self.model.index(row, 0, index) for row in range(self.model.rowCount(index)))
        return found

    def _show_selection(self) -> None:
        """Mark in the tree what the project has selected."""
        project = self.session.project
        selection = QItemSelection()
        first = None
        for key in project.selection if project is not None else ():
            index = self.model.index_of(key)
            if index.isValid():
                selection.select(index, index)
                first = first or index
        self._selecting = True
        self.tree.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if first is not None:
            self.tree.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.tree.scrollTo(first)
        self._selecting = False
        self.header.refresh()

    # Acting

    def _select(self) -> None:
        project = self.session.project
        if self._selecting or project is None:
            return
        keys = [item.id for index in self.tree.selectedIndexes() if (item := self.model.record(index)) is not None]
        project.select(tuple(keys))

    def toggle_shown(self, index: Any) -> bool:
        """Show or hide; False for what cannot be hidden."""
        item = self.model.record(index)
        found = visibility_field(item) if item is not None else None
        if item is None or found is None:
            return False
        name, _shown = found
        self.session.run("project.set_field", record=item.id, field=name, value=not getattr(item, name))
        return True

    def toggle_locked(self, index: Any) -> bool:
        item = self.model.record(index)
        if item is None or not isinstance(getattr(item, "locked", None), bool):
            return False
        self.session.run("project.set_field", record=item.id, field="locked", value=not item.locked)  # type: ignore[attr-defined]
        return True

    def presets_in(self, data: QMimeData) -> list[Path]:
        """Files that are dragged, when all of them are presets."""
        paths = local_paths(data)
        return paths if paths and all(is_preset(path) for path in paths) else []

    def drop_presets(self, paths: list[Path], index: Any) -> None:
        """Onto the layer of that row."""
        from editor.workflows.library.placing import Spot

        files, item = getattr(self.window(), "files", None), self.model.record(index)
        self.session.hint.emit("")
        if files is not None and item is not None:
            files.incoming.bring_in(paths, spot=Spot(node=item.id, part=self.session.part, time=self.session.time))

    def _rename(self, key: str, name: str) -> None:
        self.session.run("project.set_field", record=key, field="name", value=name.strip())

    def _move(self, keys: tuple[str, ...], parent: str, after: str | None) -> None:
        project = self.session.project
        if project is None:
            return
        # The order of the drag is that of the screen; the project wants its own.
        places = {key: place for place, key in enumerate(project.index.subtree(self.session.document))}
        ordered = tuple(sorted((key for key in keys if key != parent), key=lambda key: places.get(key, 0)))
        if self.session.family == "scene":
            self.session.run("scene.reparent", nodes=ordered, parent=parent, after=after)
            return
        self.session.run("project.move", records=ordered, parent=parent, after=after)

    def _context_menu(self, place: QPoint) -> None:
        bindings = getattr(self.window(), "bindings", None)
        if bindings is None:
            return
        menu = QMenu(self)
        for _picture, name in FOOTER.get(self.session.family, ()):
            if name in bindings.actions:
                menu.addAction(bindings.actions[name])
        menu.addSeparator()
        rename = menu.addAction(tr("Rename"))
        rename.triggered.connect(lambda _on=False: self.tree.edit(self.tree.currentIndex()))
        menu.addAction(bindings.actions["preset.save"])
        menu.addAction(bindings.actions["template.mark"])
        menu.addAction(bindings.actions["edit.delete"])
        menu.exec(self.tree.viewport().mapToGlobal(place))
