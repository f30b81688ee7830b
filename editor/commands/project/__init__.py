"""Commands that work on any record: rename, reorder, delete, set a field, documents."""

from editor.commands.project import about, copies, documents, format_holds, origins, provenance, records  # noqa: F401  (registers the commands)
