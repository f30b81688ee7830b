"""What became of a file's content on its way in or out: every import and export returns a Report."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Report:
    """Sentences for the person, already translated. `kept` is carried through without being understood; `noted` is
    what a file says about itself, such as how it was made."""

    converted: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()

    @property
    def lossless(self) -> bool:
        return not (self.converted or self.dropped)


@dataclass
class ReportBuilder:
    """Collects sentences; one said many times is listed once, with how often."""

    _converted: Counter[str] = field(default_factory=Counter)
    _kept: Counter[str] = field(default_factory=Counter)
    _dropped: Counter[str] = field(default_factory=Counter)
    _noted: Counter[str] = field(default_factory=Counter)

    def converted(self, sentence: str) -> None:
        self._converted[sentence] += 1

    def kept(self, sentence: str) -> None:
        self._kept[sentence] += 1

    def dropped(self, sentence: str) -> None:
        self._dropped[sentence] += 1

    def noted(self, sentence: str) -> None:
        self._noted[sentence] += 1

    def report(self) -> Report:
        return Report(_listed(self._converted), _listed(self._kept), _listed(self._dropped), _listed(self._noted))


def _listed(sentences: Counter[str]) -> tuple[str, ...]:
    return tuple(text if count == 1 else f"{text} (×{count})" for text, count in sentences.items())
