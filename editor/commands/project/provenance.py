"""How a result came to be, written beside it."""

from editor.commands.registry import command
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.record import Record
from editor.model.values import RecordId


@command("project.note_provenance", label="Note where this comes from")
def note_provenance(
    project: Project, *, record: RecordId, tool: str, model: str = "", model_sha256: str = "",
    parameters: dict[str, str] | None = None, seed: int | None = None, generated: bool = False, consent: str = "",
) -> str:
    """Write beside a record which tool and model made it; an earlier note of the same tool is replaced."""
    project.find(record, Record)
    for note in project.children(record, Provenance):
        if note.tool == tool:
            project.delete(note.id)
    key = project.new_id()
    project.put(
        Provenance(
            id=key, parent=record, order=project.order_at_end(record)[0], tool=tool, model=model,
            model_sha256=model_sha256, parameters=parameters or {}, seed=seed, generated=generated, consent=consent,
        )
    )
    return key
