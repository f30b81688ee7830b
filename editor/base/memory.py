"""How much memory is free, without a library: Linux and Windows say it directly, macOS in pages."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path


def free_memory() -> int | None:
    """Bytes that a program may still take before the system swaps; None when the system does not say."""
    try:
        if sys.platform == "win32":
            return _windows()
        if sys.platform == "darwin":
            return _mac()
        return _linux(Path("/proc/meminfo").read_text(encoding="ascii"))
    except (OSError, ValueError, AttributeError, subprocess.SubprocessError):
        return None


def _linux(meminfo: str) -> int | None:
    for line in meminfo.splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _mac() -> int:
    """Free, inactive and speculative pages of `vm_stat`."""
    text = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, text=True, check=True, timeout=2).stdout
    wanted = ("Pages free", "Pages inactive", "Pages speculative")
    pages = sum(int(line.split(":")[1].strip(" .")) for line in text.splitlines() if line.startswith(wanted))
    return pages * os.sysconf("SC_PAGE_SIZE")


def _windows() -> int:
    """`ullAvailPhys` of MEMORYSTATUSEX: a 64-byte structure whose third field follows two 32-bit ones and a total."""
    buffer = ctypes.create_string_buffer(64)
    ctypes.c_uint32.from_buffer(buffer, 0).value = 64
    ctypes.windll.kernel32.GlobalMemoryStatusEx(buffer)  # type: ignore[attr-defined,unused-ignore]
    return int(ctypes.c_uint64.from_buffer(buffer, 16).value)
