"""Fingerprints of documents: what render results are named by.

A document's fingerprint changes when any record in it, or in a document linked into it, changes, and comes back when
the change is undone: so undo redraws nothing that was drawn before. It is kept as a sum of record hashes modulo 2^128,
which a change of one record updates without walking the others.
"""

import hashlib
from collections.abc import Mapping

from editor.document.change import Change
from editor.document.index import Index
from editor.document.invariants import embedded_documents
from editor.model.embed import embeds_of
from editor.model.record import Record, encode, kind_of

MODULUS = 1 << 128


def record_fingerprint(item: Record) -> int:
    digest = hashlib.blake2b(kind_of(item).encode() + b"\0" + encode(item), digest_size=16)
    return int.from_bytes(digest.digest(), "big")


class Fingerprints:
    """Follows the project's changes through `follow`; answers are computed at first question."""

    def __init__(self, records: Mapping[str, Record], index: Index) -> None:
        self._records = records
        self._index = index
        self._sums: dict[str, int] = {}
        self._held: dict[str, int] = {}
        self._links: dict[str, tuple[str, ...]] = {}

    def of(self, document: str) -> str:
        """32 hexadecimal digits over the document and everything linked into it."""
        closure: dict[str, None] = {}
        self._collect(document, closure)
        digest = hashlib.blake2b(digest_size=16)
        for key in closure:
            digest.update(f"{key}:{self._sum(key):x};".encode())
        return digest.hexdigest()

    def links(self, document: str) -> tuple[str, ...]:
        """The documents that stand directly inside one."""
        found = self._links.get(document)
        if found is None:
            found = self._links[document] = tuple(embedded_documents(document, self._records, self._index))
        return found

    def hosts(self, documents: set[str]) -> set[str]:
        """The given documents and every document that shows one of them, directly or through others."""
        roots = self._index.children(None)
        reached = set(documents)
        grown = True
        while grown:
            grown = False
            for root in roots:
                if root not in reached and any(link in reached for link in self.links(root)):
                    reached.add(root)
                    grown = True
        return reached

    def follow(self, change: Change) -> None:
        """Bring the sums up to date after a change that the records and the index already show."""
        for before, after in change.entries.values():
            stays = before is not None and after is not None and before.parent == after.parent
            if not stays and self._crosses(before, after):
                self._sums.clear()
                self._held.clear()
                self._links.clear()
                return
        for key, (before, after) in change.entries.items():
            present = after if after is not None else before
            if present is None:
                continue
            root = self._index.root(present.id if present.id in self._records else present.parent or key)
            if any(True for side in (before, after) if side is not None for _ in embeds_of(side)):
                self._links.pop(root, None)
            if root in self._sums:
                self._sums[root] = (self._sums[root] + self._step(key)) % MODULUS

    def _step(self, key: str) -> int:
        """What the sum grows by so that it holds a record as it is now.

        It is told from what the sum holds, not from the change: the commit of a gesture says once more what its live
        changes said already.
        """
        held, item = self._held.pop(key, 0), self._records.get(key)
        if item is None:
            return -held
        self._held[key] = now = record_fingerprint(item)
        return now - held

    def _crosses(self, before: Record | None, after: Record | None) -> bool:
        """Whether sums can no longer be followed: a moved record, a new or a removed document, a removed parent."""
        if before is not None and after is not None:
            return True
        side = before if before is not None else after
        return side is not None and (side.parent is None or side.parent not in self._records)

    def _collect(self, document: str, closure: dict[str, None]) -> None:
        if document not in closure:
            closure[document] = None
            for link in self.links(document):
                self._collect(link, closure)

    def _sum(self, document: str) -> int:
        total = self._sums.get(document)
        if total is None:
            parts = {
                key: record_fingerprint(self._records[key])
                for key in self._index.subtree(document) if key in self._records
            }
            self._held.update(parts)
            total = self._sums[document] = sum(parts.values()) % MODULUS
        return total
