"""Commands of the vector family; importing this package registers them."""

from editor.commands.vector import (  # noqa: F401  (registers the commands)
    adding,
    aligning,
    arranging,
    booleans,
    documents,
    geometry,
    nodes,
    pictures,
    styling,
    texts,
    transforming,
)
