"""Large pictures of drawings, decoded and reduced while other threads go on.

Skia decodes a picture when it draws it, and keeps the interpreter's lock meanwhile: a photograph of 24 megapixels on a
page held up a window for a second, whichever thread drew it. OpenCV lets go of the lock. The picture is handed to Skia
in the halving that comes next above the size on the device, which Skia then averages as it would have averaged its own
halvings: the pixels differ by rounding.
"""

import hashlib
import io
import math
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import skia
from numpy.typing import NDArray

LARGE = 1 << 20
"""Pixels; a smaller picture is decoded before anybody notices."""
LARGE_FILE = 256 << 10
"""Bytes. The drawing of such a picture is not recorded, because it depends on the scale."""
KEPT_BYTES = 256 << 20
KEPT = 24
HALVINGS = 8
READ = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "P"), "WEBP": ("RGB", "RGBA")}

Pixels = NDArray[np.uint8]
_thread = threading.local()


class NotAtOnce(Exception):
    """A picture would have to be decoded first."""


@contextmanager
def at_once() -> Iterator[None]:
    """What is drawn within, on this thread, raises NotAtOnce rather than decode a large picture: for a window that
    would stand still meanwhile."""
    before = getattr(_thread, "at_once", False)
    _thread.at_once = True
    try:
        yield
    finally:
        _thread.at_once = before


def _is_at_once() -> bool:
    return bool(getattr(_thread, "at_once", False))


class Photograph:
    """One encoded picture. Safe from every thread; those that want the same wait for the first."""

    def __init__(self, encoded: bytes) -> None:
        self._encoded = encoded
        self._lock = threading.Lock()
        self._levels: dict[int, skia.Image] = {}
        self._is_broken = False

    @property
    def held_bytes(self) -> int:
        return sum(4 * level.width() * level.height() for level in list(self._levels.values()))

    def drawn_at(self, scale: float) -> skia.Image | None:
        """The picture, or a halving that is at least as large as it is drawn. None when it cannot be read here."""
        level = 0 if scale <= 0 else max(0, min(HALVINGS, math.floor(-math.log2(scale))))
        if _is_at_once() and level not in self._levels and not self._is_broken:
            raise NotAtOnce
        with self._lock:
            if level not in self._levels and not self._is_broken:
                self._decode(level)
            return self._levels.get(level)

    def _decode(self, level: int) -> None:
        import cv2

        pixels = _pixels(self._encoded)
        if pixels is None:
            self._is_broken = True
            return
        height, width = pixels.shape[:2]
        if level:
            size = (max(1, width >> level), max(1, height >> level))
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        self._levels[level] = skia.Image.fromarray(pixels, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)


def _pixels(encoded: bytes) -> Pixels | None:
    """(height, width, 4), premultiplied; None for what is damaged or of a kind that is read otherwise."""
    import cv2

    data = np.frombuffer(encoded, np.uint8)
    # As colour a photograph is turned as its camera was held; as it is, it keeps its alpha.
    how = cv2.IMREAD_COLOR if encoded[:2] == b"\xff\xd8" else cv2.IMREAD_UNCHANGED
    try:
        found = cv2.imdecode(data, how)
        if found is None or found.dtype != np.uint8:
            return None
        channels = 1 if found.ndim == 2 else found.shape[2]
        if channels == 4:
            found = cv2.cvtColor(cv2.cvtColor(found, cv2.COLOR_BGRA2RGBA), cv2.COLOR_RGBA2mRGBA)
        elif channels in (1, 3):
            found = cv2.cvtColor(found, cv2.COLOR_GRAY2RGBA if channels == 1 else cv2.COLOR_BGR2RGBA)
        else:
            return None
    except cv2.error:
        return None
    return np.ascontiguousarray(found, np.uint8)


class Photographs:
    """Those that were drawn last, until they take too much room."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Photograph | None] = OrderedDict()
        self._names: OrderedDict[int, tuple[bytes, bytes]] = OrderedDict()

    def drawn_at(self, encoded: bytes, scale: float, opened: skia.Image) -> skia.Image:
        """`opened` is the same picture, not decoded yet; it comes back where Skia had better decode it itself."""
        if opened.width() * opened.height() < LARGE:
            return opened
        photograph = self._of(encoded)
        found = photograph.drawn_at(scale) if photograph is not None else None
        self._trim(photograph)
        return found or opened

    def check(self, encoded: bytes) -> None:
        """Raise NotAtOnce for a large file that nobody drew yet, where there is no time to look into it."""
        if len(encoded) >= LARGE_FILE and _is_at_once():
            known = self._names.get(id(encoded))
            if known is None or known[0] is not encoded:
                raise NotAtOnce

    def _of(self, encoded: bytes) -> Photograph | None:
        name = self._name(encoded)
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        made = Photograph(encoded) if _is_plain(encoded) else None
        with self._lock:
            return self._known.setdefault(name, made)

    def _name(self, encoded: bytes) -> bytes:
        """A hash that is made without the interpreter's lock, once for each object."""
        with self._lock:
            known = self._names.get(id(encoded))
            if known is not None and known[0] is encoded:
                return known[1]
        name = hashlib.blake2b(encoded, digest_size=16).digest()
        with self._lock:
            self._names[id(encoded)] = (encoded, name)
            while len(self._names) > KEPT:
                self._names.popitem(last=False)
        return name

    def _trim(self, drawn: Photograph | None) -> None:
        """Let go of what was drawn longest ago, never of what is being drawn."""
        with self._lock:
            held = sum(one.held_bytes for one in self._known.values() if one is not None)
            for name, one in list(self._known.items()):
                if (held <= KEPT_BYTES and len(self._known) <= KEPT) or one is drawn:
                    continue
                held -= one.held_bytes if one is not None else 0
                del self._known[name]


def _is_plain(encoded: bytes) -> bool:
    """Eight bits a channel, one frame, in colours that are read the same everywhere, by its heading."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(encoded)) as picture:
            is_one = getattr(picture, "n_frames", 1) == 1
            return is_one and picture.mode in READ.get(picture.format or "", ())
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
