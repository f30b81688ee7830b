"""The registry of formats: who takes what, what is refused, and that listing loads no codec."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.registry import (
    FORMATS,
    export_document,
    exportable_extensions,
    exporter_for,
    import_file,
    importer_for,
    load_formats,
)

ROOT = Path(__file__).resolve().parents[3]
LISTED = """
import json, sys
from editor.formats.registry import load_formats
load_formats()
print(json.dumps(sorted(sys.modules)))
"""
CUBE = """v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3\nf 1 3 4\n"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="#f00"/></svg>'


def test_every_named_function_is_there() -> None:
    load_formats()
    for entry in FORMATS.values():
        for name in (entry.importer, entry.exporter):
            if name:
                module, _, function = name.partition(":")
                assert callable(getattr(import_module(module), function)), entry.name
        assert bool(entry.exporter) == bool(entry.families), entry.name


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.PNG", "image"), ("a.svgz", "svg"), ("a.glb", "model"), ("a.mp4", "media"), ("a.txt", None)],
)
def test_importer_by_name(name: str, expected: str | None) -> None:
    found = importer_for(Path(name))
    assert (found.name if found else None) == expected


def test_exporter_depends_on_the_family() -> None:
    assert exporter_for(Path("a.mp4"), "raster") is None
    assert exporter_for(Path("a.mp4"), "video") is not None
    assert "glb" in exportable_extensions("scene")
    assert "glb" not in exportable_extensions("vector")


def test_drawing_and_model_come_in_as_one_step_each(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_bytes(SVG)
    (tmp_path / "a.obj").write_text(CUBE)
    project = Project.in_memory()
    for name, kind in (("a.svg", "vector.document"), ("a.obj", "scene.document")):
        steps = len(project.history)
        (document,) = import_file(project, tmp_path / name).documents
        assert type(project.records[document]).kind == kind
        assert len(project.history) == steps + 1


def test_a_model_that_cannot_be_read_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_bytes(b"glTF and nothing more")
    project = Project.in_memory()
    with pytest.raises(ExpectedError):
        import_file(project, tmp_path / "a.glb")
    assert len(project.records) == 0
    assert len(project.history) == 0


def test_refusals_name_what_is_possible(tmp_path: Path) -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=4, height=4)
    with pytest.raises(ExpectedError, match=r"\.mp4.*png"):
        export_document(Display(project), document, tmp_path / "a.mp4")
    with pytest.raises(ExpectedError, match="no folder"):
        export_document(Display(project), document, tmp_path / "nowhere" / "a.png")


def test_listing_formats_imports_no_codec() -> None:
    result = subprocess.run([sys.executable, "-c", LISTED], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(result.stdout))
    assert not loaded & {"PIL", "OpenImageIO", "imagecodecs", "skia", "av", "trimesh", "cv2", "psd_tools"}
