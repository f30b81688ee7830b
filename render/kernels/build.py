"""`python -m render.kernels.build`: compile the kernels into one shared library, redoing only what changed.

Every (family, variant) pair is one job with its own folder of objects, named by a hash of all that goes into it; jobs
run in parallel processes. The linker is the system's C compiler, or `python -m ziglang cc` where there is none.
Beside the library stands a manifest: the call signatures, and which processor features each variant needs.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from importlib import metadata, util
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from render.kernels.variants import BUILT, LIBRARY, MANIFEST, Variant, target_base, variants

HERE = Path(__file__).parent
GENERATORS = HERE / "generators"
SHARED_SOURCES = (GENERATORS / "pixel.py", HERE / "modes.py", HERE / "variants.py", HERE / "build.py")
FAMILIES = (
    "blend", "whole", "resample", "adjust", "convert", "blur", "warp", "yuv", "dab", "nonlocal_means", "kuwahara",
)


def family_hash(family: str) -> str:
    """What the objects of a family depend on: its source, the shared sources, Halide and the kind of machine."""
    digest = hashlib.sha256(f"{metadata.version('halide')} {target_base()}".encode())
    for source in (GENERATORS / f"{family}.py", *SHARED_SOURCES):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def stamp() -> str:
    """Changes when the library has to be linked again."""
    drivers = [source.read_bytes() for source in c_sources()]
    return hashlib.sha256(b"".join([*(family_hash(family).encode() for family in FAMILIES), *drivers])).hexdigest()


def c_sources() -> list[Path]:
    """C that calls kernels in a loop; compiled when linking."""
    return sorted(HERE.glob("*.c"))


def compile_family(family: str, variant: Variant, folder: str) -> dict[str, str]:
    """Compile one family for one variant into `folder`; returns kernel name -> signature. Runs in its own process."""
    import halide as hl

    module = importlib.import_module(f"render.kernels.generators.{family}")
    target = hl.Target("-".join([target_base(), *variant.features, "no_runtime"]))
    unfinished = Path(f"{folder}.{os.getpid()}")
    unfinished.mkdir(parents=True, exist_ok=True)
    signatures = {}
    for kernel in module.kernels(variant.lanes):
        symbol = f"{kernel.name}_{variant.name}"
        arguments = list(kernel.arguments)
        # Halide warns of every half float on old processors, which we know; its failures are exceptions.
        with redirect_stderr(StringIO()), redirect_stdout(StringIO()):
            hl.Pipeline(kernel.output).compile_to_object(str(unfinished / f"{symbol}.o"), arguments, symbol, target)
        signatures[kernel.name] = "".join(_letter(argument) for argument in arguments) + "b" * kernel.output.outputs()
    (unfinished / "signatures.json").write_text(json.dumps(signatures))
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return signatures


def _letter(argument: Any) -> str:
    """b: a buffer, f: a float, i: a 32-bit integer."""
    import halide as hl

    if isinstance(argument, hl.ImageParam):
        return "b"
    return "f" if argument.type().is_float() else "i"


def compile_runtime(path: Path) -> None:
    """Halide's own support code, once, for the lowest processor."""
    import halide as hl

    hl.compile_standalone_runtime(str(path), hl.Target("-".join([target_base(), *variants()[-1].features])))


def needed_features(variant: Variant) -> list[int]:
    """The variant's features as the bit words that halide_can_use_target_features takes."""
    import halide as hl

    features = hl.TargetFeature.__members__
    words = [0] * (max(int(feature) for feature in features.values()) // 64 + 1)
    for name, feature in features.items():
        if name.lower() in variant.features:
            words[int(feature) // 64] |= 1 << (int(feature) % 64)
    return words


def c_compiler() -> list[str]:
    """The command that links: cc, or zig from PyPI; stops with a sentence if there is neither."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return [name]
    if util.find_spec("ziglang") is not None:
        return [sys.executable, "-m", "ziglang", "cc"]
    raise SystemExit("No C compiler was found to link the pixel kernels: install gcc, or `pip install ziglang`.")


def link(folders: Sequence[Path]) -> None:
    """All objects into one library, put in place in one step so that a running app keeps the old one."""
    runtime = BUILT / "runtime.o"
    compile_runtime(runtime)
    objects = [str(path) for folder in folders for path in sorted(folder.glob("*.o"))]
    unfinished = LIBRARY.with_suffix(f".{os.getpid()}{LIBRARY.suffix}")
    suffixes = ",".join(variant.name for variant in variants())
    arguments = ["-shared", "-O2", "-fPIC", f"-DVARIANTS={suffixes}", "-o", str(unfinished)]
    arguments += [*(str(source) for source in c_sources()), *objects, str(runtime)]
    arguments += ["-Wl,--export-all-symbols"] if sys.platform == "win32" else ["-lpthread", "-ldl", "-lm"]
    listing = BUILT / "link.txt"  # Windows limits the length of a command line
    listing.write_text("\n".join(json.dumps(argument) for argument in arguments))
    subprocess.run([*c_compiler(), f"@{listing}"], check=True)
    unfinished.replace(LIBRARY)


def is_current() -> bool:
    """Whether the library is there and was made from these sources."""
    if not (LIBRARY.exists() and MANIFEST.exists()):
        return False
    return bool(json.loads(MANIFEST.read_text()).get("stamp") == stamp())


def build() -> bool:
    """Bring the library up to date; False if it already was."""
    if is_current():
        return False
    BUILT.mkdir(exist_ok=True)
    jobs = [
        (family, variant, BUILT / f"{family}-{variant.name}-{family_hash(family)}")
        for family in FAMILIES
        for variant in variants()
    ]
    signatures: dict[str, str] = {}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        fresh = [
            pool.submit(compile_family, family, variant, str(folder))
            for family, variant, folder in jobs
            if not (folder / "signatures.json").exists()
        ]
        for job in fresh:
            job.result()
    folders = [folder for _, _, folder in jobs]
    for folder in folders:
        signatures |= json.loads((folder / "signatures.json").read_text())
    link(folders)
    needs = [{"name": variant.name, "features": needed_features(variant)} for variant in variants()]
    manifest = {"stamp": stamp(), "signatures": signatures, "variants": needs}
    MANIFEST.write_text(json.dumps(manifest, indent=1))
    _remove_old(folders)
    return True


def _remove_old(current: Sequence[Path]) -> None:
    """Objects of sources that are no more."""
    for folder in BUILT.iterdir():
        if folder.is_dir() and folder not in current:
            shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Build and say what was done."""
    start = time.perf_counter()
    if util.find_spec("halide") is None:
        raise SystemExit("Halide is needed to build the pixel kernels: pip install 'atelier[build]'.")
    if not build():
        sys.stdout.write("The pixel kernels are current.\n")
        return 0
    size = LIBRARY.stat().st_size / 1e6
    sys.stdout.write(f"Built {LIBRARY.name}, {size:.1f} MB, in {time.perf_counter() - start:.0f} s.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
