"""Seconds from starting a program to its first window, and to its first answer, on a screen of its own.

The same clock for every program: a fresh Xvfb, no window manager, libX11 through ctypes. A window counts when it is
mapped on the root and at least 500 by 400. "Answering" is the reply to `_NET_WM_PING`, which a program can only send
from its event loop.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.benchmarks import PeerMissing

MIN_WIDTH, MIN_HEIGHT = 500, 400
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.002
CLIENT_MESSAGE, CHANGES_UNDER_ROOT = 33, 1 << 17 | 1 << 19  # Qt's reply comes with the first of the two masks
VIEWABLE = 2


class _Attributes(ctypes.Structure):
    """The head of XWindowAttributes, and room for the rest."""

    _fields_ = [
        ("x", ctypes.c_int), ("y", ctypes.c_int), ("width", ctypes.c_int), ("height", ctypes.c_int),
        ("border", ctypes.c_int), ("depth", ctypes.c_int), ("visual", ctypes.c_void_p), ("root", ctypes.c_ulong),
        ("class_", ctypes.c_int), ("bit_gravity", ctypes.c_int), ("win_gravity", ctypes.c_int),
        ("backing_store", ctypes.c_int), ("planes", ctypes.c_ulong), ("pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int), ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int), ("rest", ctypes.c_long * 16),
    ]


class _ClientMessage(ctypes.Structure):
    """XClientMessageEvent, padded to the size of XEvent."""

    _fields_ = [
        ("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 16),
    ]


class Screen:
    """A connection to one X server: which windows are up, and do they answer."""

    def __init__(self, name: str) -> None:
        self.x = ctypes.CDLL("libX11.so.6")
        for function, result in (("XOpenDisplay", ctypes.c_void_p), ("XDefaultRootWindow", ctypes.c_ulong),
                                 ("XInternAtom", ctypes.c_ulong)):
            getattr(self.x, function).restype = result
        # A window may vanish between listing and asking: an X error must not end the benchmark.
        self._ignore = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)
        self.x.XSetErrorHandler(self._ignore)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(name.encode()))
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.x.XSelectInput(self.display, self.root, ctypes.c_long(CHANGES_UNDER_ROOT))
        self.ping = self.x.XInternAtom(self.display, b"_NET_WM_PING", 0)
        self.protocols = self.x.XInternAtom(self.display, b"WM_PROTOCOLS", 0)

    def window(self) -> int | None:
        """The first mapped top-level window of a real size."""
        root, parent, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
        children = ctypes.POINTER(ctypes.c_ulong)()
        self.x.XQueryTree(self.display, self.root, *map(ctypes.byref, (root, parent, children, count)))
        found = None
        for window in children[: count.value]:
            attributes = _Attributes()
            known = self.x.XGetWindowAttributes(self.display, ctypes.c_ulong(window), ctypes.byref(attributes))
            large = attributes.width >= MIN_WIDTH and attributes.height >= MIN_HEIGHT
            if known and large and attributes.map_state == VIEWABLE:
                found = window
                break
        if children:
            self.x.XFree(children)
        return found

    def ask(self, window: int) -> None:
        """Send the ping of the window manager protocol."""
        event = _ClientMessage(CLIENT_MESSAGE, 0, 1, self.display, window, self.protocols, 32)
        event.data[:] = [self.ping, 0, window, 0, 0]
        self.x.XSendEvent(self.display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self.x.XFlush(self.display)

    def answered(self) -> bool:
        """Did a ping come back to the root since the last look?"""
        event = _ClientMessage()
        while self.x.XPending(self.display):
            self.x.XNextEvent(self.display, ctypes.byref(event))
            if event.type == CLIENT_MESSAGE and event.data[0] == self.ping:
                return True
        return False

    def close(self) -> None:
        self.x.XCloseDisplay(self.display)


@contextmanager
def fresh_screen() -> Iterator[str]:
    """The name of a new virtual screen that ends with the block."""
    if shutil.which("Xvfb") is None:
        raise PeerMissing("Xvfb is not installed: apt-get install xvfb")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def first_window(command: list[str], home: str, answering: bool) -> float:
    """Seconds until `command` shows a window and, with `answering`, has replied to a ping."""
    with fresh_screen() as name:
        screen = Screen(name)
        environment = os.environ | {"DISPLAY": name, "HOME": home, "LIBGL_ALWAYS_SOFTWARE": "1"}
        for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
            environment[f"XDG_{variable}_HOME"] = f"{home}/{variable.lower()}"
        environment.pop("WAYLAND_DISPLAY", None)
        environment.pop("QT_QPA_PLATFORM", None)
        start = time.perf_counter()
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, stdin=quiet, stdout=quiet, stderr=quiet)
        try:
            return _wait(screen, process, answering) - start
        finally:
            screen.close()
            process.kill()
            process.wait()


def _wait(screen: Screen, process: subprocess.Popen[bytes], answering: bool) -> float:
    """The moment at which the window is there (and answers)."""
    asked = False
    end = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < end and process.poll() is None:
        window = screen.window()
        if window is not None and not answering:
            return time.perf_counter()
        if window is not None and not asked:
            screen.ask(window)
            asked = True
        if asked and screen.answered():
            return time.perf_counter()
        time.sleep(POLL_SECONDS)
    raise RuntimeError(f"no window within {PATIENCE_SECONDS:.0f} s, or the program ended (code {process.poll()})")
