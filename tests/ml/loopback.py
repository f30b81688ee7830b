"""A web server on this machine that behaves badly on request."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Behaviour:
    """What the server does. `cuts`: after how many bytes of each answer it hangs up, in turn (None: not at all).
    `refusals` are numbers and headers by path, `dynamic` answers what is no file, `chunked` tells no length."""

    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    ranges: bool = True
    etag: str = '"one"'
    claimed: int | None = None
    cuts: list[int | None] = field(default_factory=list)
    pause: float = 0.0
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    address: str = ""
    refusals: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    dynamic: Callable[[str], bytes | None] = lambda path: None
    chunked: bool = False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behaviour: Behaviour

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        told = self.behaviour
        wanted = self.headers.get("Range", "")
        told.asked.append((self.path, wanted))
        if self.path in told.redirects:
            self.send_response(302)
            self.send_header("Location", told.redirects[self.path])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path.partition("?")[0] in told.refusals:
            status, headers = told.refusals[self.path.partition("?")[0]]
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            return
        data = told.files.get(self.path)
        data = told.dynamic(self.path) if data is None else data
        if told.status != 200 or data is None:
            self.send_error(told.status if told.status != 200 else 404)
            return
        self._send(data, wanted)

    do_HEAD = do_GET  # noqa: N815 - its name there

    def _send(self, data: bytes, wanted: str) -> None:
        told = self.behaviour
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        fits = self.headers.get("If-Range") in (None, told.etag)
        start = int(found[1]) if found and told.ranges and fits else 0
        if start and start >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if told.etag:
            self.send_header("ETag", told.etag)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        length = len(data) - start if told.claimed is None else told.claimed
        if not told.chunked:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = told.cuts.pop(0) if told.cuts else None
        self._write(data[start:] if cut is None else data[start : start + cut])
        self.close_connection = True

    def _write(self, data: bytes) -> None:
        step = 4096 if self.behaviour.pause else 1 << 20
        try:
            for at in range(0, len(data), step):
                self.wfile.write(data[at : at + step])
                self.wfile.flush()
                time.sleep(self.behaviour.pause)
        except OSError:
            return


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Behaviour]:
    behaviour = Behaviour()
    handler = type("Bound", (Handler,), {"behaviour": behaviour})
    server = Quiet(("127.0.0.1", 0), handler)
    behaviour.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
    thread.start()
    try:
        yield behaviour
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
