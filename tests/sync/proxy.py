"""A proxy on loopback between us and a store, which does what bad networks and busy stores do."""

from __future__ import annotations

import http.client
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULTS = {
    "cut": "the connection breaks at a random byte, on the way there or back",
    "lost": "the request arrives, its answer does not",
    "delay": "every piece waits up to half a second",
    "duplicate": "the request arrives twice; the second answer comes back",
    "corrupt": "a byte of the body is changed on the way there",
    "corrupt back": "a byte of the body is changed on the way back",
    "500": "bursts of 500 Internal Error",
    "503": "bursts of 503 Slow Down",
    "skew": "the store says that the clocks differ",
}
ANSWERS = {"500": (500, "InternalError"), "503": (503, "SlowDown"), "skew": (403, "RequestTimeTooSkewed")}
LONGEST_BURST = 6


class Proxy(ThreadingHTTPServer):
    """`faults` names some of FAULTS; `share` is the chance that a request is hit."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, target: tuple[str, int], seed: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Relay)
        self.target = target
        self.chance = random.Random(seed)
        self.faults: tuple[str, ...] = ()
        self.share = 0.0
        self.hits = 0
        self.requests = 0
        self.sent = 0
        self._burst = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault(self) -> str:
        self.requests += 1
        if self._burst > 0 and self.faults:
            self._burst -= 1
        elif not self.faults or self.chance.random() >= self.share:
            return ""
        else:
            self._burst = self.chance.randrange(LONGEST_BURST) if self.faults[0] in ("500", "503") else 0
        self.hits += 1
        return self.chance.choice(self.faults)

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken connections are what it is for."""


class Relay(BaseHTTPRequestHandler):
    server: Proxy
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        size, fault, chance = int(self.headers.get("Content-Length") or 0), self.server.fault(), self.server.chance
        if fault == "delay":
            threading.Event().wait(chance.uniform(0, 0.5))
        body = self.rfile.read(size)
        self.server.sent += size
        if fault in ANSWERS:
            status, code = ANSWERS[fault]
            clock = {"Date": "Fri, 01 Jan 2021 00:00:00 GMT"} if fault == "skew" else {}
            self._answer(status, clock, f"<Error><Code>{code}</Code></Error>".encode())
            return
        back = fault == "corrupt back" or (fault == "cut" and chance.random() < 0.5)
        if fault == "corrupt" and size:
            body = _flipped(body, chance.randrange(size))
        if fault == "cut" and not back:
            self._forward(body, most=chance.randrange(size + 1))
            self.close_connection = True
            return
        answered = self._forward(body)
        if fault == "duplicate":
            answered = self._forward(body)
        if answered is None or fault == "lost":
            self.close_connection = True
            return
        status, headers, data = answered
        if fault == "corrupt back" and data:
            data = _flipped(data, chance.randrange(len(data)))
        self._answer(status, headers, data, cut=chance.randrange(len(data) + 1) if fault == "cut" else None)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815

    def _forward(self, body: bytes, most: int | None = None) -> tuple[int, dict[str, str], bytes] | None:
        """What the store answers; None when it was told only `most` bytes, or hung up."""
        far = http.client.HTTPConnection(*self.server.target, timeout=60)
        with suppress(OSError, http.client.HTTPException):
            far.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                far.putheader(name, value)
            far.endheaders(body if most is None else body[:most])
            if most is None:
                found = far.getresponse()
                data = found.read()
                far.close()
                return found.status, dict(found.getheaders()), data
        far.close()
        return None

    def _answer(self, status: int, headers: dict[str, str], data: bytes, cut: int | None = None) -> None:
        self.send_response_only(status)
        gone = ("connection", "transfer-encoding", "content-length")
        for name, value in headers.items():
            if name.lower() not in gone:
                self.send_header(name, value)
        length = headers.get("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data if cut is None else data[:cut])
        if cut is not None:
            self.close_connection = True

    def log_message(self, *values: object) -> None:
        """Nobody reads it."""


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


@contextmanager
def proxied(store: str, seed: int = 0) -> Iterator[Proxy]:
    host, _, port = store.removeprefix("http://").partition(":")
    with Proxy((host, int(port)), seed) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
