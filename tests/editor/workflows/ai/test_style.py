"""Art filters and looks as edits: a layer above the original, by name, by document, by file or by selection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper
from PIL import Image

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.provenance import Provenance
from editor.model.raster import Layer, PixelLayer
from editor.workflows.ai.pictures import Picture, put_layer, put_selection, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.style import FILTERS, DuotoneOptions, LookOptions, MosaicOptions, NeuralStyleOptions
from editor.workflows.ai.tool import TOOLS, Outcome, Request
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.color import Color
from tests.ml.small_models import save

KINDS = {name: options for name, _, _, options in FILTERS}
WARM = np.float32([0.9, 0.6, 0.2])


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def scene(height: int = 72, width: int = 96) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.stack([0.2 + 0.3 * x / width, 0.4 + 0.3 * y / height, np.full_like(x, 0.7)], 2)
    picture[20:50, 30:60] = (0.1, 0.1, 0.2)
    return picture


def project_with(picture: np.ndarray, x: int = 0, y: int = 0, **more: Any) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = picture.shape[:2]
    document = run(project, "raster.new_document", width=width + x, height=height + y, background=None, **more)
    rgba = picture if picture.shape[2] == 4 else np.dstack([picture, np.ones((height, width), np.float32)])
    return project, document, put_layer(project, document, Picture(rgba, x, y), "Photo")


def do(
    name: str, project: Project, document: str, selection: tuple[str, ...], runtime: Runtime, options: Any, *,
    model: InstalledModel | None = None, progress: Progress | None = None,
) -> Outcome:
    request = Request(project, document, selection, options, runtime, ModelStore(Path("nowhere")), model)
    return run_tool(TOOLS[name], request, progress or Progress())


def made_layer(project: Project, outcome: Outcome) -> Picture:
    return read_layer(project, project.find(outcome.chosen[0], Layer))


@pytest.mark.parametrize("name", KINDS)
def test_a_filter_makes_a_layer_above_and_leaves_the_original(runtime: Runtime, name: str) -> None:
    project, document, layer = project_with(scene(), 6, 4)
    before = read_layer(project, project.find(layer, PixelLayer)).rgba
    outcome = do(name, project, document, (layer,), runtime, KINDS[name]())
    made = made_layer(project, outcome)
    assert (made.x, made.y) == (6, 4) and np.abs(made.rgb - scene()).mean() > 0.005
    assert (read_layer(project, project.find(layer, PixelLayer)).rgba == before).all()
    assert [item.id for item in project.children(document, Layer)][-2:] == [layer, outcome.chosen[0]]
    [note] = project.children(outcome.chosen[0], Provenance)
    assert note.tool == name and not note.generated


@pytest.mark.parametrize("name", KINDS)
def test_a_filter_keeps_to_the_selection_and_to_the_shape_of_the_layer(runtime: Runtime, name: str) -> None:
    rgba = np.dstack([scene(), np.ones((72, 96), np.float32)])
    rgba[:, :20] = 0
    project, document, layer = project_with(rgba)
    coverage = np.zeros((72, 96), np.float32)
    coverage[10:60, 5:70] = 1
    put_selection(project, document, coverage, 0, 0)
    before = read_image(project, document).rgba
    do(name, project, document, (layer,), runtime, KINDS[name]())
    after = read_image(project, document).rgba
    outside = np.ones((72, 96), bool)
    outside[10:60, 20:70] = False
    np.testing.assert_allclose(after[outside], before[outside], atol=1e-6)
    assert (after[10:60, 20:70] != before[10:60, 20:70]).any()


def test_transparent_pixels_draw_no_outline(runtime: Runtime) -> None:
    """Their black is no colour of the picture."""
    rgba = np.ones((60, 60, 4), np.float32) * np.float32([*WARM, 1])
    rgba[:, :30] = 0
    project, document, layer = project_with(rgba)
    made = made_layer(project, do("cartoon", project, document, (layer,), runtime, KINDS["cartoon"](saturation=0.0)))
    column = 30 - made.x
    assert np.ptp(made.rgb[:, column:], axis=(0, 1)).max() < 0.02


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("size", [(1, 1), (2, 40)])
def test_tiny_pictures(runtime: Runtime, name: str, size: tuple[int, int]) -> None:
    project, document, layer = project_with(np.full((*size, 3), 0.5, np.float32))
    assert made_layer(project, do(name, project, document, (layer,), runtime, KINDS[name]())).rgb.shape == (*size, 3)


def test_the_colours_of_the_options_are_those_of_the_picture(runtime: Runtime) -> None:
    picture = np.zeros((20, 20, 3), np.float32)
    picture[:, 10:] = 1
    project, document, layer = project_with(picture, depth="float32")
    inks = DuotoneOptions(shadows=Color(0.25, 0.0, 0.5), lights=Color(1.0, 0.75, 0.125))
    made = made_layer(project, do("duotone", project, document, (layer,), runtime, inks)).rgb
    np.testing.assert_array_equal(made[0, 0], np.float32([0.25, 0, 0.5]))
    np.testing.assert_array_equal(made[0, 19], np.float32([1, 0.75, 0.125]))
    joints = MosaicOptions(gap=0.5, size=100, gap_colour=Color(0.0, 1.0, 0.0))
    assert (made_layer(project, do("mosaic", project, document, (layer,), runtime, joints)).rgb[..., 1] > 0.9).any()


@pytest.mark.parametrize("name", KINDS)
def test_a_filter_stopped_leaves_nothing(runtime: Runtime, name: str) -> None:
    project, document, layer = project_with(scene())
    before, asked = project.content_hash(), iter(range(3))
    with pytest.raises(Cancelled):
        do(name, project, document, (layer,), runtime, KINDS[name](),
           progress=Progress(cancelled=lambda: next(asked, None) is None))
    assert project.content_hash() == before


# Looks


def with_reference(tmp_path: Path, how: str) -> tuple[Project, str, tuple[str, ...], str]:
    """A project, its document, what is selected, and how the reference is told."""
    rng = np.random.default_rng(3)
    warm = np.clip(WARM + rng.normal(0, 0.05, (40, 50, 3)), 0, 1).astype(np.float32)
    project, document, layer = project_with(scene())
    opaque = np.dstack([warm, np.ones((40, 50), np.float32)])
    if how == "file":
        path = tmp_path / "warm.png"
        Image.fromarray((warm * 255).astype(np.uint8)).save(path)
        return project, document, (layer,), str(path)
    if how == "document":
        other = run(project, "raster.new_document", name="Sunset", width=50, height=40, background=None)
        put_layer(project, other, Picture(opaque), "Sky")
        return project, document, (layer,), "Sunset"
    reference = put_layer(project, document, Picture(opaque), "Warm")
    run(project, "project.set_fields", records=(reference,), values={"visible": False})
    if how == "selection":
        return project, document, (reference, layer), ""
    return project, document, (layer,), "Warm"


@pytest.mark.parametrize("how", ["layer", "document", "file", "selection"])
def test_the_colours_are_taken_from_wherever_the_reference_is(runtime: Runtime, how: str, tmp_path: Path) -> None:
    project, document, selection, told = with_reference(tmp_path, how)
    outcome = do("transfer_look", project, document, selection, runtime, LookOptions(reference=told))
    np.testing.assert_allclose(made_layer(project, outcome).rgb.mean(axis=(0, 1)), WARM, atol=0.03)


@pytest.mark.parametrize("way", ["overall_mood", "average_and_contrast", "every_tone"])
def test_every_way_of_taking_colours(runtime: Runtime, way: Any, tmp_path: Path) -> None:
    project, document, selection, told = with_reference(tmp_path, "layer")
    options = LookOptions(reference=told, colours_by=way)
    made = made_layer(project, do("transfer_look", project, document, selection, runtime, options))
    np.testing.assert_allclose(made.rgb.mean(axis=(0, 1)), WARM, atol=0.05)


def test_texture_keeps_the_colours_and_both_takes_both(runtime: Runtime, tmp_path: Path) -> None:
    project, document, selection, told = with_reference(tmp_path, "layer")
    means = {}
    for take in ("texture", "colours_and_texture"):
        options = LookOptions(reference=told, take=take)  # type: ignore[arg-type]
        outcome = do("transfer_look", project, document, selection, runtime, options)
        means[take] = made_layer(project, outcome).rgb.mean(axis=(0, 1))
    assert np.abs(means["texture"] - scene().mean(axis=(0, 1))).max() < 0.15
    assert np.abs(means["colours_and_texture"] - WARM).max() < 0.1


@pytest.mark.parametrize(
    ("told", "words"),
    [("", "No reference"), ("nobody", "no layer, document or file"), ("Void", "empty"), ("Film", "is no image"),
     ("broken.png", "cannot be read")],
)
def test_a_reference_that_is_not_there_is_a_sentence(
    runtime: Runtime, told: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    project, document, layer = project_with(scene())
    run(project, "raster.add_layer", document=document, name="Void")
    run(project, "vector.new_document", name="Film", width=100.0, height=100.0)
    with pytest.raises(ExpectedError, match=words):
        do("transfer_look", project, document, (layer,), runtime, LookOptions(reference=told))


# Networks


def installed(path: Path) -> InstalledModel:
    return InstalledModel(path.stem, "style", {"model": path}, "d" * 64)


def negative(path: Path) -> Path:
    """255 - x, fed with the colours of the picture."""
    nodes = [helper.make_node("Sub", ["white", "x"], ["y"])]
    shape = [1, 3, "h", "w"]
    return save(path, nodes, {"x": shape}, {"y": shape}, {"white": np.float32(255)})


def test_a_style_network_redraws_and_strength_mixes(runtime: Runtime, tmp_path: Path) -> None:
    model = installed(negative(tmp_path / "negative.onnx"))
    project, document, layer = project_with(scene())
    for strength in (1.0, 0.5):
        options = NeuralStyleOptions(strength=strength)
        outcome = do("neural_style", project, document, (layer,), runtime, options, model=model)
        expected = (1 - strength) * scene() + strength * (1 - scene())
        np.testing.assert_allclose(made_layer(project, outcome).rgb, expected, atol=0.01)
    assert project.children(outcome.chosen[0], Provenance)[0].model_sha256 == "d" * 64


def test_a_network_with_two_inputs_takes_its_style_from_the_reference(runtime: Runtime, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("ReduceMean", ["style"], ["mean"], axes=[2, 3], keepdims=1),
        helper.make_node("Mul", ["content", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "mean"], ["y"]),
    ]
    content, style = [1, 3, "h", "w"], [1, 3, "a", "b"]
    path = save(
        tmp_path / "two.onnx", nodes, {"content": content, "style": style}, {"y": content}, {"zero": np.float32(0)}
    )
    project, document, selection, told = with_reference(tmp_path, "layer")
    options = NeuralStyleOptions(reference=told)
    outcome = do("neural_style", project, document, selection, runtime, options, model=installed(path))
    np.testing.assert_allclose(made_layer(project, outcome).rgb.mean(axis=(0, 1)), WARM, atol=0.03)
    with pytest.raises(ExpectedError, match="No reference"):
        do("neural_style", project, document, selection, runtime, NeuralStyleOptions(), model=installed(path))


def test_the_colours_of_the_picture_can_be_kept(runtime: Runtime, tmp_path: Path) -> None:
    project, document, layer = project_with(scene())
    options = NeuralStyleOptions(keep_colours=True)
    model = installed(negative(tmp_path / "negative.onnx"))
    made = made_layer(project, do("neural_style", project, document, (layer,), runtime, options, model=model)).rgb
    spread = made - made.mean(axis=2, keepdims=True)
    wanted = scene() - scene().mean(axis=2, keepdims=True)
    assert np.corrcoef(spread.mean(axis=(0, 1)), wanted.mean(axis=(0, 1)))[0, 1] > 0.9
