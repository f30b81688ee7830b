"""The processors that the kernels are compiled for, and where the library stands.

Every kernel exists once per variant, with the name as suffix. The best one that the machine can run is chosen when the
library is loaded. No Halide is imported here: `features` are the words of a Halide target string.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from pathlib import Path

BUILT = Path(__file__).parent / "_build"
MANIFEST = BUILT / "manifest.json"
LIBRARY = BUILT / {"win32": "atelier_kernels.dll", "darwin": "libatelier_kernels.dylib"}.get(
    sys.platform, "libatelier_kernels.so"
)

LANES = 16
"""Pixels that a row must be a multiple of for the pointwise kernels: the longest vector of any variant."""


@dataclass(frozen=True)
class Variant:
    """One level of processor: suffix of its functions, Halide features, floats a vector."""

    name: str
    features: tuple[str, ...]
    lanes: int


X86 = (
    Variant("avx512", ("sse41", "avx", "avx2", "f16c", "fma", "avx512", "avx512_skylake"), 16),
    Variant("avx2", ("sse41", "avx", "avx2", "f16c", "fma"), 8),
    Variant("sse41", ("sse41",), 8),
)
ARM = (Variant("neon", (), 8),)


def variants() -> tuple[Variant, ...]:
    """The variants for this machine's kind of processor, the best first, the last one running everywhere."""
    return ARM if platform.machine().lower() in ("arm64", "aarch64") else X86


def target_base() -> str:
    """Architecture and system as Halide names them."""
    architecture = "arm-64" if variants() is ARM else "x86-64"
    system = {"Linux": "linux", "Darwin": "osx", "Windows": "windows"}[platform.system()]
    return f"{architecture}-{system}"
