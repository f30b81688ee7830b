"""Two families of failure.

An `ExpectedError` is the world's doing (a full disk, a damaged file, a wrong parameter): it carries a sentence for the
person and what to do about it. Every other exception is a bug of ours and ends in a local report. One place in `app`
shows both; nobody else shows errors.
"""


class ExpectedError(Exception):
    """A failure that a person can understand and act on.

    `sentence` says what happened, `remedy` what to do; both are already translated.
    """

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class Cancelled(Exception):
    """Raised inside long work when the person asked it to stop. Never shown as an error."""
