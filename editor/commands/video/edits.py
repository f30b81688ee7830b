"""The parts that timeline edits are made of: cutting items, clearing a stretch, shifting what follows, keeping order.

Nothing here is a command; every function writes through the open transaction.
"""

from collections.abc import Collection
from dataclasses import replace as _replace_dataclass  # noqa: F401
from fractions import Fraction

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.display.timeline import items_on, partners_of, track_of, transitions_on
from editor.document.project import Project
from editor.model.video import (
    LATEST,
    ZERO,
    Caption,
    Clip,
    ColorSource,
    OpacityKey,
    PlacementKey,
    Track,
    TrackItem,
    Transition,
    VideoDocument,
)

FINEST = 10**9
