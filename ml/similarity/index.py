"""An index of pictures in one SQLite file: fingerprints, thumbnails, words, and what models said of them.

It is kept by place (a path, or any other name), and a place is looked at again only when its size or its time changed.
A file that was moved is known by its digest. Reading pictures is not done here. One connection a call: an index may be
updated in one thread while another searches.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.similarity.fingerprint import LENGTH, VIEWS, Fingerprint
from ml.similarity.likeness import best_places, likeness
from ml.similarity.word_index import Worded, WordIndex

Floats = NDArray[np.float32]
NEVER = np.float32(-2.0)
"""The score of what must not be found."""
AT_ONCE = 500
SELECT_ENTRY = (
    "SELECT place, size, changed, digest, width, height, hashes, vector, keywords, looks, thumbnail, problem"
    " FROM picture"
)
VERSION = 1
"""Of the fingerprints: an index of another version is made anew, for it holds nothing that cannot be found again."""


@dataclass(frozen=True)
class Entry:
    """One picture. `keywords` are its own (from its metadata); `looks` are words of `looks.LOOKS`; `thumbnail` is a
    small WebP or JPEG file. `problem` says why a file could not be read; then there is no fingerprint."""

    place: str
    size: int = 0
    changed: float = 0.0
    digest: bytes = b""
    width: int = 0
    height: int = 0
    fingerprint: Fingerprint | None = None
    keywords: str = ""
    looks: str = ""
    thumbnail: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class Hit:
    """`score` from 0 to 1."""

    place: str
    score: float


@dataclass(frozen=True)
class _Loaded:
    places: list[str]
    hashes: NDArray[np.uint64]
    vectors: Floats


class PictureIndex:
    """`path` is made with the first entry."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._loaded: tuple[int, _Loaded] | None = None
        self._embedded: tuple[int, str, list[str], Floats] | None = None
        self._words: tuple[int, WordIndex] | None = None

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction. Raises ModelError when the file cannot be used."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=20)
        except (OSError, sqlite3.Error) as error:
            raise _unusable(self.path, error) from error
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                _make_schema(connection)
            with connection:
                yield connection
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error
        finally:
            connection.close()

    # Writing

    def put(self, entries: Iterable[Entry]) -> None:
        """Add pictures, or replace those at the same places. What models said of them before is forgotten."""
        with self.open() as connection:
            for entry in entries:
                connection.execute("DELETE FROM picture WHERE place = ?", (entry.place,))
                connection.execute(
                    "INSERT INTO picture (place, size, changed, digest, width, height, hashes, vector, keywords,"
                    " looks, thumbnail, problem) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    (
                        entry.place, entry.size, entry.changed, entry.digest, entry.width, entry.height,
                        *_blobs(entry.fingerprint), entry.keywords, entry.looks, entry.thumbnail, entry.problem,
                    ),
                )

    def drop(self, places: Iterable[str]) -> int:
        """Forget pictures; how many there were."""
        with self.open() as connection:
            return sum(
                connection.execute("DELETE FROM picture WHERE place = ?", (place,)).rowcount for place in places
            )

    def put_embeddings(self, model: str, vectors: Iterable[tuple[str, Floats]]) -> None:
        """What a model says of pictures, by place; of length 1."""
        with self.open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO embedding (picture, model, vector)"
                " SELECT id, ?, ? FROM picture WHERE place = ?",
                [(model, np.asarray(vector, np.float16).tobytes(), place) for place, vector in vectors],
            )

    # Reading

    def known(self, under: str = "") -> dict[str, tuple[int, float]]:
        """Size and time of every place that begins with `under`."""
        with self.open() as connection:
            rows = connection.execute(
                "SELECT place, size, changed FROM picture WHERE substr(place, 1, ?) = ?", (len(under), under)
            )
            return {place: (size, changed) for place, size, changed in rows}

    def entry(self, place: str) -> Entry | None:
        return self._one("place = ?", place)

    def with_digest(self, digest: bytes) -> Entry | None:
        """A picture with the same bytes."""
        return self._one("digest = ? AND problem = ''", digest)

    def _one(self, where: str, value: object) -> Entry | None:
        with self.open() as connection:
            row = connection.execute(f"{SELECT_ENTRY} WHERE {where} LIMIT 1", (value,)).fetchone()
        return None if row is None else _entry(row)

    def entries(self, places: list[str]) -> dict[str, Entry]:
        """Those of the places that are known."""
        found = {}
        with self.open() as connection:
            for start in range(0, len(places), AT_ONCE):
                some = places[start : start + AT_ONCE]
                marks = ",".join("?" * len(some))
                for row in connection.execute(f"{SELECT_ENTRY} WHERE place IN ({marks})", some):
                    found[row[0]] = _entry(row)
        return found

    def count(self) -> int:
        with self.open() as connection:
            return int(connection.execute("SELECT count(*) FROM picture WHERE problem = ''").fetchone()[0])

    def unreadable(self) -> dict[str, str]:
        """Places that could not be read, and why."""
        with self.open() as connection:
            return dict(connection.execute("SELECT place, problem FROM picture WHERE problem <> ''").fetchall())

    def without_embedding(self, model: str) -> list[str]:
        with self.open() as connection:
            rows = connection.execute(
                "SELECT place FROM picture WHERE problem = '' AND id NOT IN"
                " (SELECT picture FROM embedding WHERE model = ?) ORDER BY id", (model,)
            )
            return [row[0] for row in rows]

    def duplicates(self) -> list[list[str]]:
        """Places whose files are the same to the byte, in groups."""
        with self.open() as connection:
            rows = connection.execute(
                "SELECT digest, place FROM picture WHERE problem = '' AND digest IN"
                " (SELECT digest FROM picture WHERE problem = '' AND digest <> x'' GROUP BY digest HAVING count(*) > 1)"
                " ORDER BY digest, place"
            )
            groups: dict[bytes, list[str]] = {}
            for digest, place in rows:
                groups.setdefault(digest, []).append(place)
        return list(groups.values())

    # Searching

    def like(self, wanted: list[Fingerprint], count: int = 100, under: str = "") -> list[Hit]:
        """The pictures most like any of the wanted views, the likest first."""
        loaded = self._load()
        scores = likeness(wanted, loaded.hashes, loaded.vectors)
        return _hits(loaded.places, scores, count, under)

    def by_words(self, text: str, count: int = 100, under: str = "") -> list[Hit]:
        """Pictures whose names, folders, keywords, colours or shapes have all the words of a text."""
        words = self._load_words()
        scores = words.scores(text)
        return _hits(words.places, np.where(scores > 0, scores, NEVER), count, under)

    def near(self, model: str, vector: Floats, count: int = 100, under: str = "") -> list[Hit]:
        """By what a model said: the pictures whose embeddings point most nearly the same way."""
        places, vectors = self._load_embeddings(model)
        if not places:
            return []
        return _hits(places, vectors @ np.asarray(vector, np.float32), count, under)

    def _load(self) -> _Loaded:
        """All fingerprints, kept until the file changes."""
        with self.open() as connection:
            state = _state(connection)
            if self._loaded is None or self._loaded[0] != state:
                rows = connection.execute("SELECT place, hashes, vector FROM picture WHERE problem = '' ORDER BY id")
                total = connection.execute("SELECT count(*) FROM picture WHERE problem = ''").fetchone()[0]
                hashes, vectors = np.zeros((total, VIEWS), np.uint64), np.zeros((total, LENGTH), np.float32)
                places = []
                for number, (place, some, vector) in enumerate(rows):
                    places.append(place)
                    hashes[number] = np.frombuffer(some, np.uint64)
                    vectors[number] = np.frombuffer(vector, np.float16)
                self._loaded = (state, _Loaded(places, hashes, vectors))
            return self._loaded[1]

    def _load_words(self) -> WordIndex:
        """All names, keywords and looks, kept until the file changes."""
        with self.open() as connection:
            state = _state(connection)
            if self._words is None or self._words[0] != state:
                rows = connection.execute(
                    "SELECT place, keywords, looks FROM picture WHERE problem = '' ORDER BY place"
                )
                self._words = (state, WordIndex(Worded(*row) for row in rows))
            return self._words[1]

    def make_ready(self) -> None:
        """Load what searching needs, so that the first search is as quick as the next."""
        self._load()
        self._load_words()

    def _load_embeddings(self, model: str) -> tuple[list[str], Floats]:
        with self.open() as connection:
            state = _state(connection)
            if self._embedded is None or self._embedded[:2] != (state, model):
                rows = connection.execute(
                    "SELECT place, embedding.vector FROM embedding JOIN picture ON picture.id = picture"
                    " WHERE model = ? ORDER BY picture", (model,)
                ).fetchall()
                places = [row[0] for row in rows]
                vectors = [np.frombuffer(row[1], np.float16).astype(np.float32) for row in rows]
                self._embedded = (state, model, places, np.array(vectors, np.float32))
            return self._embedded[2], self._embedded[3]


