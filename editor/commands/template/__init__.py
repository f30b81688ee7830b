"""Commands that make a project a template; importing this package registers them."""

from editor.commands.template import slots  # noqa: F401  (registers the commands)
