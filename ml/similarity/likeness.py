"""How alike pictures are: one against many, as plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.similarity.fingerprint import VIEWS, Fingerprint

Floats = NDArray[np.float32]
COPY_BITS = 12
"""DCT hashes that differ in no more of their 64 bits belong to copies; those of other pictures differ in 32 or so."""
NEAR_BITS, NEAR_SCORE = 20, 0.25
"""Up to so many bits a picture may still be a copy that was changed more: it ranks higher, but is not called one."""
LEAST_LOOK = 0.35
"""How alike a copy must look at least; hashes of plain pictures fall together by chance."""
COPY_SCORE = 0.9
"""Scores from here to 1 mean a copy, more or less changed."""


def likeness(wanted: list[Fingerprint], hashes: NDArray[np.uint64], vectors: Floats) -> Floats:
    """(n,) from 0 to 1: the best score of each of n pictures against any of the wanted views (the picture itself, its
    mirror image). `hashes` (n, VIEWS) and `vectors` (n, LENGTH) are theirs."""
    best = np.zeros(len(vectors), np.float32)
    for one in wanted:
        look = np.clip(vectors @ one.vector, 0.0, 1.0) * np.float32(COPY_SCORE)
        bits = nearest_bits(one.hashes, hashes)
        copy = 1.0 - (1.0 - COPY_SCORE) * bits / COPY_BITS
        is_copy = (bits <= COPY_BITS) & (look > LEAST_LOOK * COPY_SCORE)
        near = np.clip((NEAR_BITS - bits) / (NEAR_BITS - COPY_BITS), 0.0, 1.0)
        look = np.minimum(look + np.float32(NEAR_SCORE) * near, np.float32(COPY_SCORE - 0.001))
        best = np.maximum(best, np.where(is_copy, np.maximum(copy, look), look)).astype(np.float32)
    return best


def nearest_bits(wanted: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """(n,): in how many bits the nearest pair of views differs. The whole is compared with every crop, both ways."""
    whole = np.bitwise_count(hashes[:, 1:VIEWS] ^ wanted[1]).min(axis=1)
    crops = np.bitwise_count(wanted[2:, None] ^ hashes[None, :, 1]).min(axis=0)
    return np.asarray(np.minimum(whole, crops), np.int64)


def best_places(scores: Floats, count: int) -> NDArray[np.int64]:
    """The places of the highest scores, the highest first; equal ones in their order."""
    if len(scores) > 4 * count:
        some = np.argpartition(-scores, count)[:count]
    else:
        some = np.arange(len(scores))
    order = np.lexsort((some, -scores[some]))
    return np.asarray(some[order][:count], np.int64)
