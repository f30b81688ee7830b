"""Commands of the video family; importing this package registers them.

Times in parameters are seconds; starts and lengths are put on whole frames of the timeline. No edit leaves two items of
one track overlapping: each says in a drawing whether it overwrites, pushes or stops.
"""

from editor.commands.video import (
    add,
    build,
    caption_track,
    captions,
    clips,
    cut_spans,
    dissolve,
    document,
    keys,
    marker_set,
    markers,
    move,
    remove,
    replace_media,
    split,
    tracks,
    trim,
)

__all__ = [
    "add",
    "build",
    "caption_track",
    "captions",
    "clips",
    "cut_spans",
    "dissolve",
    "document",
    "keys",
    "marker_set",
    "markers",
    "move",
    "remove",
    "replace_media",
    "split",
    "tracks",
    "trim",
]
