"""What many assets have in common: one question to the catalogue, however many they are."""

import json
from collections.abc import Iterable

import msgspec

from editor.library.catalogue import Catalogue

SHARED = ("title", "author", "source", "licence", "notes")
AMONG = "id IN (SELECT value FROM json_each(?))"


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """`size` in bytes. A text or a rating is None where the assets differ in it; `tags` are those that all carry."""

    count: int = 0
    size: int = 0
    rating: int | None = 0
    texts: dict[str, str | None] = {}
    tags: tuple[str, ...] = ()


def summary_of(catalogue: Catalogue, assets: Iterable[int]) -> Summary:
    keys = json.dumps([int(key) for key in assets])
    spans = ", ".join(f"min({name}), max({name})" for name in ("rating", *SHARED))
    row = catalogue.rows(f"SELECT count(*), coalesce(sum(size), 0), {spans} FROM asset WHERE {AMONG}", (keys,))[0]
    count = int(str(row[0]))
    if not count:
        return Summary()
    rating, *texts = [low if low == high else None for low, high in zip(row[2::2], row[3::2], strict=True)]
    tags = catalogue.rows(
        "SELECT tag.name FROM asset_tag JOIN tag ON tag.id = asset_tag.tag WHERE asset IN"
        " (SELECT value FROM json_each(?)) GROUP BY tag.id HAVING count(*) = ? ORDER BY tag.key",
        (keys, count),
    )
    return Summary(
        count=count, size=int(str(row[1])), rating=None if rating is None else int(str(rating)),
        texts={name: None if text is None else str(text) for name, text in zip(SHARED, texts, strict=True)},
        tags=tuple(str(tag[0]) for tag in tags),
    )  # fmt: skip


def missing_among(catalogue: Catalogue, assets: Iterable[int]) -> set[int]:
    """Those whose file is nowhere to be found, as far as it was looked for."""
    rows = catalogue.rows(
        f"SELECT json_group_array(id) FROM asset WHERE {AMONG} AND NOT stored AND NOT EXISTS"
        " (SELECT 1 FROM place WHERE place.asset = asset.id AND place.missing IS NULL)",
        (json.dumps([int(key) for key in assets]),),
    )
    return set(json.loads(str(rows[0][0])))
