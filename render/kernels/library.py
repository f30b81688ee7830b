"""Calling the compiled kernels: the library, its best variant for this processor, and numpy arrays as Halide buffers.

ctypes releases the GIL during a call. A buffer descriptor is packed into scratch memory of the thread with one
`struct.pack_into`; a call with three images costs a few microseconds. Kernels write only into their last argument.
"""

from __future__ import annotations

import ctypes
import json
import struct
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render.kernels.variants import LANES, LIBRARY, MANIFEST

Array = NDArray[Any]
Argument = Array | float | int

# struct halide_buffer_t of HalideRuntime.h: device, device interface, host, flags, type (code, bits, lanes), number of
# dimensions, their address, padding; then up to three struct halide_dimension_t: min, extent, stride, flags.
_BUFFER = struct.Struct("=QQQQBBHiQQ12i")
_DIMENSIONS_AT = 56
_SLOT = 128
_SLOTS = 24
TYPE_CODES = {"i": 0, "u": 1, "f": 2}


class KernelError(Exception):
    """The kernels are missing, or a kernel refused its arguments; the sentence says which."""


class _Scratch(threading.local):
    """Memory for the descriptors of one call, and the message of the last failure, each thread its own."""

    def __init__(self) -> None:
        self.memory = ctypes.create_string_buffer(_SLOT * _SLOTS)
        self.address = ctypes.addressof(self.memory)
        self.message = ""


_scratch = _Scratch()


def _keep_message(_context: int | None, message: bytes) -> None:
    """Halide's default would end the process."""
    _scratch.message = message.decode("utf-8", "replace").strip()


_error_handler = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)(_keep_message)


class Library:
    """The loaded shared library."""

    def __init__(self, library: Path, manifest: Path, variant: str | None = None) -> None:
        """With `variant` that one is used, whatever the processor is best at."""
        if not (library.exists() and manifest.exists()):
            raise KernelError("The pixel kernels are not built: run `python3 dev.py kernels`.")
        facts = json.loads(manifest.read_text())
        self.code = ctypes.CDLL(str(library))
        self.signatures: dict[str, str] = facts["signatures"]
        self.variants = [str(each["name"]) for each in facts["variants"] if self._runs(each)]
        if not self.variants:
            raise KernelError("This processor is too old for the pixel kernels: they need SSE 4.1.")
        self.variant = variant or self.variants[0]
        self.code.halide_set_error_handler(_error_handler)
        self._functions: dict[str, Any] = {}
        self._addresses: dict[str, int] = {}

    def _runs(self, variant: dict[str, Any]) -> bool:
        """Whether this processor has all that a variant needs."""
        words = (ctypes.c_uint64 * len(variant["features"]))(*variant["features"])
        return bool(self.code.halide_can_use_target_features(len(words), words))

    def function(self, name: str) -> Any:
        """The kernel as a ctypes function, ready to call."""
        found = self._functions.get(name)
        if found is None:
            types = {"b": ctypes.c_void_p, "f": ctypes.c_float, "i": ctypes.c_int32}
            found = getattr(self.code, f"{name}_{self.variant}")
            found.argtypes = [types[letter] for letter in self.signatures[name]]
            found.restype = ctypes.c_int
            self._functions[name] = found
        return found


    def address(self, name: str) -> int:
        """Where the kernel's code is, for C that calls it."""
        found = self._addresses.get(name)
        if found is None:
            found = self._addresses[name] = int(ctypes.cast(self.function(name), ctypes.c_void_p).value or 0)
        return found


@cache
def library() -> Library:
    """The library, loaded on first use; raises KernelError with a sentence if it was never built."""
    return Library(LIBRARY, MANIFEST)


