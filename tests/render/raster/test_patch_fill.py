from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.kernels.patches import HALF
from render.raster import patch_fill
from render.raster.patch_fill import NothingToCopy, fill_hole, pyramid, strangers, thin_parts
from render.raster.patch_peel import DISTANCE, _far, peeled
from render.raster.poisson import solve_poisson


def all_usable(hole):
    return np.ones_like(hole)


def test_a_pattern_goes_on_as_if_nothing_had_been_there() -> None:
    y, x = np.mgrid[0:120, 0:150]
    picture = np.stack([(x // 6 + y // 6) % 2, x // 6 % 2, y // 6 % 2], 2).astype(np.float32) * 0.8 + 0.1
    hole = np.zeros((120, 150), bool)
    hole[40:75, 60:100] = True
    damaged = picture.copy()
    damaged[hole] = 0.5
    filled = fill_hole(damaged, hole, all_usable(hole))
    assert (filled[~hole] == picture[~hole]).all()
    assert np.abs(filled - picture)[hole].mean() < 0.02


def test_light_that_changes_shows_no_seam() -> None:
    """Copied pieces of a sky have other blues; in the end neighbours differ no more than they do elsewhere."""
    y, x = np.mgrid[0:160, 0:200].astype(np.float32)
    sky = np.stack([0.2 + y / 500, 0.4 + y / 400, 0.9 - x / 800], 2).astype(np.float32)
    hole = np.zeros((160, 200), bool)
    hole[50:110, 70:140] = True
    filled = fill_hole(np.where(hole[..., None], 0, sky).astype(np.float32), hole, all_usable(hole))
    assert np.abs(filled - sky)[hole].max() < 0.05
    assert np.abs(np.diff(filled, axis=0)).max() < 0.015
    assert np.abs(np.diff(filled, axis=1)).max() < 0.015


def test_only_what_may_be_copied_is_copied() -> None:
    picture = np.full((80, 80, 3), 0.3, np.float32)
    picture[:, 50:] = (0.9, 0.1, 0.1)
    hole = np.zeros((80, 80), bool)
    hole[30:50, 15:35] = True
    usable = np.ones((80, 80), bool)
    usable[:, 48:] = False
    np.testing.assert_allclose(fill_hole(picture, hole, usable)[hole], 0.3, atol=1e-3)


def test_whiter_than_white_is_copied_too() -> None:
    picture = np.random.default_rng(0).random((60, 70, 3)).astype(np.float32) * 3
    hole = np.zeros((60, 70), bool)
    hole[20:30, 20:30] = True
    assert fill_hole(picture, hole, all_usable(hole))[hole].max() > 1.5


def test_the_seed_decides_and_nothing_else() -> None:
    picture = np.random.default_rng(1).random((90, 100, 3)).astype(np.float32)
    hole = np.zeros((90, 100), bool)
    hole[30:60, 30:60] = True
    first, again = (fill_hole(picture, hole, all_usable(hole), seed=5) for _ in range(2))
    assert (first == again).all()


def test_a_hole_with_nothing_around_is_refused() -> None:
    with pytest.raises(NothingToCopy):
        fill_hole(np.zeros((30, 30, 3), np.float32), np.ones((30, 30), bool), np.ones((30, 30), bool))


def test_it_stops_when_told() -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    hole = np.zeros((200, 200), bool)
    hole[50:150, 50:150] = True
    with pytest.raises(KeyboardInterrupt):
        fill_hole(np.random.default_rng(0).random((200, 200, 3)).astype(np.float32), hole, all_usable(hole), 0, stop)


def test_without_a_hole_nothing_changes() -> None:
    picture, hole = np.ones((8, 8, 3), np.float32), np.zeros((8, 8), bool)
    assert fill_hole(picture, hole, np.ones_like(hole)) is picture


@settings(max_examples=25)
@given(height=st.integers(1, 70), width=st.integers(1, 70), data=st.data())
def test_any_size_and_any_hole(height: int, width: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    hole = rng.random((height, width)) < data.draw(st.sampled_from([0.002, 0.05]))
    picture = rng.random((height, width, 3)).astype(np.float32)
    try:
        filled = fill_hole(picture, hole, np.ones_like(hole))
    except NothingToCopy:
        return
    assert filled.shape == picture.shape
    assert np.isfinite(filled).all()
    assert (filled[~hole] == picture[~hole]).all()


def scratched() -> tuple[np.ndarray, np.ndarray]:
    """Rings of a fine pattern, and scratches across them."""
    y, x = np.mgrid[0:200, 0:240].astype(np.float32)
    rings = 0.5 + 0.35 * np.sin(np.hypot(x - 120, y - 90) / 3)
    picture = np.stack([rings, 0.3 + 0.4 * x / 240, 1 - rings], 2).astype(np.float32)
    hole = np.zeros((200, 240), np.uint8)
    for start, end in (((10, 20), (230, 150)), ((40, 190), (200, 5)), ((0, 100), (240, 110))):
        cv2.line(hole, start, end, 1, 5)
    return picture, hole.astype(bool)


def test_scratches_close_better_than_by_diffusion() -> None:
    picture, hole = scratched()
    damaged = np.where(hole[..., None], np.float32(0), picture)
    ours = np.abs(fill_hole(damaged, hole, all_usable(hole)) - picture)[hole].mean()
    bytes_of_it = np.rint(damaged * 255).astype(np.uint8)
    smears = [
        np.abs(cv2.inpaint(bytes_of_it, hole.astype(np.uint8), 5, how) / 255 - picture)[hole]
        for how in (cv2.INPAINT_NS, cv2.INPAINT_TELEA)
    ]
    assert ours < 0.8 * min(float(smear.mean()) for smear in smears)


def test_thin_and_deep_parts_are_told_apart_and_both_filled() -> None:
    picture, hole = scratched()
    disc = np.zeros((200, 240), np.uint8)
    cv2.circle(disc, (200, 165), 18, 1, -1)
    both = hole | disc.astype(bool)
    assert (thin_parts(both) == hole).all()
    filled = fill_hole(np.where(both[..., None], np.float32(0), picture), both, all_usable(both))
    assert (filled[~both] == picture[~both]).all()
    assert filled[both].max(axis=1).min() > 0.1


def test_levels_shrink_to_a_small_one() -> None:
    hole = np.zeros((700, 900), bool)
    hole[300:500, 300:600] = True
    levels = pyramid(np.zeros((700, 900, 3), np.float32), hole, ~hole)
    assert levels[-1].hole.size <= 14_000 < levels[-2].hole.size
    assert all(level.hole.any() and level.allowed.any() for level in levels)
    hole[:] = False
    hole[300:440, 300:306] = True
    assert len(pyramid(np.zeros((700, 900, 3), np.float32), hole, ~hole)) == 1, "what is thin needs none"


def test_poisson_finds_what_has_the_wanted_laplacian() -> None:
    y, x = np.mgrid[0:61, 0:74]
    region = (x - 36) ** 2 + (y - 30) ** 2 < 28**2
    truth = np.where(region, 28**2 - (x - 36) ** 2 - (y - 30) ** 2, 0).astype(np.float32)[..., None]
    padded = np.pad(truth, ((1, 1), (1, 1), (0, 0)))
    wanted = padded[2:, 1:-1] + padded[:-2, 1:-1] + padded[1:-1, 2:] + padded[1:-1, :-2] - 4 * truth
    np.testing.assert_allclose(solve_poisson(wanted * region[..., None], region), truth, atol=0.01 * truth.max())


def ground_with_a_face() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grass, a post that ends above a hole, and a bright "face" of the post's colour beside the hole."""
    rng = np.random.default_rng(3)
    picture = (np.float32([0.2, 0.45, 0.15]) + 0.05 * rng.random((140, 180, 1))).astype(np.float32)
    face = np.zeros((140, 180), bool)
    face[45:95, 20:62] = True
    picture[face] = np.float32([0.9, 0.2, 0.7]) + 0.1 * rng.random((int(face.sum()), 1))
    hole = np.zeros((140, 180), bool)
    hole[50:90, 60:110] = True
    return picture, hole, face


def copied_places(monkeypatch: pytest.MonkeyPatch) -> list[tuple[np.ndarray, np.ndarray]]:
    """What the finest search took, and from which sources, once a hole is filled."""
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    solve = patch_fill._Solver.solve

    def spying(solver, match, tell):
        found = solve(solver, match, tell)
        seen.append((found.copy(), solver.level.hole.copy()))
        return found

    monkeypatch.setattr(patch_fill._Solver, "solve", spying)
    return seen


def test_nothing_of_what_is_forbidden_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, hole, face = ground_with_a_face()
    seen = copied_places(monkeypatch)
    filled = fill_hole(picture, hole, all_usable(hole), forbidden=face)
    match, _ = seen[-1]
    rows, columns = np.divmod(match[match >= 0], face.shape[1])
    near = cv2.dilate(face.astype(np.uint8), np.ones((2 * HALF + 1,) * 2, np.uint8)).astype(bool)
    assert not near[rows, columns].any(), "not even a patch's edge lies in it"
    assert filled[hole][:, 0].max() < 0.4, "there is nothing of its colour"
    assert (filled[~hole] == picture[~hole]).all()
    assert fill_hole(picture, hole, all_usable(hole))[hole][:, 0].max() > 0.6, "unasked it goes on into the hole"


def test_a_hole_inside_what_is_forbidden_may_copy_it() -> None:
    picture, _, face = ground_with_a_face()
    spot = np.zeros_like(face)
    spot[60:76, 34:50] = True
    filled = fill_hole(np.where(spot[..., None], 0, picture).astype(np.float32), spot, all_usable(spot), forbidden=face)
    assert filled[spot][:, 0].min() > 0.8


def test_only_strangers_are_kept_from_it() -> None:
    _, hole, face = ground_with_a_face()
    inside, scratch = np.zeros_like(hole), np.zeros_like(hole)
    inside[60:76, 30:46] = True
    scratch[100:104, 5:100] = True
    assert (strangers(inside | hole & ~face, face) == (hole & ~face)).all()
    assert strangers(scratch, face).sum() == scratch.sum()
    assert not strangers(np.roll(scratch, -20, axis=0), face).any(), "a scratch across it is closed with it"


def test_of_sources_that_are_as_good_the_near_one_is_taken() -> None:
    """Stripes all alike, and what differs in them lies too far away to be seen from the hole's rim."""
    places = np.arange(0, 6000, 7)
    cost = _far(np.array([3050]), places, 100, 20.0)[0]
    away = np.hypot(places // 100 - 30, places % 100 - 50)
    assert (np.argsort(cost, kind="stable")[:1] == np.argsort(away, kind="stable")[:1]).all()
    np.testing.assert_allclose(cost, DISTANCE * (away / 20) ** 2, atol=1e-3)


def test_the_first_guess_listens() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    picture, hole, _ = ground_with_a_face()
    with pytest.raises(KeyboardInterrupt):
        peeled(np.dstack([picture, picture[..., :1]]), hole, ~hole, stop)
