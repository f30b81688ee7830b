"""Projects on disk: one SQLite file each. `create_project` and `open_project` are the doors; see README.md."""

from editor.storage.opening import OpenProject, create_project, open_project

__all__ = ["OpenProject", "create_project", "open_project"]
