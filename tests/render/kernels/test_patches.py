from __future__ import annotations

import numpy as np

from render.kernels.patches import HALF, PatchMatches


def search_of(target, source):
    allowed = np.zeros(source.shape[:2], bool)
    allowed[HALF:-HALF, HALF:-HALF] = True
    return PatchMatches(target, source, np.ones(target.shape[:2], bool), allowed)


def test_a_shifted_picture_is_found_again() -> None:
    source = np.random.default_rng(0).integers(0, 256, (60, 80, 4), dtype=np.uint8)
    target = np.ascontiguousarray(source[10:40, 12:62])
    search = search_of(target, source)
    search.begin(np.full(target.shape[:2], -1, np.int32))
    for turn in range(8):
        search.improve(bool(turn % 2), 80, turn)
    rows, columns = np.mgrid[0:30, 0:50]
    inner = (slice(HALF, -HALF), slice(HALF, -HALF))  # at the edge the margin differs from the source
    right = (search.match == (rows + 10) * 80 + columns + 12)[inner]
    assert right.mean() > 0.99
    assert (search.cost[inner][right] == 0).all()


def test_costs_never_rise_and_the_seed_decides() -> None:
    rng = np.random.default_rng(1)
    source, target = (rng.integers(0, 256, (40, 90, 4), dtype=np.uint8) for _ in range(2))
    results = []
    for _ in range(2):
        search = search_of(target, source)
        search.begin(np.full(target.shape[:2], -1, np.int32))
        for turn in range(4):
            before = search.cost.copy()
            search.improve(bool(turn % 2), 40, turn)
            assert (search.cost <= before).all()
        results.append(search.match.copy())
    assert (results[0] == results[1]).all()


def test_matches_vote_for_the_colours_of_their_patches() -> None:
    source = np.random.default_rng(2).integers(0, 256, (40, 40, 4), dtype=np.uint8)
    search = search_of(source, source)
    places = np.arange(1600, dtype=np.int32).reshape(40, 40)
    search.begin(places)
    fill = np.zeros((40, 40), bool)
    fill[10:30, 10:30] = True
    colours = source.astype(np.float32)
    result = np.zeros_like(colours)
    search.vote(colours, fill, np.ones((40, 40), np.float32), 1.0, result)
    np.testing.assert_allclose(result[fill], colours[fill], rtol=1e-6)
    assert not result[~fill].any()
