"""Pictures in and out of documents: depth, transparency, metadata, profiles, and one step in the history."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import ExportOptions, ImportOptions, export_document, import_file
from editor.model.raster import PixelLayer, RasterDocument, Tile
from render.image_io.read import read
from render.image_io.values import ImageData, Metadata, peak
from render.image_io.write import write

DEPTHS = ["uint8", "uint16", "float16", "float32"]
FILES = {"uint8": "png", "uint16": "png", "float16": "tif", "float32": "tif"}


def picture(dtype: str, icc: bytes | None = None) -> ImageData:
    """600 x 300, so that it crosses tiles, with one empty tile and all degrees of transparency."""
    rows, columns = np.mgrid[0:300, 0:600].astype(np.float64)
    values = np.stack([columns / 599, rows / 299, (columns + rows) / 898, np.clip(rows / 250, 0, 1)], axis=-1)
    values[:, 256:512, 3][:256] = 0
    top = peak(np.dtype(dtype))
    pixels = (np.rint(values * top) if top > 1 else values).astype(dtype)
    return ImageData(pixels, "test", Metadata(icc=icc, xmp=b"<x:xmpmeta/>", resolution=(300.0, 300.0)))


def brought_in(path: Path, **options: object) -> tuple[Project, RasterDocument]:
    project = Project.in_memory()
    imported = import_file(project, path, ImportOptions(**options))
    return project, project.find(imported.documents[0], RasterDocument)


@pytest.mark.parametrize("depth", DEPTHS)
def test_there_and_back(tmp_path: Path, depth: str) -> None:
    source, name = tmp_path / f"a.{FILES[depth]}", f"b.{FILES[depth]}"
    write(source, picture(depth))
    project, document = brought_in(source)
    assert (document.name, document.width, document.height, document.depth) == ("a", 600, 300, depth)
    export_document(Display(project), document.id, tmp_path / name)
    before, after = read(source), read(tmp_path / name)
    assert after.pixels.dtype.name == depth
    assert np.array_equal(before.pixels[..., 3], after.pixels[..., 3])
    seen = before.pixels[..., 3:].astype(np.float64) / peak(before.pixels.dtype)
    difference = np.abs(before.pixels[..., :3].astype(np.float64) - after.pixels[..., :3]) * seen
    assert difference.max() <= {"uint8": 1, "uint16": 1, "float16": 2e-3, "float32": 1e-6}[depth]
    assert after.metadata.xmp == b"<x:xmpmeta/>"
    assert after.metadata.resolution == pytest.approx((300, 300), rel=0.001)


def test_import_is_one_step_and_leaves_empty_tiles_out(tmp_path: Path) -> None:
    write(tmp_path / "a.png", picture("uint8"))
    project, document = brought_in(tmp_path / "a.png", name="Other")
    assert document.name == "Other"
    assert [entry.invocations[0].command for entry in project.history] == ["raster.import_picture"]
    (layer,) = project.children(document.id, PixelLayer)
    places = {(tile.x, tile.y) for tile in project.children(layer.id, Tile)}
    assert places == {(0, 0), (2, 0), (0, 1), (1, 1), (2, 1)}
    project.undo()
    assert len(project.records) == 0


def test_into_a_document_takes_its_depth(tmp_path: Path) -> None:
    write(tmp_path / "a.png", picture("uint16"))
    project = Project.in_memory()
    sheet = run(project, "raster.new_document", width=600, height=300, depth="float32", background=None)
    import_file(project, tmp_path / "a.png", ImportOptions(into=sheet))
    assert [layer.name for layer in project.children(sheet, PixelLayer)][-1] == "a"
    drawn = np.asarray(Display(project).render_whole(sheet, dtype="float32"))
    assert drawn[299, 599] == pytest.approx([1, 1, 1, 1], abs=1e-4)


def test_profile_is_converted_and_said_or_kept(tmp_path: Path) -> None:
    wide = imagecodecs.cms_profile("adobergb")
    write(tmp_path / "a.png", picture("uint8", wide))
    project = Project.in_memory()
    imported = import_file(project, tmp_path / "a.png")
    assert project.find(imported.documents[0], RasterDocument).profile is None
    assert any("Adobe RGB" in sentence for sentence in imported.report.converted)
    project, document = brought_in(tmp_path / "a.png", profile="keep")
    assert project.blobs.get(document.profile or "") == wide
    export_document(Display(project), document.id, tmp_path / "b.png")
    assert read(tmp_path / "b.png").metadata.icc == wide


def test_light_is_encoded_and_comes_back(tmp_path: Path) -> None:
    pixels = np.ones((4, 4, 4), np.float32)
    pixels[..., :3] = (0.18, 2.5, 0.01)
    write(tmp_path / "a.exr", ImageData(pixels, "test", linear=True))
    project, document = brought_in(tmp_path / "a.exr")
    drawn = np.asarray(Display(project).render_whole(document.id, dtype="float32"))
    assert drawn[0, 0, 0] == pytest.approx(0.461, abs=0.002)  # middle grey, 18 % of white
    export_document(Display(project), document.id, tmp_path / "b.exr")
    assert read(tmp_path / "b.exr").pixels[0, 0, :3] == pytest.approx((0.18, 2.5, 0.01), rel=0.01)


def test_export_by_size_background_and_depth(tmp_path: Path) -> None:
    write(tmp_path / "a.png", picture("uint8"))
    project, document = brought_in(tmp_path / "a.png")
    options = ExportOptions(width=300, background="#00ff00", depth="uint16")
    export_document(Display(project), document.id, tmp_path / "b.png", options)
    back = read(tmp_path / "b.png")
    assert back.pixels.shape == (150, 300, 4)
    assert back.pixels.dtype == np.uint16
    assert tuple(back.pixels[10, 200]) == (0, 65535, 0, 65535)


@pytest.mark.parametrize("background", ["green", "#12"])
def test_background_that_is_no_colour(tmp_path: Path, background: str) -> None:
    write(tmp_path / "a.png", picture("uint8"))
    project, document = brought_in(tmp_path / "a.png")
    with pytest.raises(ExpectedError, match="no colour"):
        export_document(Display(project), document.id, tmp_path / "b.png", ExportOptions(background=background))


@pytest.mark.parametrize("family", ["raster", "vector", "scene", "video"])
def test_every_family_goes_out_as_a_picture(tmp_path: Path, family: str) -> None:
    project = Project.in_memory()
    document = run(project, f"{family}.new_document", width=64, height=48)
    for extension in ("png", "jpg", "exr", "tif"):
        export_document(Display(project), document, tmp_path / f"a.{extension}")
        assert read(tmp_path / f"a.{extension}").pixels.shape == (48, 64, 4)
