#!/usr/bin/env python3
"""Everything a developer runs, on a machine that has only Python 3.11 and git.

    python3 dev.py run [project.atelier]      open the studio on the sample; without a display, render it
    python3 dev.py test [--long] [paths]      run the tests (all extras installed, Qt under Xvfb)
    python3 dev.py bench [--json] [names]     compare speeds with the peers that are installed
    python3 dev.py lint                       ruff, mypy, import-linter
    python3 dev.py kernels                    build the pixel kernels again

The first call makes `.venv`, installs the pinned packages and builds the kernels. On Debian it also installs missing
system libraries when run as root, and otherwise prints the command that does. Later calls find a stamp and go
straight on. Standard library only: nothing else is there yet.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "constraints.txt"
KERNELS = ROOT / "render" / "kernels"
SAMPLE_OUTPUT = ROOT / "build" / "sample"
SCREEN = "-screen 0 1600x1000x24"
EXTRAS = {"run": ("build",), "test": ("build", "scene", "train", "farm", "dev")}

# Debian packages: what Python needs, what Qt's xcb plugin, Skia and Mesa load, what Mitsuba compiles with, a screen.
FOR_RUN = """
    python3-venv ca-certificates fontconfig libdbus-1-3 libegl1 libegl-mesa0 libfontconfig1 libgl1 libgl1-mesa-dri
    libglib2.0-0 libglx-mesa0 libopengl0 libpulse0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 libxcb-xkb1 libxkbcommon-x11-0
""".split()
FOR_TEST = [*FOR_RUN, "libatomic1", "libllvm19", "xauth", "xvfb"]


def main(arguments: list[str]) -> int:
    """Prepare what the verb needs, do it, return its exit code."""
    verbs = {"run": run, "test": test, "bench": bench, "lint": lint, "kernels": kernels}
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb not in verbs:
        print(__doc__)
        return 0 if verb in ("-h", "--help", "help") else 2
    if sys.version_info < (3, 11):
        stop(f"Atelier needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    os.environ["PYTHONUTF8"] = "1"
    prepare("run" if verb in ("run", "kernels") else "test")
    if verb != "kernels":
        build_kernels()
    return verbs[verb](rest)


# ------------------------------------------------------------------------------------------------- the verbs


def run(arguments: list[str]) -> int:
    """Open the window on the sample project or the given one; render the sample where there is no display."""
    if os.name != "nt" and sys.platform != "darwin" and not display():
        return call([PYTHON, "-m", "app", "sample", "--render", SAMPLE_OUTPUT])
    sample = SAMPLE_OUTPUT / "Sample.atelier"
    if not arguments and not sample.exists():
        SAMPLE_OUTPUT.mkdir(parents=True, exist_ok=True)
        must([PYTHON, "-m", "app", "sample", sample])
    return call([PYTHON, "-m", "app", "open", *(arguments or [str(sample)])])


def test(arguments: list[str]) -> int:
    """pytest over everything in two processes, or over the given paths in one; `--long` adds what takes minutes."""
    everything = ["-m", ""] if "--long" in arguments else []
    rest = [item for item in arguments if item != "--long"]
    # The tests start hundreds of programs: what is compiled once makes each of them begin a third sooner.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    two = ["--numprocesses", "2", "--dist", "loadfile"] if all(item.startswith("-") for item in rest) else []
    return call([PYTHON, "-m", "pytest", *everything, *two, *rest])


def bench(arguments: list[str]) -> int:
    """The benchmark table; canvases draw into a virtual screen so that no real one disturbs the figures."""
    screen = ["xvfb-run", "-a", "-s", SCREEN] if shutil.which("xvfb-run") else []
    return call([*screen, PYTHON, "-m", "tests.benchmarks.run", *arguments])


def lint(arguments: list[str]) -> int:
    """Style, types and who imports whom; the first failing check's code."""
    checks = (["ruff", "check", "."], ["mypy"], ["lint-imports"])
    codes = [call([PYTHON.parent / check[0], *check[1:], *arguments]) for check in checks]
    return next((code for code in codes if code), 0)


def kernels(arguments: list[str]) -> int:
    """Build the kernel library whether or not it looks current."""
    return call([PYTHON, "-m", "render.kernels.build", *arguments])


# ------------------------------------------------------------------------------------------- the preparation


def prepare(profile: str) -> None:
    """Make `.venv` hold what `profile` needs. A stamp of the requirements makes the next call skip all of this."""
    needs, system = requirements(profile), FOR_RUN if profile == "run" else FOR_TEST
    wanted = digest([repr((needs, system, sys.version_info[:2])).encode(), CONSTRAINTS.read_bytes()])
    stamp = VENV / f"prepared-{profile}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Preparing Atelier to {profile}: the first time takes some minutes.", flush=True)
    system_packages(system)
    if not PYTHON.exists() or not any(VENV.glob("[Ll]ib*/**/site-packages/pip/__init__.py")):
        must([sys.executable, "-m", "venv", VENV])
    compiler = any(shutil.which(name) for name in ("cc", "gcc", "clang"))
    needs = needs if compiler else [*needs, "ziglang"]
    must([PYTHON, "-m", "pip", "install", "--quiet", "--constraint", CONSTRAINTS, *needs])
    stamp.write_text(wanted)


def requirements(profile: str) -> list[str]:
    """The direct dependencies of pyproject.toml with the extras of this profile."""
    import tomllib  # here, so that an older Python reaches the sentence about its version

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return [*project["dependencies"], *(name for extra in EXTRAS[profile] for name in extras[extra])]


def system_packages(names: list[str]) -> None:
    """Install the missing Debian packages as root, or stop with the command. Other systems bring their own."""
    if not shutil.which("apt-get"):
        return
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Package}\n", "*"]
    listed = set(subprocess.run(query, capture_output=True, text=True, check=False).stdout.split("\n"))
    # Debian 13 and Ubuntu 24.04 renamed some libraries: libglib2.0-0t64.
    missing = [name for name in names if listed.isdisjoint({f"installed {name}", f"installed {name}t64"})]
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        stop(f"System libraries are missing. Run this once, then try again:\n\n    sudo {shlex.join(install)}\n")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    must(["apt-get", "update", "--quiet=2"])
    must([*install, "--quiet=2"])


def build_kernels() -> None:
    """Build the kernel library if a kernel or its builder changed since the last time."""
    sources = sorted(path for path in KERNELS.glob("**/*") if path.suffix in (".py", ".c"))
    wanted = digest(source.read_bytes() for source in sources)
    stamp = VENV / "built-kernels"
    if stamp.exists() and stamp.read_text() == wanted and any(KERNELS.glob("_build/*atelier_kernels.*")):
        return
    print("Building the pixel kernels.", flush=True)
    must([PYTHON, "-m", "render.kernels.build"])
    stamp.write_text(wanted)


def digest(parts: Iterable[bytes]) -> str:
    """One hash over the parts in order."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def display() -> str:
    """The name of the screen that a window could open on, or nothing."""
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""


def call(command: list[str | Path]) -> int:
    """Run in the repository root and return the exit code."""
    return subprocess.call([str(part) for part in command], cwd=ROOT)


def must(command: list[str | Path]) -> None:
    """Run; stop with the command if it fails."""
    if call(command) != 0:
        stop(f"This command failed:\n\n    {shlex.join(str(part) for part in command)}\n")


def stop(sentence: str) -> None:
    """End with a sentence for the person at the terminal."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
