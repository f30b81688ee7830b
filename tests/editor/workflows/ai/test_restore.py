"""Noise, objects and focus as edits: layers above the original, on layers of every kind, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from onnx import helper

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import speaking
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.raster import Layer, PixelLayer
from editor.workflows.ai.pictures import Picture, put_layer, put_selection, read_image, read_layer
from editor.workflows.ai.restore import DenoiseOptions, DepthBlurOptions, RemoveOptions
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from tests.ml.small_models import blur, save

OPTIONS = {"denoise": DenoiseOptions, "remove_object": RemoveOptions, "depth_blur": DepthBlurOptions}


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def scene(height: int = 96, width: int = 128, noise: float = 0.0) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([0.3 + 0.4 * x / width, 0.3 + 0.4 * y / height, np.full_like(x, 0.5)], 2)
    picture += np.random.default_rng(0).normal(0, noise, picture.shape) if noise else 0
    return np.clip(picture, 0, 1).astype(np.float32)


def project_with(
    picture: np.ndarray, x: int = 0, y: int = 0, alpha: np.ndarray | None = None, **more: Any
) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width + x, height=height + y, background=None, **more)
    rgba = np.dstack([picture, np.ones((height, width), np.float32) if alpha is None else alpha])
    return project, document, put_layer(project, document, Picture(rgba, x, y), "Photo")


def select(project: Project, document: str, where: tuple[slice, slice], x: int = 0, y: int = 0) -> None:
    sheet = np.zeros((400, 400), np.float32)
    sheet[where] = 1
    put_selection(project, document, sheet, x, y)


def do(
    name: str, project: Project, document: str, layer: str, runtime: Runtime, *,
    model: InstalledModel | None = None, progress: Progress | None = None, seed: int = 0, **options: Any,
) -> Outcome:
    request = Request(
        project, document, (layer,), OPTIONS[name](**options), runtime, ModelStore(Path("nowhere")), model, seed=seed
    )
    return run_tool(TOOLS[name], request, progress or Progress())


def made_layer(project: Project, outcome: Outcome) -> Picture:
    return read_layer(project, project.find(outcome.chosen[0], Layer))


def notes(project: Project, key: str) -> list[Provenance]:
    return list(project.children(key, Provenance))


# Noise


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float16", "float32"])
def test_noise_goes_and_the_original_stays(runtime: Runtime, depth: str) -> None:
    clean, noisy = scene(), scene(noise=0.06)
    project, document, layer = project_with(noisy, 7, 5, depth=depth)
    before = read_layer(project, project.find(layer, PixelLayer)).rgba
    outcome = do("denoise", project, document, layer, runtime, keep_detail=0.0)
    made = made_layer(project, outcome)
    errors = [float(np.sqrt(np.mean((picture - clean) ** 2))) for picture in (before[..., :3], made.rgb)]
    assert errors[1] < 0.4 * errors[0]
    assert (made.x, made.y) == (7, 5)
    assert (read_layer(project, project.find(layer, PixelLayer)).rgba == before).all()
    [note] = notes(project, outcome.chosen[0])
    assert (note.tool, note.model, note.generated) == ("denoise", "non-local means", False)
    project.undo()
    assert project.get(outcome.chosen[0]) is None


def test_only_what_is_selected_is_denoised(runtime: Runtime) -> None:
    project, document, layer = project_with(scene(noise=0.06))
    before = read_image(project, document).rgba
    select(project, document, np.s_[20:60, 30:90])
    do("denoise", project, document, layer, runtime)
    changed = (read_image(project, document).rgba != before).any(axis=2)
    assert changed[20:60, 30:90].mean() > 0.5
    changed[20:60, 30:90] = False
    assert not changed.any()


def test_replacing_hides_the_original_and_keeps_what_is_not_selected(runtime: Runtime) -> None:
    project, document, layer = project_with(scene(noise=0.06))
    before = read_image(project, document).rgba
    select(project, document, np.s_[20:60, 30:90])
    do("denoise", project, document, layer, runtime, result="replace")
    assert not project.find(layer, PixelLayer).visible
    after = read_image(project, document).rgba
    outside = np.ones(after.shape[:2], bool)
    outside[20:60, 30:90] = False
    np.testing.assert_allclose(after[outside], before[outside], atol=0.003)
    assert (after[20:60, 30:90] != before[20:60, 30:90]).any()


def test_a_picture_without_noise_is_told_so(runtime: Runtime) -> None:
    project, document, layer = project_with(np.full((64, 64, 3), 0.4, np.float32))
    assert "Hardly any noise" in do("denoise", project, document, layer, runtime).sentence


def test_transparent_pixels_stay_transparent_and_do_not_darken_the_edge(runtime: Runtime) -> None:
    alpha = np.ones((96, 128), np.float32)
    alpha[:, :64] = 0
    project, document, layer = project_with(scene(noise=0.05), alpha=alpha)
    made = made_layer(project, do("denoise", project, document, layer, runtime))
    assert not made.alpha[:, : 64 - made.x].any() if made.x < 64 else made.x == 64
    column = 64 - made.x
    edge, inside = made.rgb[:, column : column + 2].mean(), scene()[:, 64:66].mean()
    assert edge == pytest.approx(float(inside), abs=0.03)


def test_a_network_denoises_and_is_noted(runtime: Runtime, tmp_path: Path) -> None:
    path = blur(tmp_path / "tiny.onnx", radius=1)
    model = InstalledModel("tiny", "denoise", {"model": path}, "a" * 64)
    clean, noisy = scene(), scene(noise=0.06)
    project, document, layer = project_with(noisy)
    outcome = do("denoise", project, document, layer, runtime, model=model, keep_detail=0.0)
    errors = [float(np.sqrt(np.mean((picture - clean) ** 2))) for picture in (noisy, made_layer(project, outcome).rgb)]
    assert errors[1] < 0.5 * errors[0]
    assert notes(project, outcome.chosen[0])[0].model_sha256 == "a" * 64


# Objects


def textured(height: int = 160, width: int = 200) -> np.ndarray:
    """A brick wall: only what knows its pattern can go on with it."""
    y, x = np.mgrid[0:height, 0:width]
    joint = (y % 16 < 2) | ((x + 16 * (y // 16 % 2)) % 32 < 2)
    return np.where(joint[..., None], (0.8, 0.8, 0.75), (0.6, 0.25, 0.2)).astype(np.float32)


def test_an_object_is_replaced_by_what_is_around_it(runtime: Runtime) -> None:
    wall = textured()
    picture = wall.copy()
    picture[60:100, 70:120] = (0.1, 0.3, 0.9)
    project, document, layer = project_with(picture, 11, 3)
    select(project, document, np.s_[63:103, 81:131])
    outcome = do("remove_object", project, document, layer, runtime, soft_edge=0.0)
    after = read_image(project, document).rgb[3:, 11:]
    ours = np.abs(after - wall)[60:100, 70:120].mean()
    mask = np.zeros(wall.shape[:2], np.uint8)
    mask[57:103, 67:123] = 1
    peers = [
        np.abs(cv2.inpaint((picture * 255).astype(np.uint8), mask, 5, how) / 255.0 - wall)[60:100, 70:120].mean()
        for how in (cv2.INPAINT_TELEA, cv2.INPAINT_NS)
    ]
    assert ours < 0.5 * min(peers)
    np.testing.assert_allclose(after[:50], picture[:50], atol=0.003)
    [note] = notes(project, outcome.chosen[0])
    assert (note.model, note.generated, note.seed) == ("patch fill", False, 0)


def test_the_layer_holds_no_more_than_the_hole(runtime: Runtime) -> None:
    project, document, layer = project_with(textured())
    select(project, document, np.s_[60:80, 90:120])
    made = made_layer(project, do("remove_object", project, document, layer, runtime, grow=2, soft_edge=3))
    assert (made.x, made.y) == (90 - 2 - 3, 60 - 2 - 3)
    rows, columns = np.nonzero(made.alpha)
    assert (rows.max() + 1, columns.max() + 1) == (20 + 10, 30 + 10)
    assert made.alpha[15, 20] == 1 and 0 < made.alpha[15, 1] < 1


def test_the_whole_image_may_be_copied_from(runtime: Runtime) -> None:
    project, document, _ = project_with(textured())
    empty = run(project, "raster.add_layer", document=document, name="Retouching")
    select(project, document, np.s_[60:80, 90:120])
    with pytest.raises(ExpectedError, match="empty"):
        do("remove_object", project, document, empty, runtime)
    outcome = do("remove_object", project, document, empty, runtime, copy_from="whole_image")
    assert made_layer(project, outcome).rgb.max() > 0.3


def test_without_a_selection_the_sentence_says_what_to_do(runtime: Runtime) -> None:
    project, document, layer = project_with(textured())
    with pytest.raises(ExpectedError, match="Nothing is selected") as told:
        do("remove_object", project, document, layer, runtime)
    assert "lasso" in told.value.remedy
    select(project, document, np.s_[300:320, 300:320])
    with pytest.raises(ExpectedError, match="Nothing is selected"):
        do("remove_object", project, document, layer, runtime)


def test_a_selection_of_everything_leaves_nothing_to_copy(runtime: Runtime) -> None:
    project, document, layer = project_with(textured())
    select(project, document, np.s_[:, :])
    before = project.content_hash()
    with pytest.raises(ExpectedError, match="too little picture"):
        do("remove_object", project, document, layer, runtime)
    assert project.content_hash() == before


def test_transparent_pixels_are_never_copied(runtime: Runtime) -> None:
    alpha = np.ones((160, 200), np.float32)
    alpha[:, 140:] = 0
    project, document, layer = project_with(textured(), alpha=alpha)
    select(project, document, np.s_[60:90, 100:130])
    made = made_layer(project, do("remove_object", project, document, layer, runtime))
    assert made.rgb[made.alpha == 1].min() > 0.15


def test_a_network_fills_and_its_pixels_count_as_invented(runtime: Runtime, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Sub", ["one", "mask"], ["rest"]),
        helper.make_node("Mul", ["image", "rest"], ["kept"]),
        helper.make_node("Mul", ["colour", "mask"], ["new"]),
        helper.make_node("Add", ["kept", "new"], ["y"]),
    ]
    constants = {"one": np.float32(1), "colour": np.float32([0.2, 0.8, 0.4]).reshape(1, 3, 1, 1)}
    path = save(
        tmp_path / "tiny.onnx", nodes, {"image": [1, 3, 64, 64], "mask": [1, 1, 64, 64]}, {"y": [1, 3, 64, 64]},
        constants,
    )
    project, document, layer = project_with(textured())
    select(project, document, np.s_[60:80, 90:120])
    model = InstalledModel("tiny", "inpaint", {"model": path}, "b" * 64)
    outcome = do("remove_object", project, document, layer, runtime, model=model)
    np.testing.assert_allclose(read_image(project, document).rgb[70, 105], (0.2, 0.8, 0.4), atol=0.02)
    assert notes(project, outcome.chosen[0])[0].generated


# Focus


def test_the_selection_stays_sharp_and_the_depth_is_kept_as_a_hidden_layer(runtime: Runtime) -> None:
    picture = textured()
    project, document, layer = project_with(picture, 5, 9)
    select(project, document, np.s_[40:90, 60:130])
    outcome = do("depth_blur", project, document, layer, runtime, depth="selection_in_focus", aperture=20)
    after = read_image(project, document).rgb[9:, 5:]
    assert np.abs(after - picture)[34:78, 58:122].max() < 0.02
    assert after[100:150].std() < 0.7 * picture[100:150].std()
    depth = next(item for item in project.children(document, PixelLayer) if item.name == "Depth")
    assert not depth.visible and depth.id not in outcome.chosen
    assert notes(project, depth.id)
    again = do("depth_blur", project, document, layer, runtime, depth="layer", depth_layer="Depth", aperture=20)
    np.testing.assert_allclose(
        made_layer(project, again).rgb, made_layer(project, outcome).rgb, atol=0.01
    )
    assert sum(item.name == "Depth" for item in project.children(document, PixelLayer)) == 1


def test_the_depth_that_was_kept_is_found_in_every_language(runtime: Runtime) -> None:
    project, document, layer = project_with(textured())
    with speaking("fr"):
        do("depth_blur", project, document, layer, runtime, depth="top_to_bottom")
        assert any(item.name == "Profondeur" for item in project.children(document, PixelLayer))
        do("depth_blur", project, document, layer, runtime, depth="layer")


@pytest.mark.parametrize(
    ("depth", "sharp", "soft"),
    [("top_to_bottom", np.s_[140:155, 20:180], np.s_[5:40, 20:180]),
     ("around_a_point", np.s_[70:90, 90:110], np.s_[5:40, 5:40])],
)
def test_depths_by_hand(runtime: Runtime, depth: str, sharp: Any, soft: Any) -> None:
    picture = textured()
    project, document, layer = project_with(picture)
    do("depth_blur", project, document, layer, runtime, depth=depth, aperture=20)
    after = read_image(project, document).rgb
    contrast = [float(after[place].std() / picture[place].std()) for place in (sharp, soft)]
    assert contrast[0] > 0.9 and contrast[1] < 0.75


def test_a_model_tells_the_depth(runtime: Runtime, tmp_path: Path) -> None:
    nodes = [helper.make_node("ReduceMean", ["x"], ["y"], axes=[1], keepdims=0)]
    path = save(tmp_path / "tiny.onnx", nodes, {"x": [1, 3, 64, 64]}, {"y": [1, 64, 64]})
    picture = textured()
    picture[:, 100:] *= 0.2  # dark is far for this model
    project, document, layer = project_with(picture)
    model = InstalledModel("tiny", "depth", {"model": path}, "c" * 64)
    outcome = do("depth_blur", project, document, layer, runtime, model=model, aperture=20)
    depth = next(item for item in project.children(document, PixelLayer) if item.name == "Depth")
    kept = read_layer(project, depth).rgb[..., 0]
    assert kept[:, :90].mean() > kept[:, 110:].mean() + 0.3
    assert notes(project, outcome.chosen[0])[0].model == "tiny"


@pytest.mark.parametrize(
    ("options", "words"),
    [({"depth": "selection_in_focus"}, "Nothing is selected"),
     ({"depth": "layer", "depth_layer": "?"}, "no layer called")],
)
def test_a_depth_that_is_not_there_is_a_sentence(runtime: Runtime, options: dict[str, str], words: str) -> None:
    project, document, layer = project_with(textured())
    with pytest.raises(ExpectedError, match=words):
        do("depth_blur", project, document, layer, runtime, **options)


# All


@pytest.mark.parametrize("name", OPTIONS)
def test_an_empty_layer_and_a_locked_one_are_refused(runtime: Runtime, name: str) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=40, height=30, background=None)
    layer = project.children(document, PixelLayer)[0].id
    select(project, document, np.s_[10:20, 10:20])
    with pytest.raises(ExpectedError, match="empty"):
        do(name, project, document, layer, runtime)
    run(project, "project.set_fields", records=(layer,), values={"locked": True})
    with pytest.raises(ExpectedError, match="locked"):
        do(name, project, document, layer, runtime)


@pytest.mark.parametrize("name", ["denoise", "depth_blur"])
@pytest.mark.parametrize("size", [(1, 1), (1, 60), (9, 2)])
def test_tiny_pictures(runtime: Runtime, name: str, size: tuple[int, int]) -> None:
    project, document, layer = project_with(np.full((*size, 3), 0.5, np.float32))
    made = made_layer(project, do(name, project, document, layer, runtime))
    np.testing.assert_allclose(made.rgb, 0.5, atol=0.01)


def test_an_object_in_one_pixel_cannot_be_removed(runtime: Runtime) -> None:
    project, document, layer = project_with(np.full((1, 1, 3), 0.5, np.float32))
    select(project, document, np.s_[0:1, 0:1])
    with pytest.raises(ExpectedError, match="too little picture"):
        do("remove_object", project, document, layer, runtime)


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("words", [1, 3, 5])
def test_cancelling_leaves_nothing(runtime: Runtime, name: str, words: int) -> None:
    project, document, layer = project_with(scene(noise=0.05))
    select(project, document, np.s_[30:60, 40:80])
    before, asked = project.content_hash(), iter(range(words))
    with pytest.raises(Cancelled):
        do(name, project, document, layer, runtime, progress=Progress(cancelled=lambda: next(asked, None) is None))
    assert project.content_hash() == before


@pytest.mark.parametrize("name", OPTIONS)
def test_a_picture_larger_than_the_memory_is_refused_before_the_work(
    runtime: Runtime, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, document, layer = project_with(scene())
    select(project, document, np.s_[30:60, 40:80])
    monkeypatch.setattr("editor.base.jobs.free_memory", lambda: 100_000)
    with pytest.raises(ExpectedError, match="of memory"):
        do(name, project, document, layer, runtime)
