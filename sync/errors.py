"""What can go wrong with packs and buckets, as sentences for people.

`sync` imports nothing of ours, so it cannot translate: a `SyncError` carries English templates with {names} and the
values for them, and whoever shows it calls `tr(error.sentence, **error.values)`.
"""

from typing import Any


class SyncError(Exception):
    """Expected: `sentence` says what is the matter, `remedy` what to do. Both are English templates."""

    def __init__(self, sentence: str, remedy: str = "", **values: Any) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.remedy, self.values = sentence, remedy, values


class Refused(SyncError):
    """A pack that must not come in: its text, its files or its signature are not what they should be."""


class OtherKey(Refused):
    """A pack that another key signed than what is here under its name: `values["pack"]`. A person may agree to it."""


class Conflict(SyncError):
    """Somebody else was first; nothing of theirs or ours is lost."""


class Gone(SyncError):
    """What was asked for is not in the bucket, or an upload in parts was ended by somebody else who fed it."""
