"""A proxy on loopback between us and a store: cuts, delays, corrupts, and tells what passed."""

from __future__ import annotations

import random
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy(socketserver.ThreadingTCPServer):
    """`faults` may hold "cut" (either way, at a random byte), "corrupt" (a byte of a body is changed) and "delay".

    `share` is the chance that a connection is hit.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, target: tuple[str, int], seed: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Relay)
        self.target = target
        self.chance = random.Random(seed)
        self.faults: tuple[str, ...] = ()
        self.share = 0.0
        self.hits = 0
        self.sent = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault(self) -> str:
        if self.faults and self.chance.random() < self.share:
            self.hits += 1
            return self.chance.choice(self.faults)
        return ""


class Relay(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(self.server.target, timeout=30) as far:
            back = threading.Thread(target=self._pass, args=(far, self.request, ""), daemon=True)
            back.start()
            self._pass(self.request, far, self.server.fault())
            back.join(30)

    def _pass(self, source: socket.socket, target: socket.socket, fault: str) -> None:
        """Bytes one way until they end; a cut closes both ends."""
        limit = self.server.chance.randrange(600, 200_000) if fault == "cut" else -1
        passed = 0
        with suppress(OSError):
            while data := source.recv(65536):
                if fault == "delay":
                    threading.Event().wait(0.05)
                if fault == "corrupt" and passed > 2_000:
                    data, fault = data[:-1] + bytes([data[-1] ^ 0x55]), ""
                passed += len(data)
                if target is not self.request:
                    self.server.sent += len(data)
                if 0 <= limit < passed:
                    target.shutdown(socket.SHUT_RDWR)
                    source.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def proxied(store: str, seed: int = 0) -> Iterator[Proxy]:
    host, _, port = store.removeprefix("http://").partition(":")
    with Proxy((host, int(port)), seed) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
