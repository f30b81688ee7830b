"""Blend mode and opacity of the selected layers, above the list of layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout

from app.widgets.number_field import NumberField
from app.widgets.shapes import fields_of, human
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.document.gesture import Gesture
    from editor.model.record import Record

GROUPS = ("darken", "lighten", "overlay", "difference", "hue")
"""The modes that begin a group, as Photoshop's list has them."""


class LayerHeader(QFrame):
    """Hidden for documents whose records have neither."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("panelHeader")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(6)
        self.blend = QComboBox()
        self.blend.setMaxVisibleItems(32)
        self.blend.setAccessibleName(tr("Blend mode"))
        self.blend.setToolTip(tr("Blend mode"))
        self.opacity = NumberField(1.0, 0.0, 1.0, 0, " %", 0.01, 100.0)
        self.opacity.setFixedWidth(76)
        self.opacity.setAccessibleName(tr("Opacity"))
        self.opacity.setToolTip(tr("Opacity"))
        row.addWidget(self.blend, 1)
        row.addWidget(self.opacity)
        self._gesture: Gesture | None = None
        self._modes: tuple[Any, ...] = ()
        self.blend.activated.connect(lambda _place: self._set("blend", self.blend.currentData()))
        self.opacity.live.connect(self._live)
        self.opacity.committed.connect(self._commit)
        self.opacity.cancelled.connect(self._cancel)
        session.changed.connect(lambda event: self.refresh())

    def _records(self) -> list[Record]:
        project = self.session.project
        keys = project.selection if project is not None else ()
        found = [project.get(key) for key in keys] if project is not None else []
        return [item for item in found if item is not None and hasattr(item, "opacity") and hasattr(item, "blend")]

    def refresh(self) -> None:
        """Show the values of the selected layers."""
        records = self._records()
        self.setVisible(self.session.family in ("raster", "vector"))
        self.setEnabled(bool(records))
        if not records:
            self.blend.setCurrentIndex(-1)
            return
        modes = dict(fields_of(type(records[0])))["blend"].choices
        if modes != self._modes:
            self._modes = modes
            self.blend.clear()
            for mode in modes:
                if mode in GROUPS:
                    self.blend.insertSeparator(self.blend.count())
                self.blend.addItem(tr(human(str(mode))), mode)
        blends = {item.blend for item in records}  # type: ignore[attr-defined]
        self.blend.setCurrentIndex(self.blend.findData(blends.pop()) if len(blends) == 1 else -1)
        opacities = {item.opacity for item in records}  # type: ignore[attr-defined]
        self.opacity.set_value(max(opacities), mixed=len(opacities) > 1)

    def _keys(self) -> tuple[str, ...]:
        return tuple(item.id for item in self._records())

    def _set(self, name: str, value: Any) -> None:
        if value is not None and self._keys():
            self.session.run("project.set_fields", records=self._keys(), values={name: value})

    def _live(self, value: float) -> None:
        self.session.attempt(lambda: self._show_live(value))

    def _show_live(self, value: float) -> None:
        from editor.commands.registry import run_live

        project = self.session.required_project()
        if self._gesture is not None and not self._gesture.is_open:
            return  # undo took the drag back; the rest of it counts no more
        if self._gesture is None:
            self._gesture = project.gesture("Change opacity")
        run_live(project, self._gesture, "project.set_fields", records=self._keys(), values={"opacity": value})

    def _commit(self, value: float) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.is_open:
            self.session.attempt(gesture.commit)

    def _cancel(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            self.session.attempt(gesture.cancel)
