"""The search field `like:`: assets that look like one of them, or like any picture, the most alike first.

A picture that is no asset is kept small beside the catalogue, so that a search for it can be kept as well.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.library import Library
from editor.library.looks import fingerprints, thumbnails_of
from editor.library.search.results import Ids
from editor.workflows.library.small_pictures import SIDE
from ml.similarity.fingerprint import Fingerprint, all_views
from ml.similarity.likeness import likeness

FIELD = "like"
FOLDER = "likes"
PICTURE = re.compile(r"^picture-[0-9a-f]{16}$")
ALIKE = 0.55
"""From here on a picture looks like another to a person."""
MOST = 200
HASH_DIGITS = 12
ANSWERS_KEPT = 20
ROWS = 20_000
"""Compared at once: what is held meanwhile stays small."""


class Likeness:
    """Answers of one library; they are kept until other pictures are known."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._answers: OrderedDict[tuple[str, object], Ids] = OrderedDict()
        self._lock = threading.Lock()

    def value_of_asset(self, asset: int) -> str:
        """What stands behind `like:`. Raises ExpectedError for an asset that nothing can be compared with."""
        found = self.library.asset(asset)
        if not len(self._views_of(found.hash)):
            raise ExpectedError(tr("{name} has no picture to compare with.", name=found.label))
        return found.hash[:HASH_DIGITS]

    def value_of_picture(self, pixels: NDArray[np.uint8]) -> str:
        """Of (h, w, 3) uint8 sRGB; the picture is kept small."""
        from PIL import Image

        scale = min(1.0, SIDE / max(pixels.shape[:2]))
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
        value = f"picture-{hashlib.blake2b(small.tobytes(), digest_size=8).hexdigest()}"
        path = self._path(value)
        try:
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(small).save(path, "PNG")
        except OSError as error:
            raise ExpectedError(tr("The library could not be read or written: {reason}", reason=error)) from error
        return value

    def picture_of(self, value: str) -> bytes | None:
        """An encoded small picture of what is resembled."""
        if PICTURE.match(value):
            path = self._path(value)
            return path.read_bytes() if path.is_file() else None
        asset = self.library.with_hash(value)
        return thumbnails_of(self.library.catalogue, [asset.id]).get(asset.id) if asset is not None else None

    def is_ready(self, value: str) -> bool:
        """Whether the answer is there without work."""
        return (value, self.state()) in self._answers

    def ids(self, value: str) -> Ids:
        """Assets by likeness, what they resemble first. Raises ExpectedError for a value that names nothing."""
        key = (value, self.state())
        with self._lock:
            if key not in self._answers:
                self._answers[key] = self._compared(value)
                while len(self._answers) > ANSWERS_KEPT:
                    self._answers.popitem(last=False)
            return self._answers[key]

    def state(self) -> object:
        """Another one when other pictures are known."""
        question = "SELECT count(*), max(asset), total(looked) FROM look JOIN asset ON id = asset WHERE trashed IS NULL"
        return self.library.catalogue.rows(question)[0]

    def _path(self, value: str) -> Path:
        return self.library.catalogue.folder / FOLDER / f"{value}.png"

    def _compared(self, value: str) -> Ids:
        wanted = self._views_of_picture(value) if PICTURE.match(value) else self._views_of(value)
        if not wanted:
            raise ExpectedError(
                tr("What like:{name} means is not in the library any more.", name=value),
                tr("Choose a picture and look for its like again."),
            )
        ids, hashes, vectors = fingerprints(self.library.catalogue)
        parts = [likeness(wanted, hashes[at : at + ROWS], vectors[at : at + ROWS]) for at in range(0, len(ids), ROWS)]
        scores = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        order = np.argsort(-scores, kind="stable")[:MOST]
        return ids[order[scores[order] > ALIKE]]

    def _views_of(self, digest: str) -> list[Fingerprint]:
        asset = self.library.with_hash(digest)
        if asset is None:
            return []
        rows = self.library.catalogue.rows(
            "SELECT hashes, vector FROM look WHERE asset = ? AND length(vector) > 0", (asset.id,)
        )
        return [
            Fingerprint(
                np.frombuffer(bytes(hashes), "<u8").astype(np.uint64),  # type: ignore[call-overload]
                np.frombuffer(bytes(vector), "<f2").astype(np.float32),  # type: ignore[call-overload]
            )
            for hashes, vector in rows
        ]

    def _views_of_picture(self, value: str) -> list[Fingerprint]:
        from PIL import Image

        path = self._path(value)
        if not path.is_file():
            return []
        with Image.open(path) as opened:
            return all_views(np.asarray(opened.convert("RGB"), np.uint8))


def teach(library: Library) -> Likeness:
    """Let the searches of a library know `like:`."""
    made = Likeness(library)
    library.finder.beyond[FIELD] = made.ids
    return made
