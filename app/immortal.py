"""Keeps None, True, False and NotImplemented alive under PySide6 on Python 3.11.

WORKAROUND: PySide6 6.12's one wheel for all Pythons takes it for granted that these objects are immortal, as they are
from Python 3.12 on (PEP 683), and gives away references to them that it never took: one of None for each call of
`QWidget.update` or `processEvents`, one of True for each `emit`. On 3.11 the count reaches nothing after some ten
thousand calls and Python ends with "none_dealloc: deallocating None". Decision 0032 has the figures. To go when
Python 3.11 does, or when tests/app/test_immortal.py passes without it.
"""

import ctypes
import sys

HELD = (None, True, False, NotImplemented)
AMPLE = 1 << 40
"""More references than a program can give away in years, and far from overflowing."""


def is_needed() -> bool:
    return sys.implementation.name == "cpython" and sys.version_info < (3, 12)


def keep_singletons() -> None:
    """Once a process: a second call adds nothing. The reference count is the first field of every object."""
    if not is_needed() or ctypes.sizeof(ctypes.c_ssize_t) < 8:
        return
    for held in HELD:
        count = ctypes.c_ssize_t.from_address(id(held))
        if count.value < AMPLE // 2:
            count.value += AMPLE
