"""What can be done with a slot, and with all rows of a table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app.icons import icon
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.templates.panel import TemplatePanel
    from editor.model.template import Slot
    from editor.workflows.templates.fields import Field


class TemplateMenus:
    """Belongs to the panel."""

    def __init__(self, panel: TemplatePanel) -> None:
        self.panel = panel

    def show_field(self, field: Field, button: QWidget) -> None:
        menu = self.field_menu(field)
        menu.exec(button.mapToGlobal(QPoint(0, button.height())))
        menu.deleteLater()

    def field_menu(self, field: Field) -> QMenu:
        """For one line of the form. Rules and order are those of the document's own slot."""
        panel, menu = self.panel, QMenu(self.panel)
        marked = [one for one in field.slots if one.id]
        slot = next((one for one in marked if one.parent == panel.session.document), field.rule)
        rows = [one.name for one in panel.fields() if one.rule.id]
        place = rows.index(field.name) if slot.id else -1
        for text, symbol, act, able in (
            (tr("Select what it fills"), "select", partial(self.select, field), True),
            (tr("Change slot..."), "settings", partial(self.change, slot), True),
            (tr("Move up"), "chevron-up", partial(self.move, slot, -1), place > 0),
            (tr("Move down"), "chevron-down", partial(self.move, slot, 1), 0 <= place < len(rows) - 1),
            (tr("Remove slot"), "trash", partial(self.remove, field), bool(marked)),
        ):
            entry = menu.addAction(icon(symbol), text)
            entry.setEnabled(able)
            entry.triggered.connect(lambda _on=False, act=act: act())
        return menu

    def select(self, field: Field) -> None:
        """Select what the slot fills in the document on top; else go to the document where it does."""
        panel = self.panel
        panel.preview.take_back()
        project, session = panel.session.required_project(), panel.session
        keys = [target.record for target in field.targets if project.get(target.record) is not None]
        here = [key for key in keys if project.index.root(key) == session.document]
        if not here and keys:
            session.activate(project.index.root(keys[0]))
            here = [key for key in keys if project.index.root(key) == session.document]
        project.select(tuple(dict.fromkeys(key for key in here if key != session.document)))

    def change(self, slot: Slot) -> None:
        from app.templates.slot_dialog import SlotDialog

        self.panel.preview.take_back()
        SlotDialog(self.panel.window(), self.panel.session, slot).exec()

    def move(self, slot: Slot, by: int) -> None:
        from editor.workflows.templates.fields import marked_slots

        self.panel.preview.take_back()
        keys = [one.id for one in marked_slots(self.panel.session.required_project(), slot.parent)]
        place = keys.index(slot.id)
        keys.insert(max(0, place + by), keys.pop(place))
        self.panel.session.run("template.order_slots", slots=tuple(keys))

    def remove(self, field: Field) -> None:
        self.panel.preview.take_back()
        self.panel.session.run("template.remove_slots", slots=tuple(slot.id for slot in field.slots if slot.id))

    def export_rows(self) -> None:
        """Only when nothing in the table is wrong; columns that are no slots are left to others."""
        from app.templates.export_rows import ExportRows

        panel = self.panel
        bar = panel.bar
        if bar.table is None or bar.checked is None:
            return
        panel.preview.take_back()
        if bar.checked.problems:
            panel.show_problems()
            return
        queue = getattr(panel.window(), "queue", None)

        def queued() -> None:
            if queue is not None and queue.is_wanted():
                queue.start()

        ExportRows(panel.window(), panel.session, bar.table, bar.checked, queued).exec()
