"""`sheet` as it is typed, and as a step of the recipe that comes with the studio."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.commandline.main import main
from app.commandline.recipe_calls import check_steps, recipe_verbs
from editor.workflows.queue.recipes import read_recipe

ROOT = Path(__file__).parents[3]


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    paths = [tmp_path / f"walk {number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        Image.fromarray(np.full((10 + number, 8, 4), 200 + number, np.uint8)).save(path)
    return paths


def test_pictures_become_a_sheet(pictures: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "walk.png"
    assert main(["sheet", str(target), *map(str, pictures), "--power-of-two"]) == 0
    assert f"wrote {target}" in capsys.readouterr().out
    told = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(told["frames"]) == ["walk 0", "walk 1", "walk 2"] and told["meta"]["image"] == "walk.png"
    assert target.with_suffix(".tres").read_text(encoding="utf-8").startswith('[gd_resource type="SpriteFrames"')


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--longest", "0"], "1 to 16384 pixels"), (["--padding", "-1"], "0 to 256"), (["--rate", "0"], "0.01 to 1000"),
     (["--longest", "9"], "do not fit on one sheet of 9 pixels")],
)  # fmt: skip
def test_what_makes_no_sheet_is_said(
    pictures: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["sheet", str(tmp_path / "walk.png"), *map(str, pictures), *more]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "walk.png").exists()


def test_the_recipe_for_games_keeps_inside_its_folders() -> None:
    recipe = read_recipe(ROOT / "resources/recipes/game-sprite-sheet.atelier-recipe", recipe_verbs())
    check_steps(recipe)
    assert recipe.steps[0][0] == "sheet" and "atelier" in recipe.files
