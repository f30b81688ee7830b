"""Requests to an S3-compatible store: signed, sent over connections that stay open, sent again when that may help.

botocore signs; its client is left out, because it does twice the work for each request, which thousands of small files
feel (decision 0140). What goes wrong comes out as a SyncError.
"""

import hashlib
import os
import random
import socket
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import IO, Any
from urllib.parse import quote, urlencode
from weakref import ref

from urllib3.exceptions import HTTPError

from sync.credentials import Credentials, Place
from sync.failures import AGAIN, of_answer, unreachable

Query = Mapping[str, object]
Data = bytes | IO[bytes]
CONNECTIONS, BLOCK, LARGEST_ANSWER = 32, 1 << 18, 8 << 20
LONGEST_PAUSE = 4.0
EMPTY = hashlib.sha256(b"").hexdigest()
SKEW = 5 * 60
"""Seconds by which stores let clocks differ, or a little less."""


class Wire:
    """Safe to use from several threads."""

    def __init__(self, place: Place, credentials: Credentials, attempts: int) -> None:
        from botocore.auth import S3SigV4Auth
        from botocore.credentials import Credentials as Key

        class Signer(S3SigV4Auth):  # type: ignore[misc]
            """Knows the body's hash already: the store checks the body against it."""

            def payload(self, request: Any) -> str:
                return str(request.context["sha256"])

        self.place, self.attempts = place, attempts
        host = place.endpoint.rstrip("/") or f"https://s3.{place.region}.amazonaws.com"
        self._url = f"{host}/{quote(place.bucket)}"
        key = Key(credentials.access, credentials.secret, credentials.token or None)
        self._signer = Signer(key, "s3", place.region)
        self._pool: Any = _pool(host)
        self._stopped = threading.Event()
        self.close, self.go_on = self._pool.clear, self._stopped.clear
        self._sockets: list[ref[socket.socket]] = []
        self._pool.pool_classes_by_scheme = {
            scheme: _watched(kind, lambda made: self._sockets.append(ref(made)))
            for scheme, kind in self._pool.pool_classes_by_scheme.items()
        }

    def stop(self) -> None:
        """Break off what is on its way, however long the store is silent; nothing more is sent until `go_on`."""
        self._stopped.set()
        for found in filter(None, [each() for each in self._sockets]):
            with suppress(OSError):
                socket.socket.shutdown(found, socket.SHUT_RDWR)

    def send(
        self, method: str, key: str = "", query: Query | None = None, body: Data = b"", sha256: str = EMPTY,
        headers: Mapping[str, str] | None = None, accept: Collection[int] = (), stream: bool = False,
    ) -> Any:  # fmt: skip
        """The store's answer: a urllib3 response. Raises SyncError unless it is good or its status in `accept`, Gone
        where there is nothing of this name."""
        for left in range(self.attempts - 1, -1, -1):
            if self._stopped.is_set():
                break
            try:
                answer = self._once(method, key, query or {}, body, sha256, headers or {}, stream)
            except (HTTPError, OSError, ValueError) as error:
                if not left:
                    raise unreachable(self.place) from error
            else:
                if answer.status < 300 or answer.status in accept:
                    return answer
                code = _code_of(answer) or _skew_of(answer)
                answer.release_conn()
                if not left or (answer.status not in AGAIN and code not in AGAIN):
                    raise of_answer(self.place, code, answer.status)
            self._stopped.wait(min(LONGEST_PAUSE, 0.1 * 2 ** (self.attempts - left)) * random.uniform(0.5, 1))
        raise unreachable(self.place)

    def _once(
        self, method: str, key: str, query: Query, body: Data, sha256: str, headers: Mapping[str, str], stream: bool
    ) -> Any:
        from botocore.awsrequest import AWSRequest

        size = len(body)  # type: ignore[arg-type]
        url = f"{self._url}/{quote(key, safe='/~')}" if key else self._url
        request = AWSRequest(method, url, {**headers, "Content-Length": str(size)}, params=dict(query))
        request.context["sha256"] = sha256
        self._signer.add_auth(request)
        if not isinstance(body, bytes):
            body.seek(0)
        if query:
            url += "?" + urlencode({name: str(value) for name, value in query.items()}, quote_via=quote)
        return self._pool.request(
            method, url, body=body if size else None, headers=dict(request.headers.items()), preload_content=not stream
        )

    def xml(self, method: str, key: str = "", query: Query | None = None, body: bytes = b"") -> ET.Element:
        """An answer in XML, without its name space. Raises SyncError."""
        answer = self.send(method, key, query, body, hashlib.sha256(body).hexdigest())
        try:
            root = _parsed(answer.data)
        except ET.ParseError as error:
            raise unreachable(self.place) from error
        if root.tag == "Error":  # some answers begin well and end badly
            raise of_answer(self.place, root.findtext("Code", ""), answer.status)
        return root


def _parsed(data: bytes) -> ET.Element:
    if len(data) > LARGEST_ANSWER or b"<!DOCTYPE" in data:
        raise ET.ParseError
    root = ET.fromstring(data)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _code_of(answer: Any) -> str:
    try:
        return _parsed(answer.data).findtext("Code", "")
    except (ET.ParseError, HTTPError, OSError):
        return ""


def _skew_of(answer: Any) -> str:
    """An answer without words (to HEAD) may still show that the clocks are what is wrong."""
    try:
        there = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return ""
    return "RequestTimeTooSkewed" if answer.status == 403 and abs(there - time.time()) > SKEW else ""


def _pool(host: str) -> Any:
    """Connections as this person's system wants them: through its proxy, trusting its authorities."""
    import urllib3
    from botocore.httpsession import get_cert_path
    from botocore.utils import get_environ_proxies

    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    options: dict[str, Any] = {
        "maxsize": CONNECTIONS, "block": False, "retries": False, "blocksize": BLOCK,
        "timeout": urllib3.Timeout(connect=10, read=60), "ca_certs": bundle or get_cert_path(True),
    }  # fmt: skip
    proxy = get_environ_proxies(host).get(host.partition(":")[0])
    return urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)


def _watched(kind: Any, seen: Callable[[socket.socket], object]) -> Any:
    """A pool whose connections tell their sockets, so that they can be broken off from outside."""

    class Connection(kind.ConnectionCls):  # type: ignore[misc]
        def _new_conn(self) -> Any:
            made = super()._new_conn()
            seen(made)
            return made

        def connect(self) -> None:
            super().connect()
            seen(self.sock)  # with TLS it is another one

    class Pool(kind):  # type: ignore[misc]
        ConnectionCls = Connection

    return Pool
