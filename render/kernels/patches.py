"""Finding for each patch of one picture the nearest patch of another, and letting the patches found vote on pixels.

The work is C (patches.c) on strips of rows; a result depends on the seed, not on the number of cores.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from render.kernels.library import library
from render.kernels.parallel import for_each

HALF = 3
"""Patches are squares of 2 * HALF + 1 pixels."""
STRIP_ROWS = 32

Bytes = NDArray[np.uint8]
Places = NDArray[np.int32]
Floats = NDArray[np.float32]
Tell = Callable[[], None]


def nothing() -> None:
    """For work that nobody wants to stop."""


class _Search(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_void_p) for name in ("target", "source", "wanted", "allowed", "before", "match", "cost")),
        *((name, ctypes.c_int32) for name in ("target_width", "target_height", "source_width", "source_height")),
    ]


class PatchMatches:
    """For each wanted pixel of `target` its match in `source` (both (height, width, 4) uint8, any four features).

    `match` holds row * source width + column, -1 where nothing is wanted; `cost` the sum of squared differences over
    the patch. `allowed` says which source pixels may be the centre of a match, and there must be one.
    """

    def __init__(self, target: Bytes, source: Bytes, wanted: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> None:
        self.source_size = source.shape[:2]
        self.size = target.shape[:2]
        self._source = _with_margin(source)
        self._target = _with_margin(target)
        self._wanted = np.ascontiguousarray(wanted, np.uint8)
        self._allowed = np.ascontiguousarray(allowed, np.uint8)
        self.match: Places = np.full(self.size, -1, np.int32)
        self.cost: Places = np.full(self.size, np.iinfo(np.int32).max, np.int32)

    def begin(self, match: Places, tell: Tell = nothing) -> None:
        """Take first guesses; -1 and those that are not allowed become random ones of a fixed sequence."""
        candidates = np.flatnonzero(self._allowed).astype(np.int32)
        wanted = self._wanted.astype(bool)
        usable = wanted & (match >= 0)
        usable[usable] = self._allowed.reshape(-1)[match[usable]] > 0
        self.match[...] = -1
        self.match[usable] = match[usable]
        missing = wanted & ~usable
        picks = np.random.default_rng(len(candidates)).integers(0, len(candidates), int(missing.sum()))
        self.match[missing] = candidates[picks]
        self.measure(tell)

    def retarget(self, changed: NDArray[np.bool_], values: Bytes, tell: Tell = nothing) -> None:
        """Give the `changed` pixels of the target (count, 4) new values: the same matches, their costs anew."""
        self._target[HALF:-HALF, HALF:-HALF][changed] = values
        for edge in (self._target, self._target.transpose(1, 0, 2)):
            edge[:HALF], edge[-HALF:] = edge[HALF], edge[-HALF - 1]
        self.measure(tell)

    def measure(self, tell: Tell = nothing) -> None:
        """Compute all costs."""
        search = self._described(self.match)
        _in_strips(lambda top, bottom: _function("atelier_patch_costs", 3)(search, top, bottom), self.size[0], tell)

    def improve(self, backwards: bool, reach: int, seed: int, tell: Tell = nothing) -> None:
        """One pass of propagation and random search up to `reach` pixels from the best match so far."""
        before = self.match.copy()
        search = self._described(before)
        function = _function("atelier_patch_search", 6)
        _in_strips(
            lambda top, bottom: function(search, top, bottom, int(backwards), reach, seed & 0x7FFFFFFF),
            self.size[0], tell,
        )

    def vote(
        self, colours: Floats, fill: NDArray[np.bool_], trust: Floats, softness: float, result: Floats,
        tell: Tell = nothing,
    ) -> None:
        """Write into the `fill` pixels of `result` what the patches over them say, in `colours` of the source.

        Both are (height, width, 4) float32. A patch weighs exp(-(cost - lowest cost here) / softness) * trust.
        """
        search = self._described(self.match)
        wanted = np.ascontiguousarray(fill, np.uint8)
        pointers = [_address(item) for item in (colours, wanted, trust)]
        function = _library().atelier_patch_vote
        function.argtypes = [ctypes.POINTER(_Search), *[ctypes.c_void_p] * 3, ctypes.c_float, ctypes.c_void_p,
                             ctypes.c_int32, ctypes.c_int32]
        function.restype = None
        _in_strips(
            lambda top, bottom: function(search, *pointers, softness, _address(result), top, bottom), self.size[0], tell
        )

    def _described(self, before: Places) -> _Search:
        arrays = (self._target, self._source, self._wanted, self._allowed, before, self.match, self.cost)
        return _Search(*(_address(item) for item in arrays), self.size[1], self.size[0], *self.source_size[::-1])


def _with_margin(picture: Bytes) -> Bytes:
    return np.ascontiguousarray(np.pad(picture, ((HALF, HALF), (HALF, HALF), (0, 0)), mode="edge"))


def _address(array: NDArray[np.generic]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _library() -> ctypes.CDLL:
    return library().code


def _function(name: str, count: int) -> ctypes._CFuncPtr:  # type: ignore[name-defined]
    function = getattr(_library(), name)
    function.argtypes = [ctypes.POINTER(_Search), *[ctypes.c_int32] * (count - 1)]
    function.restype = None
    return function


def _in_strips(work: Callable[[int, int], None], height: int, tell: Tell) -> None:
    """Always the same strips, whatever the machine, so that the result is the same."""

    def strip(top: int) -> None:
        tell()
        work(top, min(height, top + STRIP_ROWS))

    for_each(strip, range(0, height, STRIP_ROWS))
