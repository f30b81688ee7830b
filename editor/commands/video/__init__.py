"""Commands of the video family; importing this package registers them.

Times in parameters are seconds; starts and lengths are put on whole frames of the timeline. No edit leaves two items of
one track overlapping: each says in a drawing whether it overwrites, pushes or stops.
"""

from editor.commands.video import (
    add,
    build,
    captions,
    clips,
    dissolve,
    document,
    keys,
    markers,
    move,
    remove,
    split,
    tracks,
    trim,
)

__all__ = [
    "add",
    "build",
    "captions",
    "clips",
    "dissolve",
    "document",
    "keys",
    "markers",
    "move",
    "remove",
    "split",
    "tracks",
    "trim",
]
