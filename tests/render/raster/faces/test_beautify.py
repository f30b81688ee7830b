"""Beautify: nothing at rest, only the face, texture stays, no seams, the same at every size and depth."""

import cv2
import numpy as np
import pytest

from render.geometry import IntRect
from render.raster.faces import masks
from render.raster.faces.skin import guided
from render.raster.faces.tones import joined, split
from render.raster.faces.values import Beautify, bounds_of, frame_of, outline_of
from tests.render.raster.faces.painting import drawn, face_at, picture_of

UNIT = 90.0
FACE = face_at(UNIT, 260, 200)
WIDTH, HEIGHT = 620, 560
PICTURE = picture_of(FACE, WIDTH, HEIGHT)
ALL = Beautify((FACE,), 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
WHOLE = IntRect(0, 0, WIDTH, HEIGHT)
CHEEK = masks.skin(FACE, WHOLE, 1.0) > 0.95


def bands(picture: np.ndarray) -> tuple[float, float]:
    """How much light varies on the skin: patches, and grain."""
    light = picture[..., :3] @ np.float32([0.299, 0.587, 0.114])
    fine, coarse = cv2.GaussianBlur(light, (0, 0), 1.0), cv2.GaussianBlur(light, (0, 0), 14)
    inner = cv2.erode(CHEEK.astype(np.uint8), np.ones((15, 15))) > 0
    return float((fine - coarse)[inner].std()), float((light - fine)[inner].std())


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float16", "float32"])
def test_sliders_at_rest_change_no_bit(dtype: str) -> None:
    before = drawn(PICTURE, dtype=dtype)
    assert (drawn(PICTURE, Beautify((FACE,)), dtype=dtype) == before).all()
    assert (drawn(PICTURE, Beautify((), 1.0, 1.0), dtype=dtype) == before).all()


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_what_is_off_the_face_stays_as_it_is(dtype: str) -> None:
    before, after = drawn(PICTURE, dtype=dtype), drawn(PICTURE, ALL, dtype=dtype)
    changed = (before != after).any(axis=2)
    assert changed[CHEEK].mean() > 0.9
    area = bounds_of(FACE, ALL).rounded_out().intersection(WHOLE)
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[area.y : area.bottom, area.x : area.right] = False
    assert not changed[outside].any()
    hull = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillPoly(hull, [np.int32(outline_of(FACE))], 1)
    far = cv2.dilate(hull, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (81, 81))) == 0
    assert np.abs(after - before)[far].max() < 1 / 255


def test_patches_go_and_grain_stays() -> None:
    patches, grain = bands(PICTURE)
    smooth_patches, smooth_grain = bands(drawn(PICTURE, Beautify((FACE,), smooth_skin=1.0)))
    assert smooth_patches < 0.75 * patches
    assert smooth_grain > 0.7 * grain


def test_more_smoothing_is_smoother() -> None:
    found = [bands(drawn(PICTURE, Beautify((FACE,), smooth_skin=amount)))[0] for amount in (0.0, 0.3, 0.6, 1.0)]
    assert found == sorted(found, reverse=True)


def test_redness_and_tone_come_nearer_to_the_skins_own() -> None:
    flushed = PICTURE.copy()
    cheek = cv2.GaussianBlur(cv2.circle(np.zeros((HEIGHT, WIDTH), np.float32), (205, 265), 18, 1.0, -1), (0, 0), 5)
    flushed += cheek[..., None] * np.float32([0.06, -0.06, -0.05])
    place = (slice(260, 270), slice(200, 210))
    base = drawn(PICTURE)[place][..., :3].mean(axis=(0, 1))
    for how in (Beautify((FACE,), redness=1.0), Beautify((FACE,), even_tone=1.0)):
        red = [float(split(picture[place][..., :3])[1].mean()) for picture in (drawn(flushed), drawn(flushed, how))]
        own = float(split(base[None])[1][0])
        assert abs(red[1] - own) < 0.7 * abs(red[0] - own)


def test_shine_is_taken_down() -> None:
    glossy = PICTURE.copy()
    spot = cv2.GaussianBlur(cv2.circle(np.zeros((HEIGHT, WIDTH), np.float32), (300, 130), 12, 1.0, -1), (0, 0), 6)
    glossy += 0.3 * spot[..., None]
    light = [float(picture[126:134, 296:304, :3].mean())
             for picture in (drawn(glossy), drawn(glossy, Beautify((FACE,), shine=1.0)))]  # fmt: skip
    assert light[1] < light[0] - 0.05


def test_teeth_lose_yellow_and_lips_do_not_change() -> None:
    after, before = drawn(PICTURE, Beautify((FACE,), teeth_whitening=1.0)), drawn(PICTURE)
    teeth = (slice(312, 318), slice(250, 270))
    yellow = [float(it[teeth][..., :2].mean() - it[teeth][..., 2].mean()) for it in (before, after)]
    assert yellow[1] < 0.5 * yellow[0]
    assert after[teeth][..., :3].mean() > before[teeth][..., :3].mean()
    lip = (slice(326, 330), slice(255, 265))
    assert np.abs(after[lip] - before[lip]).max() < 0.02


