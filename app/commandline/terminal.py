"""What a person at a terminal sees: lines, one-sentence errors, a line of progress that a pipe never gets."""

import json
import os
import sys
import time
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import Self

from editor.base import translation
from editor.base.numbers import percent_text

REFRESH_SECONDS = 0.1
WIDTH = 30
PROGRESS_VARIABLE = "ATELIER_PROGRESS"
JOINERS = "\u200c\u200d"


def choose_language(environment: Mapping[str, str]) -> None:
    """ATELIER_LANGUAGE, or else the language of the system."""
    names = ("ATELIER_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    wanted = next((environment[name] for name in names if environment.get(name)), "en")
    translation.set_language(wanted[:2].lower())


def say(line: str) -> None:
    """One line, whatever the names in it hold."""
    print(plain(line))


def say_text(text: str) -> None:
    """Words that go over several lines: those after the first are set in, so that none passes for a line of ours."""
    first, *others = text.expandtabs(4).splitlines() or [""]
    say(first)
    for line in others:
        say(f"    {line}")


def say_json(text: str) -> None:
    """JSON over several lines, which means the same: what a terminal would obey is written by its number."""
    print("\n".join(_numbered(line) for line in text.split("\n")))


def plain(text: str) -> str:
    """A text that may hold a stranger's words: what a terminal would obey, or not show, becomes a question mark."""
    return text if text.isprintable() else "".join(letter if _is_shown(letter) else "?" for letter in text)


def _numbered(line: str) -> str:
    return line if line.isprintable() else "".join(
        letter if _is_shown(letter) else json.dumps(letter)[1:-1] for letter in line
    )


def _is_shown(letter: str) -> bool:
    """Spaces of every width are, which French texts hold, and what joins letters or keeps them apart."""
    return letter.isprintable() or letter in JOINERS or unicodedata.category(letter) == "Zs"


def complain(sentence: str) -> None:
    """One line on stderr."""
    print("atelier: " + plain(" ".join(sentence.split())), file=sys.stderr)


class ProgressLine:
    """A line that is drawn over itself, on a terminal only; call it with a share from 0 to 1.

    Whoever started this process may ask for the share in a file, by its name in ATELIER_PROGRESS.
    """

    def __init__(self, label: str) -> None:
        self.label = label
        self._last = 0.0
        self._shown = sys.stderr.isatty()
        self._file = os.environ.get(PROGRESS_VARIABLE, "")

    def __call__(self, share: float, text: str = "") -> None:
        now = time.monotonic()
        if not (self._shown or self._file) or (now - self._last < REFRESH_SECONDS and share < 1.0):
            return
        self._last = now
        if self._file:
            with suppress(OSError), open(self._file, "w", encoding="utf-8") as file:
                file.write(f"{share:.4f} {self.label} {text}")
        if not self._shown:
            return
        filled = round(min(max(share, 0.0), 1.0) * WIDTH)
        bar = "█" * filled + "░" * (WIDTH - filled)
        sys.stderr.write(f"\r\033[K{self.label} {bar} {percent_text(share):>5} {plain(text[:40])}")
        sys.stderr.flush()

    def close(self) -> None:
        """Leave an empty line behind for what is printed next."""
        if self._shown and self._last:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
