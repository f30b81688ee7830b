"""Enlarging images: layers, masks and what lies on them, in every depth, in grey, in light; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.faces import Face
from editor.model.provenance import Provenance
from editor.model.raster import Mask, PixelLayer, RasterDocument
from editor.workflows.ai.enlarge import EnlargeOptions
from editor.workflows.ai.enlarge_colour import holds_light
from editor.workflows.ai.enlarge_work import shipped
from editor.workflows.ai.pictures import Picture, put_layer, put_mask, put_selection, read_image, read_layer
from editor.workflows.ai.run import run_tool
from editor.workflows.ai.tool import TOOLS, Outcome, Request, load_tools
from ml.catalogue import versions
from ml.catalogue.record import ModelRecord, describe
from ml.catalogue.store import InstalledModel, ModelStore
from ml.runtime.runtime import Runtime
from render.geometry import Affine, Point, Rect
from render.image_io.prepared import light_to_srgb, srgb_to_light
from tests.ml.training.pictures import drawn
from tests.ml.upscale.growers import installed, repeating

load_tools()
LINEAR = imagecodecs.cms_profile(
    "rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=[0.64, 0.33, 1.0, 0.3, 0.6, 1.0, 0.15, 0.06, 1.0], gamma=1.0
)


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime(threads=1, gpu=False) as made:
        yield made


def photo(height: int = 70, width: int = 90) -> np.ndarray:
    return drawn(5, 128)[:height, :width].astype(np.float32) / np.float32(255)


def opaque(rgb: np.ndarray) -> np.ndarray:
    return np.dstack([rgb, np.ones(rgb.shape[:2], np.float32)])


def project_with(rgba: np.ndarray, x: int = 0, y: int = 0, **more: Any) -> tuple[Project, str, str]:
    project = Project.in_memory()
    height, width = rgba.shape[:2]
    if "profile" in more:
        more["profile"] = project.blobs.put(more["profile"])
    document = run(
        project, "raster.new_document", name="Shore", width=width + x, height=height + y, background=None, **more
    )
    run(project, "project.delete", records=project.index.children(document))
    return project, document, put_layer(project, document, Picture(rgba, x, y), "Photo")


def grow(
    project: Project, document: str, runtime: Runtime, *, times: int = 2, result: str = "this_image",
    layer: str = "", model: InstalledModel | None = None, store: ModelStore | None = None,
    progress: Progress | None = None,
) -> Outcome:
    options = EnlargeOptions(enlargement=times, result=result)  # type: ignore[arg-type]
    chosen = (layer,) if layer else ()
    request = Request(project, document, chosen, options, runtime, store or ModelStore(Path("nowhere")), model)
    return run_tool(TOOLS["enlarge"], request, progress or Progress())


def small_again(rgba: np.ndarray, times: int = 2) -> np.ndarray:
    height, width = rgba.shape[:2]
    return rgba.reshape(height // times, times, width // times, times, -1).mean((1, 3))


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float16", "float32"])
def test_every_depth_is_enlarged_in_its_own(runtime: Runtime, depth: str) -> None:
    project, document, layer = project_with(opaque(photo()), depth=depth)
    before = read_image(project, document).rgba
    outcome = grow(project, document, runtime)
    sheet = project.find(document, RasterDocument)
    assert (sheet.width, sheet.height, sheet.depth) == (180, 140, depth)
    assert outcome.sentence == "The image is now 180 x 140 pixels." and outcome.chosen == (layer,)
    made = read_image(project, document).rgba
    assert np.abs(small_again(made) - before).mean() < 0.012 and made[..., 3].min() == 1.0
    plain = cv2.resize(before[..., :3], (180, 140), interpolation=cv2.INTER_LANCZOS4)
    assert np.abs(made[..., :3] - plain).max() > 0.02, "that was Lanczos"


def test_sixteen_bits_stay_sixteen(runtime: Runtime) -> None:
    """A slope of a hundredth of white over the picture has more steps than 8 bits know."""
    slope = np.tile(np.linspace(0.5, 0.51, 96, dtype=np.float32)[None, :, None], (32, 1, 3))
    project, document, _ = project_with(opaque(slope), depth="uint16")
    grow(project, document, runtime)
    row = read_image(project, document).rgba[30, 4:-4, 1]
    assert len(np.unique(row)) > 60 and np.abs(np.diff(row)).max() < 0.002


def test_grey_stays_grey(runtime: Runtime) -> None:
    grey = np.repeat(photo()[..., 1:2], 3, axis=2)
    project, document, _ = project_with(opaque(grey))
    grow(project, document, runtime)
    made = read_image(project, document).rgb
    assert (made == made[..., :1]).all() and made.std() > 0.1


def test_light_comes_back_as_light(runtime: Runtime) -> None:
    """In a document whose profile is linear the same picture comes out as in one of sRGB, told in light."""
    assert holds_light(LINEAR) and not holds_light(imagecodecs.cms_profile("adobergb"))
    encoded = photo()
    project, document, _ = project_with(opaque(encoded), depth="float32")
    grow(project, document, runtime)
    wanted = read_image(project, document).rgb
    project, document, layer = project_with(opaque(srgb_to_light(encoded)), depth="float32", profile=LINEAR)
    grow(project, document, runtime)
    made = light_to_srgb(read_layer(project, project.find(layer, PixelLayer)).rgb)
    assert np.abs(made - wanted).max() < 1e-3


def test_light_beyond_white_stays(runtime: Runtime) -> None:
    bright = photo()
    bright[20:40, 20:40] = 7.5
    project, document, _ = project_with(opaque(bright), depth="float16")
    grow(project, document, runtime)
    assert abs(float(read_image(project, document).rgb[50:70, 50:70].mean()) - 7.5) < 0.1


def test_soft_edges_have_no_fringe(runtime: Runtime) -> None:
    down, across = np.mgrid[0:70, 0:90]
    alpha = np.clip((25 - np.hypot(down - 35, across - 45)) / 6 + 0.5, 0, 1).astype(np.float32)
    rgba = np.dstack([np.full_like(alpha, 0.95), np.full_like(alpha, 0.8), np.full_like(alpha, 0.2), alpha])
    project, document, layer = project_with(rgba, depth="uint16")
    grow(project, document, runtime)
    made = read_layer(project, project.find(layer, PixelLayer)).rgba
    seen = made[made[..., 3] > 0.05]
    assert np.abs(seen[:, :3] - (0.95, 0.8, 0.2)).max() < 0.03
    assert made[..., 3].min() >= 0.0 and made[..., 3].max() <= 1.0


def test_layers_masks_selection_and_faces_stay_together(runtime: Runtime) -> None:
    project, document, layer = project_with(opaque(photo()), x=11, y=7)
    coverage = np.zeros((77, 101), np.float32)
    coverage[20:50, 30:60] = 1.0
    with project.transaction("Test"):
        put_mask(project, layer, coverage, 0, 0)
        put_selection(project, document, coverage, 0, 0)
        face = project.new_id()
        project.put(Face(id=face, parent=document, order="V", box=Rect(30, 20, 10, 12), points=(Point(31, 22),)))
    before = read_image(project, document).rgba
    grow(project, document, runtime, times=3)
    made = read_image(project, document).rgba
    assert made.shape == (231, 303, 4)
    assert np.abs(small_again(made, 3)[..., 3] - before[..., 3]).mean() < 0.01
    assert project.find(layer, PixelLayer).x == 33 and len(project.children(layer, Mask)) == 1
    found = project.find(face, Face)
    assert found.points == (Affine.scaling(3, 3).apply(Point(31, 22)),) and found.box == Rect(90, 60, 30, 36)


def test_a_new_image_leaves_the_old_one_and_says_how_it_was_made(runtime: Runtime) -> None:
    project, document, _ = project_with(opaque(photo()))
    before = read_image(project, document).rgba
    outcome = grow(project, document, runtime, result="new_image", times=4)
    larger = project.find(project.index.root(outcome.chosen[0]), RasterDocument)
    assert larger.id != document and (larger.width, larger.name) == (360, "Shore, 4 times")
    assert np.array_equal(read_image(project, document).rgba, before)
    notes = [item for item in project.records.values() if isinstance(item, Provenance)]
    own = shipped(4)
    assert {(note.tool, note.model, note.model_sha256) for note in notes} == {("enlarge", own.name, own.sha256)}
    assert notes[0].parameters["enlargement"] == "4" and not notes[0].generated


def test_one_layer_as_a_new_image(runtime: Runtime) -> None:
    rgba = np.zeros((70, 90, 4), np.float32)
    rgba[20:50, 10:60] = opaque(photo(30, 50))
    project, document, layer = project_with(rgba)
    outcome = grow(project, document, runtime, result="layer_as_new_image", layer=layer)
    sheet = project.find(project.index.root(outcome.chosen[0]), RasterDocument)
    assert (sheet.width, sheet.height) == (100, 60)
    assert np.abs(small_again(read_image(project, sheet.id).rgba) - rgba[20:50, 10:60]).mean() < 0.012


def test_strips_leave_no_seam(runtime: Runtime) -> None:
    """Higher than a strip, in 8 bits: the same as the picture enlarged at once, but for one
    level where rounding falls the other way."""
    from ml.upscale.enlarge import enlarge
    from ml.upscale.model import upscaler

    rgb = cv2.resize(drawn(9, 256), (120, 540), interpolation=cv2.INTER_CUBIC)[..., :3].astype(np.float32) / 255
    project, document, _ = project_with(opaque(np.clip(rgb, 0, 1)))
    given = read_image(project, document).rgb
    grow(project, document, runtime)
    whole = enlarge(runtime, upscaler(runtime, shipped(2)), given, 2)
    apart = np.abs(read_image(project, document).rgb - np.clip(whole, 0, 1)) * 255
    assert apart.max() <= 1.0, "a seam"


def test_models_of_others_and_promoted_ones(runtime: Runtime, tmp_path: Path) -> None:
    project, document, _ = project_with(opaque(photo()))
    model = installed(repeating(tmp_path / "mine.onnx", scale=3, channels=1))
    grow(project, document, runtime, times=3, model=model)
    assert project.find(document, RasterDocument).width == 270
    store = ModelStore(tmp_path / "models")
    with store.building("better") as folder:
        repeating(folder / "model.onnx")
        files = describe(folder, {"model": "model.onnx"})
        store.finish(folder, ModelRecord(name="better", task="upscale", files=files))
    versions.promote(store, "better")
    project, document, _ = project_with(opaque(photo()))
    grow(project, document, runtime, store=store)
    [note] = [item for item in project.records.values() if isinstance(item, Provenance)]
    assert note.model == "better"


def test_what_cannot_be_done_is_said(runtime: Runtime) -> None:
    project, document, _ = project_with(opaque(photo()))
    run(project, "raster.set_canvas_size", document=document, width=20_000, height=20_000)
    with pytest.raises(ExpectedError, match="more than this studio handles"):
        grow(project, document, runtime)
    project.undo()
    empty = run(project, "raster.new_document", name="Empty", width=30, height=20, background=None)
    with pytest.raises(ExpectedError, match="is empty"):
        grow(project, empty, runtime, result="layer_as_new_image")
    grow(project, empty, runtime)
    assert project.find(empty, RasterDocument).width == 60


def test_stopped_in_the_middle_nothing_is_left(runtime: Runtime) -> None:
    project, document, _ = project_with(opaque(photo()))
    before, asked = project.content_hash(), []

    def enough() -> bool:
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(Cancelled):
        grow(project, document, runtime, progress=Progress(cancelled=enough))
    assert project.content_hash() == before