def _entry(row: tuple[Any, ...]) -> Entry:
    place, size, changed, digest, width, height, hashes, vector, keywords, looks, thumbnail, problem = row
    found = None if hashes is None else Fingerprint(
        np.frombuffer(hashes, np.uint64), np.frombuffer(vector, np.float16).astype(np.float32)
    )
    return Entry(place, size, changed, digest, width, height, found, keywords, looks, thumbnail, problem)


def _hits(places: list[str], scores: Floats, count: int, under: str) -> list[Hit]:
    if under:
        outside = np.fromiter((not place.startswith(under) for place in places), bool, len(places))
        scores = np.where(outside, NEVER, scores)
    best = best_places(scores, count)
    return [Hit(places[at], float(scores[at])) for at in best if scores[at] > NEVER]


def _blobs(found: Fingerprint | None) -> tuple[bytes | None, bytes | None]:
    if found is None:
        return None, None
    return found.hashes.tobytes(), found.vector.astype(np.float16).tobytes()


def _state(connection: sqlite3.Connection) -> int:
    """Another number after every change, whoever made it."""
    return int(connection.execute("SELECT changes FROM state").fetchone()[0])


def _make_schema(connection: sqlite3.Connection) -> None:
    """In one transaction, so that of two who come to a new file one waits and finds it made.

    The journal is changed by whoever can: SQLite does not wait for others there, it refuses.
    """
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return
        for statement in SCHEMA:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


