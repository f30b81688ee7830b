"""What a run reads: recipes, pictures, what is held out; how inputs are spoiled and how nearness is measured."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ml.errors import ModelError
from ml.training.material import gather
from ml.training.patches import Sampler, pairs_of
from ml.training.quality import luma, psnr, ssim
from ml.training.recipe import Spoiling, parse_recipe, read_recipe, shipped_recipes
from ml.training.spoil import reduced, worn
from tests.ml.training.pictures import drawn, folder_of_pictures
from tests.ml.training.small_recipes import small

RECIPES = Path(__file__).resolve().parents[3] / "resources" / "recipes"


def test_the_recipes_that_come_along_are_recipes() -> None:
    found = {name: read_recipe(path) for name, path in shipped_recipes(RECIPES).items()}
    assert {"enlarge-x2", "enlarge-x4", "denoise", "try-out"} <= set(found)
    for name, recipe in found.items():
        assert recipe.name == name and parse_recipe(recipe.text()) == recipe
        assert recipe.digest() == parse_recipe(recipe.text()).digest()


@pytest.mark.parametrize(
    "text", ["", "name = 'x'", "name='x'\ntask='upscale'\nunknown=1", "]", "name='X!'\ntask='denoise'"]
)
def test_what_is_no_recipe_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ModelError, match="not a recipe"):
        read_recipe(path)
    with pytest.raises(ModelError, match="not a recipe"):
        read_recipe(tmp_path / "absent.toml")


def test_a_folder_is_read_whole_and_the_unusable_are_named(tmp_path: Path) -> None:
    folder = folder_of_pictures(tmp_path / "pictures", count=6)
    inner = folder / "more"
    inner.mkdir()
    Image.fromarray(drawn(50, 400)).save(inner / "large.jpg")
    turned = Image.fromarray(drawn(51, 200)[:100])
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(inner / "turned.jpg", exif=exif)
    (folder / "broken.png").write_bytes(b"\x89PNG no picture")
    Image.fromarray(drawn(1, 20)).save(folder / "tiny.png")
    Image.fromarray(drawn(2, 128)).save(folder / ".hidden.png")
    (folder / "notes.txt").write_text("not a picture")
    material = gather(folder, small())
    shapes = {item.name: item.pixels.shape for item in (*material.training, *material.held_out)}
    assert len(shapes) == 8 and len(material.held_out) == 2
    assert shapes["more/large.jpg"] == (160, 160, 3) and shapes["more/turned.jpg"] == (160, 80, 3)
    assert {name for name, _ in material.skipped} == {"broken.png", "tiny.png"}


def test_the_split_follows_the_files_and_the_seed_not_their_names(tmp_path: Path) -> None:
    folder, recipe = folder_of_pictures(tmp_path / "pictures", count=9), small()
    before = {item.sha256 for item in gather(folder, recipe).held_out}
    for path in list(folder.iterdir()):
        path.rename(folder / f"renamed-{path.name}")
    assert {item.sha256 for item in gather(folder, recipe).held_out} == before
    other = msgspec.structs.replace(recipe, seed=6)
    assert {item.sha256 for item in gather(folder, other).held_out} != before


def test_a_folder_of_no_use_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no folder"):
        gather(tmp_path / "absent", small())
    with pytest.raises(ModelError, match="holds 1 usable"):
        gather(folder_of_pictures(tmp_path / "one", count=1), small())


def test_batches_are_pairs_and_the_same_for_the_same_seed(tmp_path: Path) -> None:
    recipe = small()
    items = gather(folder_of_pictures(tmp_path / "pictures"), recipe).training
    one, other = Sampler(pairs_of(items, recipe), recipe), Sampler(pairs_of(items, recipe), recipe)
    source, truth = one.batch()
    assert source.shape == (4, 3, 12, 12) and truth.shape == (4, 3, 24, 24)
    assert np.abs(truth.reshape(4, 3, 12, 2, 12, 2).mean((3, 5)) - source).mean() < 0.05
    assert all(np.array_equal(a, b) for a, b in zip((source, truth), other.batch()))
    state = one.state()
    following = one.batch()
    other.restore(state)
    assert np.array_equal(other.batch()[0], following[0])


@given(st.integers(2, 4), st.booleans())
def test_made_smaller_the_mean_stays(scale: int, area: bool) -> None:
    picture = drawn(3, 48)
    small_one = reduced(picture, scale, area=area)
    assert small_one.shape == (48 // scale, 48 // scale, 3)
    assert abs(float(small_one.mean()) - float(picture[: 48 // scale * scale, : 48 // scale * scale].mean())) < 2.0


def test_wear_is_drawn_by_chance_and_repeats() -> None:
    patch = drawn(3, 48)
    spoiling = Spoiling(jpeg=1.0, jpeg_lowest=20, noise=0.2)
    first, second = (worn(patch, spoiling, np.random.default_rng(1)) for _ in range(2))
    assert np.array_equal(first, second) and not np.array_equal(first, patch)
    assert np.array_equal(worn(patch, Spoiling(), np.random.default_rng(1)), patch)


def test_nearness_is_that_of_the_books() -> None:
    """PSNR of a constant error by hand; SSIM of a picture with itself is 1, and worse noise is further away."""
    truth = drawn(1, 64).astype(np.float32) / 255
    assert psnr(truth, truth) == 99.0
    assert psnr(np.clip(truth, 0.2, 0.8) + 0.1, np.clip(truth, 0.2, 0.8)) == pytest.approx(20.0, abs=1e-3)
    chance = np.random.default_rng(0).normal(0, 1, truth.shape).astype(np.float32)
    near, far = (ssim(luma(truth + share * chance), luma(truth)) for share in (0.02, 0.1))
    assert ssim(luma(truth), luma(truth)) == pytest.approx(1.0) and 1 > near > far > 0
    assert luma(np.ones((1, 1, 3), np.float32))[0, 0] == pytest.approx(235 / 255, abs=1e-5)
