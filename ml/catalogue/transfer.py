"""One answer of one server, read on a thread of its own so that whoever waits for it can stop within a moment."""

from __future__ import annotations

import http.client
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ml.errors import ModelError
from ml.progress import Progress

BLOCK = 256 << 10
WAITING_BLOCKS = 8
CHECK_SECONDS = 0.1
SILENCE_SECONDS = 30.0
"""A server that sends nothing for so long has gone."""
MOST_REDIRECTS = 8
LENGTH = re.compile(r"[0-9]{1,15}")
CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class ServerError(ModelError):
    """A server's doing. `status` is the number it answered with, 0 for none, `wait` the seconds it asks to be left
    alone for; whoever fetches something else than a model says better what to do."""

    status = 0
    wait = 0


class Told(Exception):
    """Carries what to tell the person, if nothing else helps."""

    def __init__(self, told: ModelError) -> None:
        super().__init__(str(told))
        self.told = told


def anywhere(address: str) -> bool:
    """Whether a server may send us to an address: yes, to any of http or https."""
    return True


class Refused(Told):
    """This address will not give the file."""


class Cut(Told):
    """It may go on from where it was cut off."""


class Unreachable(Told):
    """No connection, or none any more."""


class Transfer:
    """`open`, then `blocks`, then `close`; `validator` is the server's name for this version of the file, `length` what
    it says of the whole one's bytes, 0 if nothing. `allows` is asked of every address that it sends us to."""

    def __init__(
        self, address: str, start: int = 0, validator: str = "", allows: Callable[[str], bool] = anywhere,
        method: str = "GET",
    ) -> None:
        self.address = address
        self.server = urlsplit(address).netloc
        self.validator = ""
        self.length = 0
        self._allows = allows
        headers = {"User-Agent": "Atelier", "Accept-Encoding": "identity"}
        self._request = Request(address, headers=headers, method=method)
        if start:
            self._request.add_header("Range", f"bytes={start}-")
            if validator:
                self._request.add_header("If-Range", validator)
        self._start = start
        self._news: queue.Queue[Any] = queue.Queue(WAITING_BLOCKS)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="download", daemon=True)

    def open(self, size: int, progress: Progress) -> int:
        """Where the bytes that come will begin; `size` is 0 where nobody knows it. Raises Refused, Unreachable, and
        what `progress` raises."""
        self._thread.start()
        answer = self._next(progress)
        if isinstance(answer, Told):
            raise answer
        status, headers = answer
        tag = headers.get("ETag", "")
        self.validator = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
        if status == http.client.PARTIAL_CONTENT:
            return self._partial(headers, size)
        length = headers.get("Content-Length")
        if status != http.client.OK or (size and length is not None and length.strip() != str(size)):
            raise Refused(self.wrong_length())
        self.length = int(length) if length is not None and LENGTH.fullmatch(length.strip()) else 0
        return 0

    def blocks(self, progress: Progress) -> Iterator[bytes]:
        """Raises Cut when the connection ends badly, and what `progress` raises."""
        while True:
            block = self._next(progress)
            if isinstance(block, Told):
                raise block
            if not block:
                return
            yield block

    def close(self) -> None:
        """Let the thread go; one that waits for a silent server ends by itself."""
        self._over.set()

    def wrong_length(self) -> ModelError:
        return ServerError(
            "The server {server} has another file than the catalogue names.",
            "Try again later, or install it from a file.", server=self.server,
        )

    def cut_off(self) -> ModelError:
        return ServerError(
            "The connection to {server} was cut off.", "Try again: what came so far is kept.", server=self.server
        )

    def _partial(self, headers: Any, size: int) -> int:
        found = CONTENT_RANGE.match(headers.get("Content-Range", ""))
        if found is None or int(found[1]) != self._start or found[2] not in ("*", str(size)):
            raise Refused(self.wrong_length())
        return self._start

    def _next(self, progress: Progress) -> Any:
        while True:
            progress.check()
            try:
                return self._news.get(timeout=CHECK_SECONDS)
            except queue.Empty:
                continue

    def _serve(self) -> None:
        """The thread: everything that may wait for the network."""
        try:
            opener = build_opener(_Redirects(self._allows))
            with opener.open(self._request, timeout=SILENCE_SECONDS) as answer:
                self._tell((answer.status, answer.headers))
                while not self._over.is_set():
                    block = answer.read1(BLOCK)  # what is there: whoever stops does not wait for a slow server's rest
                    self._tell(block)
                    if not block:
                        return
        except Told as error:
            self._tell(error)
        except HTTPError as error:
            self._tell(self._status(error))
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            self._tell(self._failure(error))

    def _tell(self, news: Any) -> None:
        while not self._over.is_set():
            try:
                self._news.put(news, timeout=CHECK_SECONDS)
                return
            except queue.Full:
                continue

    def _status(self, error: HTTPError) -> Told:
        told = ServerError(
            "The server {server} does not give the file (answer {status}).",
            "Try again later, or install it from a file.", server=self.server, status=error.code,
        )
        wait = str(error.headers.get("Retry-After", "")).strip()
        told.status, told.wait = error.code, int(wait) if LENGTH.fullmatch(wait) else 0
        error.close()
        return Refused(told)

    def _failure(self, error: Exception) -> Told:
        reason = error.reason if isinstance(error, URLError) else error
        if isinstance(reason, ssl.SSLError):
            return Refused(ServerError(
                "The connection to {server} is not safe: its certificate is not in order.",
                "Look whether this machine's clock is right and the network is one that you trust.", server=self.server,
            ))
        if isinstance(error, URLError) or isinstance(reason, socket.gaierror | ConnectionRefusedError):
            return Unreachable(ServerError(
                "The server {server} cannot be reached.", "Look whether this machine is connected to the network.",
                server=self.server,
            ))
        return Cut(self.cut_off())


class _Redirects(HTTPRedirectHandler):
    """Follows a few, to http and https only, and never from https to http."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def __init__(self, allows: Callable[[str], bool]) -> None:
        self._allows = allows

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        whole = urljoin(req.full_url, newurl)
        scheme = urlsplit(whole).scheme
        falls_back = req.type == "https" and scheme == "http"
        if scheme not in ("http", "https") or falls_back or not self._allows(whole):
            fp.close()
            raise Refused(ServerError(
                "The server {server} sends this program somewhere it will not go.", "Install it from a file.",
                server=urlsplit(req.full_url).netloc,
            ))
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None:
            made.method = req.get_method()
            for name, value in req.headers.items():
                made.add_header(name, value)
        return made