SCHEMA = (
    "DROP TABLE IF EXISTS embedding", "DROP TABLE IF EXISTS picture", "DROP TABLE IF EXISTS state",
    """CREATE TABLE picture (
        id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE, size INTEGER, changed REAL, digest BLOB,
        width INTEGER, height INTEGER, hashes BLOB, vector BLOB, keywords TEXT, looks TEXT, thumbnail BLOB,
        problem TEXT NOT NULL
    )""",
    "CREATE INDEX picture_digest ON picture (digest)",
    """CREATE TABLE embedding (
        picture INTEGER NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (picture, model)
    ) WITHOUT ROWID""",
    "CREATE TABLE state (changes INTEGER NOT NULL)",
    "INSERT INTO state VALUES (0)",
    "CREATE TRIGGER added AFTER INSERT ON picture BEGIN UPDATE state SET changes = changes + 1; END",
    """CREATE TRIGGER gone AFTER DELETE ON picture BEGIN
        DELETE FROM embedding WHERE picture = old.id; UPDATE state SET changes = changes + 1;
    END""",
    "CREATE TRIGGER said AFTER INSERT ON embedding BEGIN UPDATE state SET changes = changes + 1; END",
)  # fmt: skip


def _unusable(path: Path, error: Exception) -> ModelError:
    return ModelError(
        "The index of pictures {path} cannot be used: {reason}", "Delete this file; it is made anew.",
        path=path, reason=str(error),
    )
