"""One bucket of an S3-compatible store, as few verbs as packs need. Nothing here deletes.

The store checks what arrives against a signed SHA-256; not every store does, so the ETag that it answers is
compared too. What comes back is checked by whoever asked. Protocol: Amazon S3 API, 2006-03-01.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from xml.sax.saxutils import escape

from urllib3.exceptions import HTTPError

from sync.credentials import Credentials, Place
from sync.errors import Gone, SyncError
from sync.failures import of_answer, unreachable
from sync.wire import Data, Wire

EXISTS = (409, 412)
"""What stores answer to a conditional PUT whose name is taken."""
READ = 1 << 18


class Bucket:
    """Safe to use from several threads. Every method raises SyncError."""

    def __init__(self, place: Place, credentials: Credentials, attempts: int = 5) -> None:
        self.place = place
        self._wire = Wire(place, credentials, attempts)
        self.stop, self.go_on, self.close = self._wire.stop, self._wire.go_on, self._wire.close
        self._prefix = f"{place.prefix.strip('/')}/".lstrip("/")

    def _key(self, name: str) -> str:
        return self._prefix + name

    # Objects

    def read(self, name: str, limit: int) -> bytes | None:
        """An object of at most `limit` bytes; None when there is none."""
        data = bytearray()

        def take(piece: bytes) -> None:
            data.extend(piece)
            if len(data) > limit:
                raise SyncError("{name} in the bucket is too large to be right.", name=name)

        for _ in range(self._wire.attempts):
            data.clear()
            try:
                etag = self.get(name, 0, take)
            except Gone:
                return None
            if agrees(etag, md5_of(data)):
                break  # else it was changed on its way here
        return bytes(data)

    def get(self, name: str, start: int, write: Callable[[bytes], object]) -> str:
        """Hand on an object's bytes from `start`, going on where a connection breaks; its ETag. Raises Gone."""
        at = start
        for left in range(self._wire.attempts - 1, -1, -1):
            headers = {"Range": f"bytes={at}-"} if at else {}
            answer = self._wire.send("GET", self._key(name), headers=headers, stream=True)
            skip = at if at and answer.status == 200 else 0  # a store that does not know ranges sends it all
            try:
                while data := answer.read(READ):
                    write(data[skip:])
                    at += len(data[skip:])
                    skip = max(0, skip - len(data))
                answer.release_conn()
                return str(answer.headers.get("ETag", ""))
            except (HTTPError, OSError) as error:
                answer.close()
                if not left:
                    raise unreachable(self.place) from error
            except BaseException:
                answer.close()
                raise
        raise unreachable(self.place)

    def create(self, name: str, body: Data, sha256: str = "") -> bool:
        """Write a small object that is not there yet; False when it is. Never replaces one (If-None-Match)."""
        digest = sha256 or hashlib.sha256(body).hexdigest()  # type: ignore[arg-type]
        answer = self._wire.send("PUT", self._key(name), None, body, digest, {"If-None-Match": "*"}, EXISTS)
        if answer.status in EXISTS:
            return False
        tries, md5 = (9, md5_of(body)) if isinstance(body, bytes) else (0, "")
        while tries and not agrees(answer.headers.get("ETag", ""), md5):
            tries, answer = tries - 1, self._wire.send("PUT", self._key(name), None, body, digest)  # ours to put right
        return self._check(answer.headers.get("ETag", ""), md5)

    def put(self, name: str, body: Data, sha256: str, md5: str, replace: bool) -> bool:
        """A whole object; False when it is there already and not to be replaced. Raises SyncError if it got changed."""
        condition = {} if replace else {"If-None-Match": "*"}
        answer = self._wire.send("PUT", self._key(name), None, body, sha256, condition, () if replace else EXISTS)
        return answer.status not in EXISTS and self._check(answer.headers.get("ETag", ""), md5)

    def held(self, name: str) -> tuple[int, str] | None:
        """Size and ETag of an object, None when there is none."""
        try:
            headers = self._wire.send("HEAD", self._key(name)).headers
        except Gone:
            return None
        return int(headers["Content-Length"]), headers.get("ETag", "")

    def listed(self, folder: str, most: int | None = None) -> Iterator[tuple[str, int, str]]:
        """Name, size and ETag below a folder, no more than so many thousand: to show, or to spare sending.

        Never to decide what may go.
        """
        query = {"list-type": "2", "prefix": self._key(folder)}
        while most is None or most > 0:
            page = self._wire.xml("GET", query=query)
            for item in page.iterfind("Contents"):
                name = item.findtext("Key", "").removeprefix(self._prefix)
                yield name, int(item.findtext("Size", "0")), item.findtext("ETag", "")
            if page.findtext("IsTruncated") != "true":
                return
            query["continuation-token"] = page.findtext("NextContinuationToken", "")
            most = None if most is None else most - 1

    # Large objects, in parts

    def begin_parts(self, name: str) -> str:
        return self._wire.xml("POST", self._key(name), {"uploads": ""}).findtext("UploadId", "")

    def open_parts(self, name: str) -> str | None:
        """An upload of this object that was begun and never ended, the newest."""
        found = self._wire.xml("GET", query={"uploads": "", "prefix": self._key(name)}).iterfind("Upload")
        return max(
            ((item.findtext("Initiated", ""), item.findtext("UploadId", ""))
             for item in found if item.findtext("Key") == self._key(name)), default=("", None),
        )[1]  # fmt: skip

    def parts(self, name: str, upload: str) -> dict[int, tuple[int, str]]:
        """What an upload has got already: (size, etag) by number, from 1."""
        found: dict[int, tuple[int, str]] = {}
        query = {"uploadId": upload}
        while True:
            page = self._wire.xml("GET", self._key(name), query)
            for item in page.iterfind("Part"):
                number, size = int(item.findtext("PartNumber", "0")), int(item.findtext("Size", "0"))
                found[number] = (size, item.findtext("ETag", ""))
            if page.findtext("IsTruncated") != "true":
                return found
            query["part-number-marker"] = page.findtext("NextPartNumberMarker", "")

    def put_part(self, name: str, upload: str, number: int, body: Data, sha256: str, md5: str) -> str:
        """Returns the part's etag. Raises Gone when the upload ended, SyncError when other bytes arrived."""
        query = {"partNumber": number, "uploadId": upload}
        etag: str = self._wire.send("PUT", self._key(name), query, body, sha256).headers.get("ETag", "")
        self._check(etag, md5)
        return etag

    def end_parts(self, name: str, upload: str, etags: dict[int, str], size: int) -> None:
        """Make one object of them. Asked twice (its answer got lost), the second time it is there already."""
        part = "<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>"
        parts = "".join(part.format(number, escape(etag)) for number, etag in sorted(etags.items()))
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>".encode()
        try:
            self._wire.xml("POST", self._key(name), {"uploadId": upload}, body)
        except SyncError:
            found = self.held(name)
            if found is None or found[0] != size:
                raise

    def _check(self, etag: str, md5: str) -> bool:
        if not agrees(etag, md5):
            raise of_answer(self.place, "BadDigest", 400)
        return True


def md5_of(data: "bytes | bytearray") -> str:
    """In hexadecimal, as stores tell it. It guards against accidents on the way, not against people."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def agrees(etag: str, md5: str) -> bool:
    """An ETag is the MD5 of what was stored, unless that came in parts or is encrypted; then it says nothing."""
    plain = etag.strip('"').lower()
    return not md5 or plain == md5 or re.fullmatch("[0-9a-f]{32}", plain) is None
