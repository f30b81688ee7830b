"""A picture made of pieces of another one: brushwork, stone, cloth, whatever the reference is made of.

Image quilting's idea of texture transfer (Efros and Freeman, 2001: pieces are chosen by what they should show and by
how they fit together) with the search of PatchMatch and a vote over overlapping patches, from coarse to fine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from render.kernels.patches import HALF, PatchMatches
from render.raster.art.flow import Floats, Tell, light_of, scaled, silent
from render.raster.patch_fill import as_bytes, centres

COARSEST = 80
LARGEST_REFERENCE = 1400
TURNS = 3


class TooSmall(Exception):
    """The reference is smaller than a few patches."""


def transfer_texture(
    rgb: Floats, reference: Floats, likeness: float = 0.5, grain: float = 1.0, seed: int = 0, tell: Tell = silent
) -> Floats:
    """`rgb` drawn with patches of `reference` (encoded colour, any size).

    `likeness` (0 to 1): how much a piece must look like the place rather than fit its neighbours. `grain`: size of the
    pieces; at 2 twice as large, and half as sharp. Raises TooSmall.
    """
    height, width = rgb.shape[:2]
    work = scaled(rgb, max(1, round(height / grain)), max(1, round(width / grain)))
    source = _fitting(reference)
    count = 1
    while min(work.shape[:2]) >> count >= COARSEST and min(source.shape[:2]) >> count >= 4 * HALF + 4:
        count += 1
    match: NDArray[np.int32] | None = None
    shape: tuple[int, ...] = ()
    made = work
    for level in range(count - 1, -1, -1):
        content, texture = (_shrunk(picture, level) for picture in (work, source))
        begin, end = 4.0**-level, 4.0 ** -(level - 1)
        guess = None if match is None else _moved(match, shape, texture.shape, content.shape)
        tell(min(1.0, begin / 4))
        made, match = _drawn(content, texture, guess, likeness, seed + level,
                             lambda share, a=begin, b=end: tell(min(1.0, (a + share * (b - a)) / 4)))  # type: ignore[misc]
        shape = texture.shape
    return np.asarray(scaled(made, height, width), np.float32)


def _fitting(reference: Floats) -> Floats:
    """The reference at a size that is quick to search."""
    scale = min(1.0, LARGEST_REFERENCE / max(reference.shape[:2]))
    fitted = scaled(reference, max(1, round(reference.shape[0] * scale)), max(1, round(reference.shape[1] * scale)))
    if min(fitted.shape[:2]) < 4 * HALF + 4:
        raise TooSmall
    return np.ascontiguousarray(fitted)


def _shrunk(picture: Floats, level: int) -> Floats:
    return scaled(picture, max(1, -(-picture.shape[0] >> level)), max(1, -(-picture.shape[1] >> level)))


def _moved(
    match: NDArray[np.int32], before: tuple[int, ...], texture: tuple[int, ...], content: tuple[int, ...]
) -> NDArray[np.int32]:
    """Matches of a coarse level as guesses for the next one."""
    rows, columns = np.mgrid[0 : content[0], 0 : content[1]].astype(np.int32)
    coarse = match[np.minimum(rows // 2, match.shape[0] - 1), np.minimum(columns // 2, match.shape[1] - 1)]
    row = np.minimum(coarse // before[1] * 2 + rows % 2, texture[0] - 1)
    column = np.minimum(coarse % before[1] * 2 + columns % 2, texture[1] - 1)
    return np.asarray(row * texture[1] + column, np.int32)


def _drawn(
    content: Floats, texture: Floats, guess: NDArray[np.int32] | None, likeness: float, seed: int, tell: Tell
) -> tuple[Floats, NDArray[np.int32]]:
    """One level: searched and voted in turns. What is compared: colours so far, and the light that is wanted."""
    height, width = content.shape[:2]
    guide = np.float32(0.35 + 1.3 * likeness)
    wanted = light_of(content)[..., None] * guide
    source = np.concatenate([texture, light_of(texture)[..., None] * guide], axis=2)
    target = np.concatenate([content, wanted], axis=2)
    everywhere = np.ones((height, width), bool)
    search = PatchMatches(as_bytes(target), as_bytes(source), everywhere, centres(np.ones(texture.shape[:2], bool)))

    def listen() -> None:
        tell(done)

    done = 0.0
    search.begin(np.full((height, width), -1, np.int32) if guess is None else guess, listen)
    result = np.ascontiguousarray(target)
    colours, trust = np.ascontiguousarray(source), np.ones((height, width), np.float32)
    turns = TURNS + 3 if guess is None else TURNS
    reach = max(texture.shape[:2]) if guess is None else max(8, max(texture.shape[:2]) // 32)
    for turn in range(turns):
        for backwards in (False, True):
            search.improve(backwards, reach, seed * 100 + 2 * turn + backwards, listen)
        usual = float(np.percentile(search.cost, 75))
        search.vote(colours, everywhere, trust, max(1.0, usual * (0.1 if turn == turns - 1 else 0.7)), result, listen)
        done = (turn + 1) / turns
        if turn + 1 < turns:
            keep = np.float32(0.6 * likeness)
            mixed = result.copy()
            mixed[..., :3] = keep * content + (1 - keep) * result[..., :3]
            mixed[..., 3:] = wanted
            search.retarget(everywhere, as_bytes(mixed[everywhere]), listen)
    return np.ascontiguousarray(result[..., :3]), search.match
