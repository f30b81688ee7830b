"""What must be the same on every worker for the same pixels, and what to say where it is not."""

import hashlib
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import machine, python_version

from editor.base.translation import tr

FORMAT = 2
"""Of what tasks take and give: workers of another one are refused."""
MARK_VARIABLE = "ATELIER_FARM_MARK"
PACKAGES = ("numpy", "av", "Pillow", "skia-python", "onnxruntime-gpu", "onnxruntime", "mitsuba", "msgspec")
ROOT = Path(__file__).resolve().parents[3]
NAMES = {
    "program": "another Atelier", "format": "another Atelier", "python": "another Python",
    "machine": "another processor", "kernels": "other pixel kernels",
}  # fmt: skip


@cache
def versions() -> dict[str, str]:
    """Our own code by its content, the compiled kernels by theirs, Python, the processor, and what draws."""
    found = {
        "program": program_digest(), "format": str(FORMAT), "python": ".".join(python_version().split(".")[:2]),
        "machine": machine(), "kernels": kernels_digest(),
    }  # fmt: skip
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def different(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """What is not the same, in words; "" when all is."""
    found = []
    for name in sorted({*ours, *theirs}, key=lambda name: (name not in NAMES, name)):
        if ours.get(name) == theirs.get(name):
            continue
        if name in NAMES:
            found.append(tr(NAMES[name]))
        elif name not in theirs:
            found.append(tr("no {package}", package=name))
        else:
            found.append(tr("{package} {version}", package=name, version=theirs[name]))
    return ", ".join(dict.fromkeys(found))


@cache
def program_digest() -> str:
    """Over every source file that has a part in results; "bundled" where there are none to read."""
    digest, count = hashlib.blake2b(digest_size=10), 0
    for package in ("editor", "render", "ml", "app/commandline", "app/farm"):
        for path in sorted((ROOT / package).rglob("*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
            count += 1
    return digest.hexdigest() if count else "bundled"


@cache
def kernels_digest() -> str:
    from render.kernels.variants import LIBRARY

    return hashlib.blake2b(LIBRARY.read_bytes(), digest_size=10).hexdigest() if LIBRARY.is_file() else "-"


@cache
def mark() -> str:
    """One word for all of `versions()`: tasks go only to workers that bear it.

    Processes that a client starts on its own machine are told the client's, and need not read every file again.
    """
    told = os.environ.get(MARK_VARIABLE, "")
    if told:
        return told
    plain = "\n".join(f"{name}={value}" for name, value in sorted(versions().items()))
    return "atelier-" + hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()