def describe(array: Array, slot: int) -> int:
    """Write the descriptor of `array` into a scratch slot and return its address.

    (height, width, 4) of uint8 or 16-bit types becomes one word a pixel, as the kernels expect.
    """
    shape, strides, kind = array.shape, array.strides, array.dtype
    size = kind.itemsize
    host = array.__array_interface__["data"][0]
    address = _scratch.address + slot * _SLOT
    dimensions = address + _DIMENSIONS_AT
    code = TYPE_CODES[kind.kind]
    if len(shape) == 3:
        if shape[2] != 4 or strides[2] != size or (shape[1] > 1 and strides[1] != 4 * size):
            raise KernelError(f"An image must be (height, width, 4) with packed rows, not {shape}, strides {strides}.")
        if size < 4:
            rows = (0, shape[1], 1, 0, 0, shape[0], strides[0] // (4 * size), 0, 0, 0, 0, 0)
            packed = (0, 0, host, 0, 1, 32 * size, 1, 2, dimensions, 0, *rows)
        else:
            rows = (0, shape[1], 4, 0, 0, shape[0], strides[0] // size, 0, 0, 4, 1, 0)
            packed = (0, 0, host, 0, code, 8 * size, 1, 3, dimensions, 0, *rows)
    elif len(shape) == 2:
        if shape[1] > 1 and strides[1] != size:
            raise KernelError(f"A plane must have packed rows, not strides {strides}.")
        rows = (0, shape[1], 1, 0, 0, shape[0], strides[0] // size, 0, 0, 0, 0, 0)
        packed = (0, 0, host, 0, code, 8 * size, 1, 2, dimensions, 0, *rows)
    else:
        rows = (0, shape[0], 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        packed = (0, 0, host, 0, code, 8 * size, 1, 1, dimensions, 0, *rows)
    _BUFFER.pack_into(_scratch.memory, slot * _SLOT, *packed)
    return address


def run(name: str, *arguments: Argument) -> None:
    """Call a kernel. Arrays are described as they lie in memory; the last argument is written.

    Raises KernelError if the kernel refuses them.
    """
    function = library().function(name)
    words = [
        describe(argument, slot) if isinstance(argument, np.ndarray) else argument
        for slot, argument in enumerate(arguments)
    ]
    if function(*words) != 0:
        raise KernelError(describe_error(name))


def describe_error(name: str) -> str:
    """What a kernel said when it refused its arguments, on this thread."""
    return f"{name}: {_scratch.message}"


def run_pointwise(name: str, *arguments: Argument, left: int | None = None) -> None:
    """Call a kernel that works on whole vectors of LANES pixels, on images of any width; tables must be `Table`s.

    The columns after the last whole vector go through a padded copy. `left` is the place of the argument that holds the
    first column's x, if there is one.
    """
    output = arguments[-1]
    assert isinstance(output, np.ndarray)
    width = output.shape[1]
    rest = width % LANES
    if rest == 0:
        if output.size:
            run(name, *arguments)
        return
    whole = width - rest
    if whole and output.size:
        run(name, *(_columns(argument, 0, whole) for argument in arguments))
    padded = [_padded(_columns(argument, whole, width)) for argument in arguments]
    if output.size:
        if left is not None:
            padded[left] = int(padded[left]) + whole
        run(name, *padded)
        output[:, whole:] = padded[-1][:, :rest]  # type: ignore[index]


class Table(np.ndarray):
    """An array that belongs to a whole call and is never cut into columns: `array.view(Table)`."""


def _columns(argument: Argument, start: int, stop: int) -> Argument:
    if isinstance(argument, np.ndarray) and not isinstance(argument, Table):
        return argument[:, start:stop]
    return argument


def _padded(argument: Argument) -> Argument:
    """A copy of a narrow image, LANES wide."""
    if not isinstance(argument, np.ndarray) or isinstance(argument, Table):
        return argument
    copy = np.zeros((argument.shape[0], LANES, *argument.shape[2:]), argument.dtype)
    copy[:, : argument.shape[1]] = argument
    return copy


def packed(array: Array) -> Array:
    """The array itself if the kernels can read it, else a contiguous copy."""
    size = array.dtype.itemsize
    inner = array.strides[1:] == ((4 * size, size) if array.ndim == 3 else (size,))
    step = size * (4 if array.ndim == 3 else 1)
    if inner and array.strides[0] % step == 0:
        return array
    return np.ascontiguousarray(array)
