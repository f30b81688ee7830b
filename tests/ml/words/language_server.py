"""A language server on this machine that behaves badly on request."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAUSE = 0.01
LONGEST_STALL = 30.0


@dataclass
class Manners:
    """`answers` in turn, the last one again and again. `way`: "stream" (events in chunks), "whole" (one answer),
    "stall" (two words and then silence), "silent" (not a byte), "cut" (hangs up in the middle), "rubbish", "lines"
    (events without a length), "error" (in the stream)."""

    answers: list[str] = field(default_factory=lambda: ["Hello there."])
    models: list[str] = field(default_factory=lambda: ["tiny-one", "tiny-two"])
    way: str = "stream"
    status: int = 200
    refusal: str = "model '{model}' not found"
    asked: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""
    ended: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    manners: Manners

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.manners.way == "rubbish":
            self._send(b"<html>It works!</html>", "text/html")
            return
        self._send(json.dumps({"data": [{"id": name} for name in self.manners.models]}).encode())

    def do_POST(self) -> None:
        told = self.manners
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told.asked.append(asked)
        if told.status != 200:
            self.send_response(told.status)
            message = told.refusal.format(model=asked["model"])
            self._body(json.dumps({"error": {"message": message}}).encode())
            return
        answer = told.answers[min(len(told.asked), len(told.answers)) - 1]
        with suppress(OSError):  # the asker went away
            getattr(self, f"_{told.way}")(answer)
        self.close_connection = True

    def _send(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self._body(body)

    def _body(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _stream(self, answer: str) -> None:
        self._begin()
        for event in events(answer):
            half = len(event) // 2  # events need not come whole
            self._chunk(event[:half])
            self._chunk(event[half:])
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _lines(self, answer: str) -> None:
        self.send_response(200)
        self.end_headers()
        for event in events(answer):
            self.wfile.write(event)
            time.sleep(PAUSE)

    def _whole(self, answer: str) -> None:
        self._send(json.dumps({"choices": [{"message": {"content": answer}}]}, indent=1).encode())

    def _stall(self, answer: str) -> None:
        self._begin()
        for event in events(answer)[:2]:
            self._chunk(event)
        self.manners.ended.wait(LONGEST_STALL)

    def _silent(self, answer: str) -> None:
        self.manners.ended.wait(LONGEST_STALL)

    def _cut(self, answer: str) -> None:
        self._begin()
        self._chunk(events(answer)[0])

    def _rubbish(self, answer: str) -> None:
        self._begin()
        self._chunk(b"data: {not json\n\n")

    def _error(self, answer: str) -> None:
        self._begin()
        self._chunk(events(answer)[0])
        self._chunk(b'data: {"error": {"message": "out of memory"}}\n\n')


def events(answer: str) -> list[bytes]:
    """Server-sent events with a word each."""
    words = answer.split(" ")
    texts = [word if place == 0 else f" {word}" for place, word in enumerate(words)]
    plain = [{"choices": [{"delta": {"content": text}}]} for text in texts]
    return [b"data: " + json.dumps(event).encode() + b"\n\n" for event in plain]


@contextmanager
def serving(**manners: Any) -> Iterator[Manners]:
    told = Manners(**manners)
    handler = type("Told", (Handler,), {"manners": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        told.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
