"""`tr`: the text that a person sees, in the person's language.

The English text is the key. French texts lie in `resources/translations/fr/*.json`, one file a part of the studio, so
that parts can grow side by side. The language is the one piece of process-wide state in the core: a person reads one
language at a time, and passing it to every sentence would bury the sentences.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TRANSLATIONS = Path(__file__).resolve().parents[2] / "resources" / "translations"
_texts: dict[str, str] = {}
_language = ["en"]


def languages() -> tuple[str, ...]:
    """English first, then every folder of translations."""
    return ("en", *sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir()))


def set_language(code: str) -> None:
    """Use the texts of `code` from now on; a language that we do not have is English."""
    _texts.clear()
    _language[0] = code if (TRANSLATIONS / code).is_dir() else "en"
    if _language[0] != "en":
        for path in sorted((TRANSLATIONS / code).glob("*.json")):
            _texts.update(json.loads(path.read_text(encoding="utf-8")))


def language() -> str:
    return _language[0]


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Another language for a while: names that a command makes up are in the language that it ran in."""
    before = language()
    if code in ("", before):
        yield
        return
    set_language(code)
    try:
        yield
    finally:
        set_language(before)


def tr(text: str, /, **values: object) -> str:
    """Translate `text` and fill in its {named} parts. Decimals are written as the language writes them.

    >>> tr("{count} layers", count=3)
    '3 layers'
    """
    translated = _texts.get(text, text)
    return translated.format(**{name: _shown(value) for name, value in values.items()}) if values else translated


def _shown(value: object) -> object:
    if not isinstance(value, float):
        return value
    from editor.base.numbers import number_text  # its marks are texts of ours

    return number_text(value)


def tr_count(one: str, many: str, /, *, count: int, **values: object) -> str:
    """Translate what is said of one thing, or of several: `many` holds {count}.

    >>> tr_count("1 layer", "{count} layers", count=1)
    '1 layer'
    """
    from editor.base.numbers import number_text

    return tr(one if count == 1 else many, count=number_text(count), **values)
