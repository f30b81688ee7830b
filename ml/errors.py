"""What can go wrong with models, as sentences for people.

`ml` imports nothing of ours, so it cannot translate: a `ModelError` carries English templates with {names} and the
values for them, and whoever shows it calls `tr(error.sentence, **error.values)`.
"""

from typing import Any


class ModelError(Exception):
    """Expected: `sentence` says what is the matter, `remedy` what to do. Both are English templates."""

    def __init__(self, sentence: str, remedy: str = "", **values: Any) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.remedy = remedy
        self.values = values


class OutOfMemory(ModelError):
    """The work did not fit; a smaller tile may."""


class ModelMissing(ModelError):
    """A tool needs a model that is not installed."""
