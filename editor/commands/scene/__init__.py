"""Commands of the scene family."""

from editor.commands.scene import adding, arranging, documents, inserting, materials, transforming  # noqa: F401
