"""What people install: a wheel with the kernels inside, and a folder that runs without Python.

    .venv/bin/python build_installer.py wheel       dist/atelier-VERSION-py3-none-PLATFORM.whl
    .venv/bin/python build_installer.py bundle      dist/Atelier-VERSION-PLATFORM.(tar.gz|zip|dmg)

Each is made on the system it is for, because the kernels and PyInstaller's folder are that system's own. Both are
tried before they count: the wheel in a fresh environment, the bundle by making a project and reading it back. Linux is
what we run ourselves; Windows gets a zip of the folder and macOS a disk image of the application, unsigned.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
DIST = ROOT / "dist"
WORK = ROOT / "build" / "installer"
PACKAGES = ("app", "editor", "render", "ml", "sync")
# Large, and either for developers or an extra of its own.
LEFT_OUT = ("torch", "mitsuba", "drjit", "halide", "dask", "distributed", "pytest", "mypy", "hypothesis", "IPython")
# Files that our own code looks for by name: (package, what of it). Nothing imports these, so PyInstaller finds none.
READ_AS_FILES = (
    ("espeakng_loader", ""), ("moonshine_voice", "assets/tiny-en"), ("moonshine_voice", "__init__.py"),
    ("pymatting", "__init__.py"), ("pymatting", "laplacian"), ("pymatting", "preconditioner"), ("pymatting", "solver"),
)
# What those files import, and what is imported by a name that is put together while the program runs.
BY_NAME = ("numba", "scipy.sparse", "scipy.sparse.linalg", "pywhispercpp.model", "dlib", "pillow_heif", "pillow_jxl")
EXECUTABLE = "Atelier.exe" if sys.platform == "win32" else "Atelier"


def main(arguments: list[str]) -> int:
    """Make and try one of the two; the path is the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("wheel", "bundle"))
    kind = parser.parse_args(arguments).kind
    DIST.mkdir(exist_ok=True)
    call(sys.executable, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", *tools())
    call(sys.executable, "-m", "render.kernels.build")
    print(f"wrote {wheel() if kind == 'wheel' else bundle()}")
    return 0


def project() -> dict[str, object]:
    """The [project] table."""
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def tools() -> list[str]:
    """What this script itself needs: the extra `installer`."""
    extras = project()["optional-dependencies"]
    assert isinstance(extras, dict)
    return list(extras["installer"])


def wheel() -> Path:
    """Build a wheel and give it the tag of this platform; then import it from a fresh environment, away from here."""
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        call(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
        (plain,) = Path(folder).glob("*.whl")
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        call(sys.executable, "-m", "wheel", "tags", "--remove", "--platform-tag", platform, plain)
        (tagged,) = Path(folder).glob("*.whl")
        made = Path(shutil.move(tagged, DIST / tagged.name))
    names = zipfile.ZipFile(made).namelist()
    if not any("atelier_kernels" in name for name in names) or "resources/translations/fr/" not in "\n".join(names):
        raise SystemExit(f"{made} lacks the kernels or the resources")
    try_wheel(made)
    return made


def try_wheel(made: Path) -> None:
    """Install it beside the packages of this environment, and let it make a project."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=False)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        target = sysconfig.get_path("purelib", vars={"base": folder, "platbase": folder})
        shutil.unpack_archive(made, target, "zip")
        (Path(target) / "packages.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
        try_program([str(python), "-m", "app"], Path(folder))


def bundle() -> Path:
    """A folder with its own Python (PyInstaller), tried, then packed as this platform expects it."""
    kernels = ROOT / "render" / "kernels" / "_build"
    data = [(ROOT / "resources", "resources")]
    data += [(path, "render/kernels/_build") for path in kernels.iterdir() if path.is_file()]
    data += read_as_files()
    options: list[str | Path] = ["--name", "Atelier", "--noconfirm", "--log-level", "WARN", "--paths", ROOT]
    options += ["--distpath", WORK, "--workpath", WORK / "work", "--specpath", WORK]
    for package in PACKAGES:
        options += ["--collect-submodules", package, "--collect-data", package]
    for source, target in data:
        options += ["--add-data", f"{source}:{target}"]
    options += ["--collect-submodules", "imagecodecs"]  # loads its codecs by name
    for name in BY_NAME:
        options += ["--hidden-import", name]
    for name in LEFT_OUT:
        options += ["--exclude-module", name]
    if sys.platform == "darwin":
        options += ["--windowed"]
    call(sys.executable, "-m", "PyInstaller", *options, ROOT / "app" / "__main__.py")
    with tempfile.TemporaryDirectory() as folder:
        try_program([str(WORK / "Atelier" / EXECUTABLE)], Path(folder))
    return pack(WORK / "Atelier")


def read_as_files() -> list[tuple[Path, str]]:
    """(file or folder, folder in the bundle) of `READ_AS_FILES`; a package that this system has not is left out."""
    found = []
    for package, part in READ_AS_FILES:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            print(f"without {package}, which is not installed here")
            continue
        source = Path(spec.origin).parent / part
        target = package if source.is_file() else f"{package}/{part}".rstrip("/")
        found.append((source, target))
    return found


def pack(folder: Path) -> Path:
    """One file to hand out: tar.gz, zip, or a disk image."""
    name = DIST / f"Atelier-{project()['version']}-{sysconfig.get_platform()}"
    if sys.platform == "darwin":
        image = name.with_name(name.name + ".dmg")
        application = folder.with_suffix(".app")
        call("hdiutil", "create", "-ov", "-volname", "Atelier", "-srcfolder", application, image)
        return image
    kind = "zip" if sys.platform == "win32" else "gztar"
    return Path(shutil.make_archive(str(name), kind, folder.parent, folder.name))


def try_program(program: list[str], folder: Path) -> None:
    """Version, a project and what is in it, pictures by worker processes: without a display, away from here."""
    call(*program, "--version", folder=folder)
    call(*program, "new", "try.atelier", "--kind", "raster", folder=folder)
    call(*program, "info", "try.atelier", folder=folder)
    call(*program, "convert", "--batch", ROOT / "resources" / "icons", "icons", "--to", "png", folder=folder)
    try_tools(program, folder)


def try_tools(program: list[str], folder: Path) -> None:
    """AI tools that bring libraries or models of their own: matting, faces, our enlarger in the process for models,
    eSpeak NG and the recogniser, each in its own process."""
    call(*program, "models", "list", folder=folder)
    for tool in ("remove_background", "find_faces", "enlarge"):
        call(*program, "ai", "run", tool, "icons/brush.png", "--output", tool, folder=folder)
    call(*program, "new", "speech.atelier", "--kind", "video", folder=folder)
    call(*program, "ai", "run", "speak", "speech.atelier", "--set", "text=Hello from the studio.", folder=folder)
    call(*program, "ai", "run", "captions", "speech.atelier", folder=folder)


def call(*command: str | Path, folder: Path = ROOT) -> None:
    """Run; stop with the command if it fails."""
    words = [str(word) for word in command]
    if subprocess.call(words, cwd=folder) != 0:
        raise SystemExit(f"This command failed: {' '.join(words)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
