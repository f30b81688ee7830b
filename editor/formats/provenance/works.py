"""A work by somebody: as a note in a file tells of it, and as it is usually written."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from editor.base.translation import TRANSLATIONS, languages, tr
from editor.formats.provenance.licences import address_of

LONGEST = 1000
"""Letters of one thing that is said of a work: what a note of origin holds."""
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
ADDRESS = ("https://", "http://", "doi:", "urn:")


class Work(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`licence` is an SPDX expression, "" when nobody said."""

    title: str
    author: str = ""
    licence: str = ""
    licence_address: str = ""
    source: str = ""

    @property
    def says_something(self) -> bool:
        """Whether anything is known but what a file is called: that alone is nobody's business."""
        return bool(self.author or self.licence or self.source)


def work_of(title: str, author: str, licence: str, source: str) -> Work:
    """A source that is no public address, such as a folder of this machine, is left out."""
    public = source.strip() if source.strip().lower().startswith(ADDRESS) else ""
    return plain_work(Work(
        title=title[:LONGEST], author=author[:LONGEST], licence=licence, licence_address=address_of(licence),
        source=public[:LONGEST],
    ))  # fmt: skip


def plain_work(work: Work) -> Work:
    """Without what would steer a terminal, break a line or turn the order of letters round, where it is shown."""
    return Work(**{name: _STEERING.sub(" ", text).strip() for name, text in msgspec.structs.asdict(work).items()})


def sentence(work: Work) -> str:
    """As it is usually written: title, author, licence, source.

    >>> sentence(Work(title="Oak", author="Ann", licence="CC-BY-4.0", source="https://a.example/oak"))
    '“Oak” by Ann, CC-BY-4.0, https://a.example/oak'
    """
    who = tr("“{title}” by {author}", title=work.title, author=work.author) if work.author else tr(
        "“{title}”", title=work.title
    )
    return ", ".join(part for part in (who, work.licence or tr("licence not known"), work.source) if part)


def rights_in_any_language(works: Sequence[Work]) -> set[str]:
    """The sentences of all works, in each language that they may have been written in."""
    return {" ".join(_worded(work, *wording) for work in works) for wording in _wordings()}


def _worded(work: Work, by: str, alone: str, unknown: str) -> str:
    who = (by if work.author else alone).format(title=work.title, author=work.author)
    return ", ".join(part for part in (who, work.licence or unknown, work.source) if part)


@cache
def _wordings() -> tuple[tuple[str, str, str], ...]:
    """By language, the texts that `sentence` is made of: files outlive the language that they were written in."""
    texts = ("“{title}” by {author}", "“{title}”", "licence not known")
    found = [texts]
    for code in languages()[1:]:
        known: dict[str, str] = {}
        for path in (TRANSLATIONS / code).glob("*.json"):
            known.update(json.loads(path.read_text(encoding="utf-8")))
        by, alone, unknown = (known.get(text, text) for text in texts)
        found.append((by, alone, unknown))
    return tuple(found)


def as_one(works: Iterable[Work]) -> Work:
    """Several works in one picture, as one: all authors, all licences that bind it, the source where there is one.

    The licence stays open when that of any work is not known.
    """
    found = list(works)
    authors = dict.fromkeys(work.author for work in found if work.author)
    licences = dict.fromkeys(work.licence for work in found)
    sources = dict.fromkeys(work.source for work in found if work.source)
    return Work(
        title=found[0].title if len(found) == 1 else "",
        author=", ".join(authors)[:LONGEST],
        licence="" if "" in licences else " AND ".join(_bracketed(name, len(licences)) for name in licences),
        source=next(iter(sources)) if len(sources) == 1 else "",
    )


def _bracketed(licence: str, count: int) -> str:
    return f"({licence})" if count > 1 and " OR " in licence.upper() else licence
