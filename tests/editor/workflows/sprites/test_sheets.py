"""Sprite sheets from pictures, layers and frames: what is described is what lies there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.model.raster import Layer, PixelLayer
from editor.storage import create_project
from editor.workflows.library.placing import Spot, place_files
from editor.workflows.sprites.sheet import SheetOptions, make_sheet
from editor.workflows.sprites.sprites import trimmed
from tests.render.video.clips import make_film, read_frame_number


def picture(path: Path, color: tuple[int, int, int], box: tuple[int, int, int, int], size: tuple[int, int]) -> Path:
    """A box of one colour on nothing."""
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    left, top, right, bottom = box
    pixels[top:bottom, left:right] = (*color, 255)
    Image.fromarray(pixels).save(path)
    return path


def made(paths: list[Path], target: Path, **wishes: Any) -> tuple[np.ndarray, dict[str, Any]]:
    make_sheet(paths, target, SheetOptions(**wishes), Progress(lambda *_: None))
    told = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    with Image.open(target) as sheet:
        assert told["meta"]["size"] == {"w": sheet.width, "h": sheet.height}
        return np.asarray(sheet.convert("RGBA")), told["frames"]


def restored(sheet: np.ndarray, frame: dict[str, Any]) -> np.ndarray:
    """What a game shows for a sprite."""
    size, area, at = frame["sourceSize"], frame["frame"], frame["spriteSourceSize"]
    whole = np.zeros((size["h"], size["w"], 4), np.uint8)
    part = sheet[area["y"] : area["y"] + area["h"], area["x"] : area["x"] + area["w"]]
    whole[at["y"] : at["y"] + at["h"], at["x"] : at["x"] + at["w"]] = part
    return whole


@pytest.mark.parametrize("wishes", [{}, {"trim": False}, {"power_of_two": True, "padding": 0}])
def test_a_game_gets_every_picture_back(tmp_path: Path, wishes: dict[str, Any]) -> None:
    paths = [
        picture(tmp_path / "red.png", (255, 0, 0), (3, 4, 20, 30), (40, 40)),
        picture(tmp_path / "green.png", (0, 255, 0), (0, 0, 8, 50), (8, 50)),
        picture(tmp_path / "none.png", (0, 0, 0), (0, 0, 0, 0), (16, 16)),
        picture(tmp_path / "again.png", (255, 0, 0), (3, 4, 20, 30), (40, 40)),
    ]
    sheet, frames = made(paths, tmp_path / "sheet.png", **wishes)
    assert list(frames) == ["red", "green", "none", "again"]
    for path in paths:
        with Image.open(path) as source:
            assert (restored(sheet, frames[path.stem]) == np.asarray(source)).all()
    assert frames["red"]["frame"] == frames["again"]["frame"], "equal pictures lie there once"
    if wishes.get("power_of_two"):
        assert all(side & (side - 1) == 0 for side in sheet.shape[:2])


def test_godot_is_told_the_same(tmp_path: Path) -> None:
    path = picture(tmp_path / 'hé "ro".png', (255, 0, 0), (3, 4, 20, 30), (40, 40))
    _, frames = made([path], tmp_path / "sheet.png", rate=24.0)
    text = (tmp_path / "sheet.tres").read_text(encoding="utf-8")
    area = frames['hé "ro"']["frame"]
    assert f"region = Rect2({area['x']}, {area['y']}, 17, 26)" in text and "margin = Rect2(3, 4, 23, 14)" in text
    assert 'path="sheet.png"' in text and 'resource_name = "hé \\"ro\\""' in text and '"speed": 24.0' in text
    assert 'load_steps=3 format=3' in text and len(re.findall("SubResource", text)) == 1


def test_layers_lie_where_the_image_has_them(tmp_path: Path) -> None:
    part = picture(tmp_path / "part.png", (255, 255, 255), (0, 0, 6, 10), (6, 10))
    with create_project(tmp_path / "hero.atelier") as opened:
        document = run(opened.project, "raster.new_document", width=64, height=48, background=None)
        for left in (5, 30):
            place_files(opened.project, [part], document, Spot(at=(left, 10)))
        layers = opened.project.children(document, Layer)
        corners = [(layer.x, layer.y) for layer in layers if isinstance(layer, PixelLayer) and layer.name == "part"]
    assert len(set(corners)) == 2
    sheet, frames = made([tmp_path / "hero.atelier"], tmp_path / "sheet.png")
    shown = [restored(sheet, frame)[..., 3] > 0 for name, frame in frames.items() if name.startswith("part")]
    assert len(frames) == len(layers), "the empty background too"
    for mask, (x, y) in zip(shown, corners, strict=True):
        wanted = np.zeros((48, 64), bool)
        wanted[y : y + 10, x : x + 6] = True
        assert (mask == wanted).all()


def test_frames_of_a_film_come_in_order(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", frames=10)
    sheet, frames = made([tmp_path / "film.mp4"], tmp_path / "sheet.png")
    assert [read_frame_number(restored(sheet, frame)[..., :3]) for frame in frames.values()] == list(range(10))
    fewer, taken = made([tmp_path / "film.mp4"], tmp_path / "few.png", rate=5.0)
    assert 0 < len(taken) < 10 and fewer.size < sheet.size


SHADES = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def animation(path: Path) -> Path:
    """Three frames, each a box of its own colour and place; what a GIF leaves out of a frame is still seen there."""
    frames = []
    for number, shade in enumerate(SHADES):
        pixels = np.zeros((12, 12, 4), np.uint8)
        pixels[2 : 4 + number, 3:9] = (*shade, 255)
        frames.append(Image.fromarray(pixels))
    more: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100, disposal=2, **more)
    return path


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_all_frames_of_an_animated_picture_come_in_order(tmp_path: Path, suffix: str) -> None:
    still = picture(tmp_path / "still.png", (9, 9, 9), (0, 0, 4, 4), (4, 4))
    sheet, frames = made([animation(tmp_path / f"an.{suffix}"), still], tmp_path / "sheet.png")
    assert list(frames) == ["an_0000", "an_0001", "an_0002", "still"]
    for number, shade in enumerate(SHADES):
        shown = restored(sheet, frames[f"an_{number:04}"])
        wanted = np.zeros((12, 12), bool)
        wanted[2 : 4 + number, 3:9] = True
        assert ((shown[..., 3] > 0) == wanted).all() and (shown[wanted][:, :3] == shade).all()


def test_pictures_of_a_file_that_are_left_out_are_said(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (16, 16), shade) for shade in SHADES]
    frames[0].save(tmp_path / "an.avif", save_all=True, append_images=frames[1:])
    report = make_sheet([tmp_path / "an.avif"], tmp_path / "sheet.png", SheetOptions(), Progress(lambda *_: None))
    assert report.dropped == ("an.avif: Only the first of 3 pictures in the file is used.",)
    assert "an" in json.loads((tmp_path / "sheet.json").read_text(encoding="utf-8"))["frames"]


def test_names_that_come_twice_get_numbers(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    paths = [picture(tmp_path / folder / "walk.png", (9, 9, shade), (0, 0, 4, 4), (4, 4))
             for folder, shade in (("a", 1), ("b", 2))]  # fmt: skip
    _, frames = made(paths, tmp_path / "sheet.png")
    assert list(frames) == ["walk", "walk_2"]


@pytest.mark.parametrize(
    ("content", "wishes", "said"),
    [(b"", {}, "in.png"), (b"no picture", {}, "in.png"), (None, {}, "There is no file"),
     ("large", {"longest": 16}, "do not fit")],
)  # fmt: skip
def test_what_cannot_be_made_is_a_sentence_and_leaves_nothing(
    tmp_path: Path, content: Any, wishes: dict[str, Any], said: str
) -> None:
    path = tmp_path / "in.png"
    if content == "large":
        picture(path, (1, 2, 3), (0, 0, 30, 30), (30, 30))
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ExpectedError, match=said):
        made([path], tmp_path / "sheet.png", **wishes)
    assert not list(tmp_path.glob("sheet.*"))


def test_an_empty_picture_is_one_pixel() -> None:
    empty = trimmed("x", np.zeros((5, 7, 4), np.uint8))
    assert empty.pixels.shape == (1, 1, 4) and (empty.width, empty.height) == (7, 5)
