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


def test_pictures_are_never_written_over(
    pictures: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`sheet *.png` takes the first of the pictures for the sheet."""
    before = [path.read_bytes() for path in pictures]
    assert main(["sheet", *map(str, pictures)]) == 1
    assert "walk 0.png exists already" in capsys.readouterr().err
    (tmp_path / "link.png").hardlink_to(pictures[1])
    for target in (pictures[0], tmp_path / "link.png"):
        assert main(["sheet", str(target), *map(str, pictures), "--overwrite"]) == 1
        assert "is to be on the sheet, and would be written over" in capsys.readouterr().err
    assert [path.read_bytes() for path in pictures] == before
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".json", ".tres")]


@pytest.mark.parametrize("suffix", [".png", ".json", ".tres"])
def test_what_is_there_is_replaced_only_when_told(
    pictures: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
) -> None:
    target = tmp_path / "sheet.png"
    target.with_suffix(suffix).write_text("kept by hand", encoding="utf-8")
    assert main(["sheet", str(target), *map(str, pictures)]) == 1
    assert f"sheet{suffix} exists already" in capsys.readouterr().err
    assert [path.read_text(encoding="utf-8") for path in tmp_path.glob("sheet.*")] == ["kept by hand"]
    assert main(["sheet", str(target), *map(str, pictures), "--overwrite"]) == 0
    told = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    with Image.open(target) as sheet:
        assert told["meta"]["size"] == {"w": sheet.width, "h": sheet.height}
    assert "kept by hand" not in target.with_suffix(".tres").read_text(encoding="utf-8")


def test_the_recipe_for_games_keeps_inside_its_folders() -> None:
    recipe = read_recipe(ROOT / "resources/recipes/game-sprite-sheet.atelier-recipe", recipe_verbs())
    check_steps(recipe)
    assert recipe.steps[0][0] == "sheet" and "atelier" in recipe.files
