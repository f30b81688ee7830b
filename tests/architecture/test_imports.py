"""Who may import what: Qt only in app/, the floors below work without it, and the window starts light."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.source import FLOORS, ROOT, imported_modules, name_of, parsed, python_files

QT = {"PySide6", "shiboken6"}
# Each of these costs between 30 ms and seconds; the window must be on screen before the first of them is needed.
HEAVY = {
    "DracoPy", "OpenGL", "OpenImageIO", "PIL", "PyOpenColorIO", "av", "cv2", "dask", "distributed", "embreex",
    "fast_simplification", "fontTools", "halide", "keyring", "manifold3d", "mitsuba", "numpy.testing", "onnxruntime",
    "opentimelineio", "pathops", "photoshopapi", "pillow_heif", "psd_tools", "pygltflib", "scipy", "skia",
    "sqlite_utils", "torch", "trimesh", "uharfbuzz", "xatlas",
}

IMPORT_ALL = """
import importlib, json, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(f"{name} is blocked: no Qt below app/")

sys.meta_path.insert(0, NoQt())
failures, count = {}, 0
for floor in ("editor", "render", "ml", "sync"):
    package = importlib.import_module(floor)
    for module in pkgutil.walk_packages(package.__path__, floor + ".", onerror=lambda name: None):
        if module.name.endswith(".__main__"):
            continue
        count += 1
        try:
            importlib.import_module(module.name)
        except BaseException as error:
            failures[module.name] = f"{type(error).__name__}: {error}"
print(json.dumps({"count": count, "failures": failures}))
"""

LOADED = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def run_python(source: str, *arguments: str) -> str:
    """The last line that a fresh interpreter prints."""
    result = subprocess.run(
        [sys.executable, "-c", source, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("floor", [name for name in FLOORS if name != "app"])
def test_only_app_names_qt(floor: str) -> None:
    guilty = [
        name_of(path)
        for path in python_files(floor)
        if QT & {module.split(".")[0] for module in imported_modules(parsed(path))}
    ]
    assert not guilty


def test_everything_below_app_imports_without_qt() -> None:
    report = json.loads(run_python(IMPORT_ALL))
    assert report["failures"] == {}
    assert report["count"] > 50


def test_every_folder_with_python_is_a_package() -> None:
    folders = {path.parent for path in python_files(*FLOORS)}
    assert [name_of(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("module", ["app.window", "app.__main__"])
def test_start_up_imports_nothing_heavy(module: str) -> None:
    loaded = set(json.loads(run_python(LOADED, module)))
    assert sorted(HEAVY & loaded) == []


def test_command_line_starts_without_qt() -> None:
    loaded = set(json.loads(run_python(LOADED, "app.__main__")))
    assert not QT & loaded
