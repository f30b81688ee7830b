"""What a person says about objects for pages of other sizes."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.document.project import Project
from editor.model.format_hold import Across, Down, FormatHold
from editor.model.record import DocumentRecord, Record
from editor.model.values import RecordId


@command("project.set_format_hold", label="Tie at other sizes")
def set_format_hold(
    project: Project, *, records: tuple[RecordId, ...], across: Across = "auto", down: Down = "auto", keep: bool = False
) -> None:
    """Say which edges objects keep to when their page is made in other sizes; all automatic takes that back."""
    for key in dict.fromkeys(records):
        if isinstance(project.find(key, Record), DocumentRecord):
            raise ExpectedError(tr("Choose objects of a page, not the page."))
        said = next(iter(project.children(key, FormatHold)), None)
        if (across, down, keep) == ("auto", "auto", False):
            if said is not None:
                project.delete(said.id)
            continue
        item = said or FormatHold(id=project.new_id(), parent=key, order=project.order_at_end(key)[0])
        project.put(msgspec.structs.replace(item, across=across, down=down, keep=keep))
