"""Fills holes with what the rest of a picture is made of: coarse to fine, each level searched and voted in turns.

After Newson, Almansa, Gousseau and Perez, "Non-Local Patch-Based Image Inpainting" (IPOL 2017), which joins the
energy of Wexler et al. (2007), the search of Barnes et al. (2009) and a texture feature: beside its three colours each
pixel carries the mean gradient around it, so that a coarse level tells grass from sky of the same mean colour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.kernels.parallel import in_strips
from render.kernels.patches import HALF, PatchMatches
from render.raster.patch_peel import peeled
from render.raster.patch_seams import without_seams

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Matches = NDArray[np.int32]

COARSE_AREA = 14_000
THIN = 4.0
"""No pixel of a thin hole lies deeper, so what is on both sides of it decides what belongs there."""
CROSSING = 1.6
"""Where scratches cross they are so much deeper."""
FIRST_TURNS = 2
TEXTURE_GAIN = 3.0
SHARP = 0.05
BESIDE = 1.0
"""How far beside a hole what is forbidden is thought away, in widths of the hole."""
FALL_OFF = 1.3
"""How much less a patch is trusted for each pixel that it lies deeper in the hole (Wexler et al.)."""


class NothingToCopy(Exception):
    """There is no whole patch outside the hole."""


@dataclass(frozen=True)
class Level:
    """`features`: (height, width, 4) red, green, blue, texture; `allowed`: centres of patches that may be copied."""

    features: Floats
    hole: Flags
    allowed: Flags


def fill_hole(
    picture: Floats, hole: Flags, usable: Flags, seed: int = 0, tell: Callable[[float], None] = lambda _share: None,
    *, forbidden: Flags | None = None,
) -> Floats:
    """`picture` (height, width, 3), encoded colour with white at 1 (more is kept), with the hole filled.

    `usable` says which pixels may be copied; the hole is left out of it. Nothing of what is `forbidden` is copied into
    parts of the hole that are `strangers` to it. `tell` is called with the share done, from any thread, and may raise
    to stop. Raises NothingToCopy.
    """
    if not hole.any():
        return picture
    known = usable & ~hole
    thin = thin_parts(hole)
    foreign = np.zeros_like(hole) if forbidden is None else strangers(hole, forbidden)
    steps: list[tuple[Flags, Flags | None, float]] = []
    for whose, spared in ((~foreign, None), (foreign, forbidden)):
        steps += [(thin & whose, spared, 3.0), (hole & ~thin & whose, spared, 7.0)]
    steps = [step for step in steps if step[0].any()]
    total, done = sum(weight for _, _, weight in steps), 0.0
    for part, avoided, weight in steps:
        listen = _part_of(tell, done / total, weight / total)
        if avoided is None:
            picture = _filled(picture, part, known, seed, listen)
        else:
            picture = _behind(picture, part, known, avoided, seed, listen)
        done += weight
    return picture


def _part_of(tell: Callable[[float], None], start: float, share: float) -> Callable[[float], None]:
    return lambda inner: tell(start + share * inner)


def _behind(
    picture: Floats, hole: Flags, usable: Flags, forbidden: Flags, seed: int, tell: Callable[[float], None]
) -> Floats:
    """Filled as if what is forbidden beside the hole were a part of it: what lies behind goes on on both sides.
    Were the hole to join on to a head without showing one, whatever is as dark as hair would have to stand in."""
    import cv2

    near = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 3) < BESIDE * np.sqrt(hole.sum())
    _, labels = cv2.connectedComponents((forbidden & near | hole).astype(np.uint8), connectivity=8)
    joined = np.isin(labels, np.unique(labels[hole]))
    result = picture.copy()
    result[hole] = _filled(picture, joined, usable & ~forbidden, seed, tell)[hole]
    return result


def strangers(hole: Flags, forbidden: Flags) -> Flags:
    """The parts of a hole that have no claim on what is forbidden: most of each lies outside of it. A scratch that as
    much as touches it has one, for it can only be closed with what is on both its sides."""
    import cv2

    _, found = cv2.connectedComponents(hole.astype(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    size = np.bincount(labels[hole], minlength=int(labels.max()) + 1)
    inside = np.bincount(labels[hole & forbidden], minlength=len(size))
    thin = np.zeros(len(size), bool)
    thin[np.unique(labels[thin_parts(hole)])] = True
    foreign: Flags = hole & np.where(thin, inside == 0, 2 * inside <= size)[labels]
    return foreign


def thin_parts(hole: Flags) -> Flags:
    """Parts of a hole that are nowhere deep: scratches, wires, writing."""
    import cv2

    depth = cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3)
    _, found = cv2.connectedComponents(hole.astype(np.uint8), connectivity=8)
    labels = np.asarray(found, np.int32)
    deepest = np.zeros(int(labels.max()) + 1, np.float32)
    np.maximum.at(deepest, labels[hole], depth[hole])
    thin: Flags = hole & (deepest <= CROSSING * THIN)[labels]
    return thin


def _filled(picture: Floats, hole: Flags, usable: Flags, seed: int, tell: Callable[[float], None]) -> Floats:
    levels = pyramid(picture, hole, usable, lambda: tell(0.0))
    work = np.array([level.hole.sum() * turns(number) + 2000.0 for number, level in enumerate(levels)])
    done, total = 0.0, float(work.sum())
    coarsest = len(levels) - 1
    result, match = _first_guess(levels[coarsest], lambda: tell(0.0)), None
    for number in range(coarsest, -1, -1):
        level = levels[number]
        start, share = done / total, float(work[number]) / total
        tell(start)
        if match is not None:
            match = doubled(match, level.hole.shape)
            result = level.features.copy()
            tell(start)
        solver = _Solver(level, result, seed + 977 * number, turns(number) + (FIRST_TURNS if match is None else 0))
        match = solver.solve(
            match, lambda part, start=start, share=share: tell(start + share * part)  # type: ignore[misc]
        )
        done += float(work[number])
    return solver.without_seams(lambda: tell(0.98))


def _first_guess(level: Level, listen: Callable[[], None]) -> Floats:
    """The coarsest level filled: copied ring by ring; where it is large, its hole is thin, and its sides flow in."""
    import cv2

    if level.hole.size <= COARSE_AREA:
        return peeled(level.features, level.hole, level.allowed, listen)
    mask = level.hole.astype(np.uint8)
    planes = [cv2.inpaint(np.ascontiguousarray(plane), mask, 5, cv2.INPAINT_NS)
              for plane in np.moveaxis(level.features, 2, 0)]
    return np.ascontiguousarray(np.stack(planes, axis=2), np.float32)


def turns(level: int) -> int:
    """How often a level is searched and voted: the coarse ones decide what goes where, the fine ones only look."""
    return min(12, 3 + 2 * level)


class _Solver:
    """One level: its matches and its pixels are made better in turns. `result` is written."""

    def __init__(self, level: Level, result: Floats, seed: int, count: int) -> None:
        import cv2

        self.level, self.result, self.seed, self.count = level, result, seed, count
        wanted = cv2.dilate(level.hole.astype(np.uint8), np.ones((2 * HALF + 1,) * 2, np.uint8)).astype(bool)
        depth = cv2.distanceTransform(level.hole.astype(np.uint8), cv2.DIST_L2, 3)
        self.trust = np.ones(level.hole.shape, np.float32)
        self.trust[level.hole] = np.power(np.float32(FALL_OFF), -np.minimum(depth[level.hole], 60.0))
        source = as_bytes(level.features)
        target = source.copy()
        target[level.hole] = as_bytes(result[level.hole])
        self.search = PatchMatches(target, source, wanted, level.allowed)

    def solve(self, match: Matches | None, tell: Callable[[float], None]) -> Matches:
        def listen() -> None:
            tell(self.share)

        self.share = 0.0
        guessed = match is not None
        self.search.begin(np.full(self.level.hole.shape, -1, np.int32) if match is None else match, listen)
        if guessed:
            self._vote(1.0, listen)
        longest = max(self.level.hole.shape)
        reach = max(16, longest // 16) if guessed else longest
        for turn in range(self.count):
            self.search.retarget(self.level.hole, as_bytes(self.result[self.level.hole]), listen)
            for backwards in (False, True):
                self.search.improve(backwards, reach, self.seed + 2 * turn + backwards, listen)
            self._vote(SHARP if turn == self.count - 1 else 1.0, listen)
            self.share = (turn + 1) / self.count
        return self.search.match

    def without_seams(self, listen: Callable[[], None]) -> Floats:
        """The colours of the result, (height, width, 3), once more looked at for steps of light."""
        return without_seams(
            self.result, self.level.features, self.level.hole, self.search, self.trust, self._softness(SHARP), listen
        )

    def _vote(self, width: float, listen: Callable[[], None]) -> None:
        """`width` is the softness in units of the usual cost: 1 blends, little lets the best patch decide."""
        softness = self._softness(width)
        self.search.vote(self.level.features, self.level.hole, self.trust, softness, self.result, listen)

    def _softness(self, width: float) -> float:
        costs = self.search.cost[self.search.match >= 0]
        usual = float(np.percentile(costs, 75)) if costs.size else 1.0
        return max(1.0, 2 * width * usual)


def as_bytes(features: Floats) -> NDArray[np.uint8]:
    """What the search compares."""
    result = np.empty(features.shape, np.uint8)

    def strip(top: int, bottom: int) -> None:
        result[top:bottom] = np.clip(features[top:bottom] * np.float32(255) + np.float32(0.5), 0, 255)

    in_strips(strip, len(features), features[0].size if len(features) else 1)
    return result


def doubled(match: Matches, shape: tuple[int, ...]) -> Matches:
    """A coarse level's matches as first guesses for one twice as large."""
    height, width = shape
    rows, columns = np.mgrid[0:height, 0:width].astype(np.int32)
    coarse = match[np.minimum(rows // 2, match.shape[0] - 1), np.minimum(columns // 2, match.shape[1] - 1)]
    row, column = coarse // match.shape[1] * 2 + rows % 2, coarse % match.shape[1] * 2 + columns % 2
    known = (coarse >= 0) & (row < height) & (column < width)
    return np.where(known, row * width + column, -1).astype(np.int32)


def pyramid(
    picture: Floats, hole: Flags, usable: Flags, listen: Callable[[], None] = lambda: None
) -> list[Level]:
    """The finest level first; each next one has half the sides, until it is small or its hole is thin. Raises
    NothingToCopy."""
    import cv2

    count = 1
    height, width = hole.shape
    deepest = float(cv2.distanceTransform(hole.astype(np.uint8), cv2.DIST_L2, 3).max(initial=0))
    while (height >> (count - 1)) * (width >> (count - 1)) > COARSE_AREA and deepest > THIN * 2 ** (count - 1):
        count += 1
    listen()
    texture = _texture(picture, usable, count)
    listen()
    features = np.dstack([picture, texture])
    features[hole] = 0
    levels: list[Level] = []
    while len(levels) < count:
        listen()
        allowed = centres(usable)
        if not allowed.any():
            break
        levels.append(Level(np.ascontiguousarray(features), hole, allowed))
        features, hole, usable = _halved(features, hole, usable)
    if not levels:
        raise NothingToCopy
    return levels


def centres(usable: Flags) -> Flags:
    """Centres of patches of which every pixel may be copied, and its difference to the next one right and below."""
    import cv2

    square = np.ones((2 * HALF + 2,) * 2, np.uint8)
    whole = cv2.erode(
        usable.astype(np.uint8), square, anchor=(HALF, HALF), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return whole.astype(bool)


def _texture(picture: Floats, usable: Flags, levels: int) -> Floats:
    """The mean gradient around each pixel, over a window that is one pixel of the coarsest level but one."""
    import cv2

    grey = picture.mean(axis=2)
    across = sum(np.abs(cv2.Sobel(grey, cv2.CV_32F, 1 - axis, axis, scale=0.25)) for axis in (0, 1))
    known = cv2.erode(usable.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    side = max(5, (1 << max(0, levels - 2)) | 1)
    total, count = cv2.blur(across * known, (side, side)), cv2.blur(known, (side, side))
    return np.asarray(TEXTURE_GAIN * total / np.maximum(count, 1e-3), np.float32)


def _halved(features: Floats, hole: Flags, usable: Flags) -> tuple[Floats, Flags, Flags]:
    """Half the sides; a pixel with any part in the hole is hole, and only known parts give colour."""
    import cv2

    size = ((hole.shape[1] + 1) // 2, (hole.shape[0] + 1) // 2)
    odd = [(0, hole.shape[0] % 2), (0, hole.shape[1] % 2)]
    known = np.pad((~hole).astype(np.float32), odd, mode="edge")
    wide = np.pad(features, [*odd, (0, 0)], mode="edge")
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    colours = np.asarray(cv2.resize(wide * known[..., None], size, interpolation=cv2.INTER_AREA), np.float32)
    colours /= np.maximum(weight, 1e-6)[..., None]
    whole = cv2.resize(np.pad(usable, odd, mode="edge").astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.999
    return colours, weight < 0.999, whole
