"""Small pictures of documents, kept with the project so that a start page can show it without drawing it."""

from editor.storage.store import Store

LARGEST = 1 << 20


class Thumbnails:
    """`data` is an encoded picture (PNG or WebP), at most a mebibyte; `fingerprint` says of which content it is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, key: str, fingerprint: str, data: bytes) -> None:
        """Keep a picture under a key, mostly a document's id. In a project open for reading only: nothing happens."""
        if not self._store.writable or len(data) > LARGEST:
            return
        statement = (
            "INSERT INTO thumbnail (key, fingerprint, data) VALUES (?, ?, ?) ON CONFLICT (key) "
            "DO UPDATE SET fingerprint = excluded.fingerprint, data = excluded.data"
        )
        self._store.write(lambda connection: connection.execute(statement, (key, fingerprint, data)))

    def get(self, key: str) -> tuple[str, bytes] | None:
        """(fingerprint, data), or None."""
        question = "SELECT fingerprint, data FROM thumbnail WHERE key = ?"
        found: tuple[str, bytes] | None = self._store.read(lambda c: c.execute(question, (key,)).fetchone())
        return found
