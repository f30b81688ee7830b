"""A language model on this machine, behind the HTTP interface that Ollama, llama.cpp and LM Studio share.

Only asked when a person wants it. Only addresses of this computer are reached, unless the person allows others. No
proxy is used and no redirection followed. Answers come word by word, so that stopping takes effect at once.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ml.errors import ModelError
from ml.progress import SILENT, Progress

LISTEN = 0.2
"""Seconds after which a silent server is left for a look at whether to stop."""
CONNECT, TRIES = 0.8, 4
"""Seconds and attempts to reach a server: a wish to stop is heard between them."""
FIRST_WORD, BETWEEN_WORDS = 300.0, 60.0
"""Seconds: a model may take minutes to load, but once it speaks it goes on."""
SHOWN_PIECES, SHOWN = 40, 80
"""So much of what is being said is told with the progress."""
MOST_TEXT, MOST_LINE, MOST_ERROR = 200_000, 1 << 20, 4096
NOT_RUNNING = "Start it (Ollama, LM Studio or llama.cpp's server), or correct its address."


@dataclass(frozen=True)
class Server:
    """`address` such as "http://127.0.0.1:11434"; `model` "" takes the first that the server names. `anywhere` is a
    person's word that the address need not be on this computer."""

    address: str
    model: str = ""
    anywhere: bool = False

    def models(self, progress: Progress = SILENT) -> list[str]:
        """What the server can run, as it names it."""
        with _Call(self, "GET", "/v1/models", None, progress) as call:
            plain = _read_json(call.body(progress), self.address)
        data = plain.get("data") if isinstance(plain, dict) else None
        if not isinstance(data, list):
            raise _not_understood(self.address)
        return [str(item["id"]) for item in data if isinstance(item, dict) and item.get("id")]

    def ask(self, instruction: str, text: str, progress: Progress = SILENT, most: int = 2000) -> str:
        """What the model says to an instruction and a text. `most` is in tokens."""
        model = self.model or self.first_model(progress)
        wish = {
            "model": model, "stream": True, "max_tokens": most, "temperature": 0.3,
            "messages": [{"role": "system", "content": instruction}, {"role": "user", "content": text}],
        }
        said: list[str] = []
        length = 0
        with _Call(self, "POST", "/v1/chat/completions", wish, progress) as call:
            for piece in call.words(model, progress):
                said.append(piece)
                length += len(piece)
                progress(min(0.95, length / (most * 3)), "".join(said[-SHOWN_PIECES:])[-SHOWN:])
                if length > MOST_TEXT:
                    break
        answer = "".join(said).strip()
        if not answer:
            raise ModelError("The language model said nothing.", "Try another model, or ask in other words.")
        return answer

    def first_model(self, progress: Progress) -> str:
        names = self.models(progress)
        if not names:
            raise ModelError("The language server has no model.", "Load one there first.")
        return names[0]