def test_eyes_get_brighter_and_sharper() -> None:
    white = (slice(199, 203), slice(226, 232))
    before = drawn(PICTURE)
    assert drawn(PICTURE, Beautify((FACE,), eye_brightness=1.0))[white].mean() > before[white].mean() + 0.02
    eye = (slice(190, 212), slice(195, 236))
    sharp = drawn(PICTURE, Beautify((FACE,), eye_sharpness=1.0))
    assert sharp[eye][..., :3].std() > 1.02 * before[eye][..., :3].std()


@pytest.mark.parametrize(("unit", "x", "y"), [(300.0, 760.0, 720.0), (60.0, 766.0, 250.0)])
def test_blocks_leave_no_seams(unit: float, x: float, y: float) -> None:
    """A face across the corner of four blocks is as one that is drawn whole."""
    from render.raster.faces import skin
    from render.raster.faces.region import _tone_place
    from render.raster.faces.tones import measured

    face = face_at(unit, x, y)
    picture = picture_of(face, 1500, 1400)
    how = Beautify((face,), 0.8, 0.6, 0.4, 0.5, 0.5, 0.5, 0.5)
    after = drawn(picture, how)[..., :3]
    level, window = _tone_place(face, IntRect(0, 0, 1500, 1400))
    small = drawn(picture, level=level, region=window)[..., :3]
    tones = measured(small, window, 2.0**-level, face)
    assert tones is not None
    area = bounds_of(face, how).rounded_out().intersection(IntRect(0, 0, 1500, 1400))
    part = np.ascontiguousarray(picture[area.y : area.bottom, area.x : area.right])
    whole = np.clip(skin.beautified(part, area, 1.0, face, tones, how), 0, None)
    assert np.abs(after[area.y : area.bottom, area.x : area.right] - whole).max() < 0.02


def test_a_region_is_a_part_of_the_whole() -> None:
    region = IntRect(137, 93, 301, 222)
    part = drawn(PICTURE, ALL, region=region)
    assert (part == drawn(PICTURE, ALL)[93 : 93 + 222, 137 : 137 + 301]).all()


def test_a_smaller_view_shows_the_same_face() -> None:
    full = drawn(PICTURE, Beautify((FACE,), 0.8, 0.6, 0.5, 0.4, 0.4, 0.5))
    half = drawn(PICTURE, Beautify((FACE,), 0.8, 0.6, 0.5, 0.4, 0.4, 0.5), level=1)
    shrunk = cv2.resize(full, (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    assert np.abs(half - shrunk)[..., :3].mean() < 0.004
    assert np.abs(half - shrunk)[..., :3].max() < 0.12


def test_alpha_is_kept_and_clear_pixels_stay_clear() -> None:
    alpha = np.ones((HEIGHT, WIDTH, 1), np.float32)
    alpha[:, :230] = 0.5
    alpha[:150] = 0
    rgba = np.concatenate([PICTURE * alpha, alpha], axis=2)
    after = drawn(rgba, ALL)
    assert np.abs(after[..., 3:] - alpha).max() < 1e-6
    assert (after[:150] == 0).all()
    assert np.isfinite(after).all()


def test_two_faces_are_retouched_each_by_its_own_colour() -> None:
    other = face_at(40.0, 520, 440)
    both = PICTURE.copy()
    both[330:, 440:] = picture_of(other, WIDTH, HEIGHT, 9)[330:, 440:] * np.float32([0.6, 0.55, 0.5])
    one = drawn(both, Beautify((FACE,), 1.0, 1.0))
    two = drawn(both, Beautify((FACE, other), 1.0, 1.0))
    assert (one[:330, :400] == two[:330, :400]).all()
    assert np.abs(two - one)[430:480, 490:550].max() > 0.01


def test_faces_with_too_few_points_are_passed_over() -> None:
    assert (drawn(PICTURE, Beautify((FACE[:5],), 1.0)) == drawn(PICTURE)).all()


def test_a_face_where_no_skin_shows_changes_nothing() -> None:
    tiny = face_at(1.5, 300, 300)
    assert np.abs(drawn(PICTURE, Beautify((tiny,), 1.0, 1.0, 1.0)) - drawn(PICTURE)).max() < 0.35


def test_colour_parts_are_joined_as_they_were_split() -> None:
    assert np.abs(joined(*split(PICTURE)) - PICTURE).max() < 1e-5


def test_the_guided_filter_keeps_edges_and_flattens_the_rest() -> None:
    step = np.zeros((60, 60, 3), np.float32)
    step[:, 30:] = 0.8
    noisy = step + np.random.default_rng(1).normal(0, 0.02, step.shape).astype(np.float32)
    soft = guided(noisy, 5.0, 0.05)
    assert soft[:, 5:24].std() < 0.4 * noisy[:, 5:24].std()
    assert abs(float((soft[:, 31] - soft[:, 28]).mean()) - 0.8) < 0.06


def test_the_frame_leans_with_the_face() -> None:
    frame = frame_of(face_at(50, 100, 120, lean=0.4))
    assert (frame.x, frame.y) == (pytest.approx(100, abs=2), pytest.approx(120, abs=2))
    assert frame.unit == pytest.approx(50, rel=0.01)
    assert np.arctan2(frame.sin, frame.cos) == pytest.approx(0.4, abs=0.01)
    points = np.float32([[3, 4], [100, 120]])
    assert np.abs(frame.placed(frame.local(points)) - points).max() < 1e-3
