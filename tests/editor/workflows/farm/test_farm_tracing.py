"""Path tracing: the same bits whoever traces, the look of the fast renderer, stills, numbered pictures and films."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.storage import create_project, open_project
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.here import Here
from editor.workflows.farm.tracing import TraceOptions, numbered, trace
from render.image_io.read import read

pytest.importorskip("mitsuba", reason="the extra “scene” is not installed")
pytest.importorskip("distributed", reason="the extra “farm” is not installed")
from editor.workflows.farm.cluster import Farm

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = TraceOptions(width=80, samples=8, tile=32)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A red sphere on a grey floor in studio light."""
    path = tmp_path_factory.mktemp("scene") / "Scene.atelier"
    with create_project(path) as opened:
        project = opened.project
        document: str = run(project, "scene.new_document", name="Scene")
        run(project, "scene.add_shape", document=document, shape="sphere", color=(1.0, 0.1, 0.05, 1.0))
        floor = run(project, "scene.add_shape", document=document, shape="plane", translation=(0.0, -0.5, 0.0))
        run(project, "scene.scale", nodes=(floor,), factors=(3.0, 3.0, 3.0))
    return path, document


def test_one_machine_and_a_farm_give_the_same_bits(scene: tuple[Path, str], tmp_path: Path) -> None:
    path, document = scene
    trace(Here(threads=1), path, document, tmp_path / "one.exr", SMALL)
    trace(Here(threads=2), path, document, tmp_path / "two.exr", SMALL)
    with Farm(workers=2, cache=ResultCache(tmp_path / "cache"), scratch=tmp_path / "scratch") as farm:
        trace(farm, path, document, tmp_path / "farm.exr", SMALL)
    trace(Here(), path, document, tmp_path / "seed.exr", TraceOptions(width=80, samples=8, tile=32, seed=1))
    one, two, there, seed = (read(tmp_path / f"{name}.exr").pixels for name in ("one", "two", "farm", "seed"))
    assert one.dtype == np.float32
    assert one.tobytes() == two.tobytes() == there.tobytes()
    assert seed.tobytes() != one.tobytes()


def test_again_computes_nothing(scene: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, document = scene
    cache = ResultCache(tmp_path / "cache")
    trace(Here(cache), path, document, tmp_path / "one.png", SMALL)
    from editor.workflows.farm import here

    monkeypatch.setattr(here, "work_of", lambda name: pytest.fail("it was traced again"))
    trace(Here(cache), path, document, tmp_path / "two.png", SMALL)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_the_look_is_that_of_the_fast_renderer(scene: tuple[Path, str], tmp_path: Path) -> None:
    from editor.display.display import Display
    from editor.formats.registry import ExportOptions, export_document

    path, document = scene
    trace(Here(), path, document, tmp_path / "traced.png", TraceOptions(width=96, samples=32))
    with open_project(path, read_only=True) as opened:
        display = Display(opened.project)
        export_document(display, document, tmp_path / "fast.png", ExportOptions(width=96))
        display.close()
    traced, fast = (np.array(Image.open(tmp_path / name).convert("RGBA"), float) for name in ("traced.png", "fast.png"))
    assert traced.shape == fast.shape
    assert np.abs(traced[..., 3] - fast[..., 3]).mean() < 4, "both see the same shapes at the same places"
    red = fast[..., 0] - fast[..., 2]
    assert np.corrcoef(red.ravel(), (traced[..., 0] - traced[..., 2]).ravel())[0, 1] > 0.9
    assert abs(traced[..., :3].mean() - fast[..., :3].mean()) < 25


def test_an_animation_is_numbered_pictures_or_a_film(scene: tuple[Path, str], tmp_path: Path) -> None:
    path, document = scene
    options = TraceOptions(width=32, samples=2, end=Fraction(1), rate=Fraction(4))
    written = trace(Here(), path, document, tmp_path / "shot_###.png", options)
    assert [one.name for one in written] == [f"shot_{number:03}.png" for number in range(1, 5)]
    assert all(one.is_file() for one in written)
    noise = {one.read_bytes() for one in written}
    assert len(noise) == 4, "noise that stands still would be seen"
    trace(Here(), path, document, tmp_path / "film.mp4", options)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 4


@pytest.mark.parametrize(
    ("options", "name", "sentence"),
    [
        (TraceOptions(width=99_999), "x.png", "1 to 16384"),
        (TraceOptions(samples=0), "x.png", "1 to 65536 samples"),
        (TraceOptions(camera="nowhere"), "x.png", "no such camera"),
        (TraceOptions(width=8, end=Fraction(1), rate=Fraction(2)), "x.png", "numbers in their name"),
        (TraceOptions(end=Fraction(0), rate=Fraction(2)), "#.png", "empty or far too long"),
    ],
)
def test_wishes_that_cannot_be(
    scene: tuple[Path, str], tmp_path: Path, options: TraceOptions, name: str, sentence: str
) -> None:
    path, document = scene
    with pytest.raises(ExpectedError, match=sentence):
        trace(Here(), path, document, tmp_path / name, options)
    assert list(tmp_path.iterdir()) == []


def test_numbers_in_names() -> None:
    assert numbered(Path("a/shot_####.png"), 7) == Path("a/shot_0007.png")
    assert numbered(Path("still.png"), 7) == Path("still.png")