class _Call:
    """One request. Sockets wait only briefly, so that a wish to stop is heard within a moment."""

    def __init__(self, server: Server, method: str, path: str, body: Any, progress: Progress) -> None:
        self.server, self.method, self.path, self.payload, self.progress = server, method, path, body, progress
        self.buffer = b""
        self.has_spoken = False

    def __enter__(self) -> _Call:
        host, port, base, secure = checked_address(self.server.address, self.server.anywhere)
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self.connection = kind(host, port, timeout=CONNECT)
        body = None if self.payload is None else json.dumps(self.payload).encode()
        headers = {"Accept": "text/event-stream, application/json", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connect()
            self.connection.request(self.method, base + self.path, body, headers)
            assert self.connection.sock is not None
            self.socket = self.connection.sock
            self.socket.settimeout(LISTEN)
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise ModelError(
                "No language server answers at {address}.", NOT_RUNNING, address=self.server.address
            ) from error
        return self

    def _connect(self) -> None:
        for attempt in range(TRIES):
            self.progress.check()
            try:
                self.connection.connect()
                return
            except TimeoutError:
                self.connection.close()
                if attempt == TRIES - 1:
                    raise

    def __exit__(self, *error: object) -> None:
        self.connection.close()

    def _more(self, progress: Progress) -> bytes:
        """The next bytes; b"" at the end."""
        began = time.monotonic()
        patience = BETWEEN_WORDS if self.has_spoken else FIRST_WORD
        while True:
            progress.check()
            try:
                return self.socket.recv(1 << 16)
            except TimeoutError:
                if time.monotonic() - began > patience:
                    raise ModelError(
                        "The language server at {address} has stopped answering.",
                        "Look at what it says, or try again.", address=self.server.address,
                    ) from None
            except OSError as error:
                raise _cut_off(self.server.address) from error

    def _head(self, progress: Progress) -> tuple[int, dict[str, str]]:
        while b"\r\n\r\n" not in self.buffer:
            piece = self._more(progress)
            if not piece:
                raise _cut_off(self.server.address) if self.buffer else _not_understood(self.server.address)
            self.buffer += piece
            if len(self.buffer) > MOST_LINE:
                raise _not_understood(self.server.address)
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        parts = lines[0].split(None, 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/") or not parts[1].isdigit():
            raise _not_understood(self.server.address)
        pairs = (line.partition(":") for line in lines[1:])
        return int(parts[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}

    def _pieces(self, progress: Progress) -> Iterator[bytes]:
        """The body as it comes, without the frames of chunked transfer."""
        status, headers = self._head(progress)
        chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "")
        raw = self._chunks(progress) if chunked else self._plain(progress, int(length) if length.isdigit() else None)
        if status != 200:
            raise self._refusal(status, raw)
        yield from raw

    def _plain(self, progress: Progress, length: int | None) -> Iterator[bytes]:
        left = length
        while left is None or left > 0:
            piece, self.buffer = self.buffer, b""
            piece = piece or self._more(progress)
            if not piece:
                if left:
                    raise _cut_off(self.server.address)
                return
            left = None if left is None else left - len(piece)
            yield piece

    def _chunks(self, progress: Progress) -> Iterator[bytes]:
        while True:
            size = self._until(b"\r\n", progress)
            try:
                count = int(size.split(b";")[0] or b"0", 16)
            except ValueError as error:
                raise _not_understood(self.server.address) from error
            if count == 0:
                return
            if count > MOST_LINE:
                raise _not_understood(self.server.address)
            while len(self.buffer) < count + 2:
                piece = self._more(progress)
                if not piece:
                    raise _cut_off(self.server.address)
                self.buffer += piece
            yield self.buffer[:count]
            self.buffer = self.buffer[count + 2 :]

    def _until(self, mark: bytes, progress: Progress) -> bytes:
        while mark not in self.buffer:
            piece = self._more(progress)
            if not piece or len(self.buffer) > MOST_LINE:
                raise _cut_off(self.server.address)
            self.buffer += piece
        line, _, self.buffer = self.buffer.partition(mark)
        return line

    def _refusal(self, status: int, body: Iterator[bytes]) -> ModelError:
        """What the server's own message says, in its words."""
        raw = b""
        for piece in body:
            raw += piece
            if len(raw) > MOST_ERROR:
                break
        said = raw[:300].decode("utf-8", "replace").strip()
        try:
            plain = json.loads(raw)
            inner = plain.get("error", plain) if isinstance(plain, dict) else plain
            said = str(inner.get("message", inner) if isinstance(inner, dict) else inner)[:300]
        except ValueError:
            pass
        if status == 404 or ("model" in said.lower() and "not found" in said.lower()):
            model = self.payload["model"] if self.payload else ""
            return ModelError(
                "The language server does not know the model {model}: {reason}",
                "Choose a model that is installed there.", model=model, reason=said,
            )
        return ModelError("The language server refused ({status}): {reason}", status=status, reason=said)

    def body(self, progress: Progress) -> bytes:
        raw = b""
        for piece in self._pieces(progress):
            raw += piece
            if len(raw) > MOST_LINE:
                raise _not_understood(self.server.address)
        return raw

    def words(self, model: str, progress: Progress) -> Iterator[str]:
        """Pieces of the answer: from a stream of events, or from one answer when the server does not stream."""
        waiting = b""
        for piece in self._pieces(progress):
            waiting += piece
            if len(waiting) > MOST_LINE:
                raise _not_understood(self.server.address)
            if waiting.lstrip().startswith(b"{"):
                continue
            *lines, waiting = waiting.split(b"\n")
            for line in lines:
                if line.strip() == b"data: [DONE]":
                    return
                if line.startswith(b"data:"):
                    self.has_spoken = True
                    yield _said(_read_json(line[5:], self.server.address), self.server.address)
        if waiting.lstrip().startswith(b"{"):
            yield _said(_read_json(waiting, self.server.address), self.server.address)


def _read_json(raw: bytes, address: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise _not_understood(address) from error


def _said(plain: Any, address: str) -> str:
    """The words in one event or one answer."""
    if isinstance(plain, dict) and plain.get("error"):
        inner = plain["error"]
        said = inner.get("message", inner) if isinstance(inner, dict) else inner
        raise ModelError("The language server stopped: {reason}", reason=str(said)[:300])
    choices = plain.get("choices") if isinstance(plain, dict) else None
    if not isinstance(choices, list):
        raise _not_understood(address)
    first = choices[0] if choices else {}
    part = (first.get("delta") or first.get("message") or {}) if isinstance(first, dict) else {}
    content = part.get("content") if isinstance(part, dict) else None
    return content if isinstance(content, str) else ""


def checked_address(address: str, anywhere: bool) -> tuple[str, int, str, bool]:
    """(host, port, path, secure). Names are looked up only where the person allows other computers; else a host must
    be "localhost" or an address of this computer."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        port = parts.port
    except ValueError as error:
        raise ModelError("{address} is not an address.", "Write it like http://127.0.0.1:11434.",
                         address=address) from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise ModelError("{address} is not an address.", "Write it like http://127.0.0.1:11434.", address=address)
    if not anywhere and not _is_this_computer(host):
        raise ModelError(
            "{host} is not this computer, and your text would be sent there.",
            "Allow other computers in the options if you want this.", host=host,
        )
    secure = parts.scheme == "https"
    path = parts.path.rstrip("/").removesuffix("/v1")
    return ("127.0.0.1" if host == "localhost" else host), port or (443 if secure else 80), path, secure


def _is_this_computer(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _not_understood(address: str) -> ModelError:
    return ModelError(
        "What answers at {address} is not a language server that is known here.",
        "It must speak the interface of OpenAI (Ollama, LM Studio and llama.cpp do).", address=address,
    )


def _cut_off(address: str) -> ModelError:
    return ModelError("The language server at {address} broke off in the middle.", "Try again.", address=address)
