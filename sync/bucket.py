"""One bucket of an S3-compatible store, as few verbs as packs need. Nothing here deletes.

Requests carry an MD5 of their body, so a store refuses bytes that were changed on the way; what comes back is checked
against its SHA-256 by whoever asked. Protocol: Amazon S3 API, 2006-03-01.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from sync.credentials import Credentials, Place
from sync.errors import SyncError
from sync.failures import reading
from sync.throttle import Slice

CONNECTIONS = 16
EXISTS = (409, 412)
"""What stores answer to a conditional PUT whose name is taken."""


class Bucket:
    """Safe to use from several threads."""

    def __init__(self, place: Place, credentials: Credentials, attempts: int = 5) -> None:
        import boto3
        from botocore.config import Config

        self.place = place
        config = Config(
            signature_version="s3v4", connect_timeout=10, read_timeout=60, max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": attempts},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
            s3={"addressing_style": "path" if place.endpoint else "auto"},
        )  # fmt: skip
        session = boto3.session.Session(
            credentials.access, credentials.secret, credentials.token or None, region_name=place.region
        )
        self._client: Any = session.client("s3", endpoint_url=place.endpoint or None, config=config)

    def close(self) -> None:
        self._client.close()

    def _key(self, name: str) -> str:
        return f"{self.place.prefix.strip('/')}/{name}".lstrip("/")

    def _call(self, verb: str, name: str, **values: Any) -> Any:
        with reading(self.place):
            return getattr(self._client, verb)(Bucket=self.place.bucket, Key=self._key(name), **values)

    # Small objects, whole

    def read(self, name: str, limit: int) -> bytes | None:
        """An object of at most `limit` bytes; None when there is none. Raises SyncError."""
        data: bytes | None = None
        with reading(self.place, missing=True):
            found = self._client.get_object(Bucket=self.place.bucket, Key=self._key(name))
            with found["Body"] as body:
                data = body.read(limit + 1)
        if data is not None and len(data) > limit:
            raise SyncError("{name} in the bucket is too large to be right.", name=name)
        return data

    def create(self, name: str, data: bytes) -> bool:
        """Write an object that is not there yet; False when it is. Never replaces one (If-None-Match)."""
        md5 = _header(md5_of(data))
        with reading(self.place, codes=EXISTS) as outcome:
            self._client.put_object(
                Bucket=self.place.bucket, Key=self._key(name), Body=data, ContentMD5=md5, IfNoneMatch="*"
            )
        return not outcome.matched

    def has(self, name: str, size: int, md5: str) -> bool:
        """Whether an object is there with this size and, where both sides know it, this MD5 (hexadecimal)."""
        found: dict[str, Any] = {}
        with reading(self.place, missing=True):
            found = self._client.head_object(Bucket=self.place.bucket, Key=self._key(name))
        return bool(found) and int(found["ContentLength"]) == size and _agrees(found.get("ETag", ""), md5)

    def names(self, folder: str) -> Iterator[str]:
        """The names below a folder: to show what there is, never to decide what may go."""
        start = self._key(folder)
        cut = len(self._key("")) if not self.place.prefix else len(self.place.prefix.strip("/")) + 1
        with reading(self.place):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.place.bucket, Prefix=start)
            for page in pages:
                for item in page.get("Contents", ()):
                    yield item["Key"][cut:]

    # Large objects, in pieces

    def put(self, name: str, body: Slice, md5: str) -> None:
        """A whole object from a stretch of a file. Raises SyncError when other bytes arrived."""
        found = self._call("put_object", name, Body=body, ContentLength=len(body), ContentMD5=_header(md5))
        self._check(found.get("ETag", ""), md5)

    def get(self, name: str, start: int, write: Callable[[bytes], object]) -> None:
        """An object's bytes from `start` on. Raises SyncError when it is not there."""
        found = self._call("get_object", name, **({"Range": f"bytes={start}-"} if start else {}))
        with reading(self.place), found["Body"] as body:
            skip = start if start and found["ResponseMetadata"]["HTTPStatusCode"] == 200 else 0
            while data := body.read(1 << 20):
                if skip:  # a store that does not know ranges sends it all
                    skip, data = max(0, skip - len(data)), data[skip:]
                write(data)

    def begin_parts(self, name: str) -> str:
        answer: str = self._call("create_multipart_upload", name)["UploadId"]
        return answer

    def open_parts(self, name: str) -> str | None:
        """An upload of this object that was begun and never ended, the newest."""
        key = self._key(name)
        with reading(self.place):
            found = self._client.list_multipart_uploads(Bucket=self.place.bucket, Prefix=key)
        mine = [item for item in found.get("Uploads", ()) if item["Key"] == key]
        return max(mine, key=lambda item: item["Initiated"])["UploadId"] if mine else None

    def parts(self, name: str, upload: str) -> dict[int, tuple[int, str]]:
        """What an upload has got already: (size, etag) by number, from 1."""
        found, marker = {}, 0
        while True:
            page = self._call("list_parts", name, UploadId=upload, PartNumberMarker=marker)
            for item in page.get("Parts", ()):
                found[int(item["PartNumber"])] = (int(item["Size"]), item["ETag"])
            if not page.get("IsTruncated"):
                return found
            marker = page["NextPartNumberMarker"]

    def put_part(self, name: str, upload: str, number: int, body: Slice, md5: str) -> str:
        """Returns the part's etag. Raises SyncError when other bytes arrived."""
        answer: str = self._call(
            "upload_part", name, UploadId=upload, PartNumber=number, Body=body, ContentLength=len(body),
            ContentMD5=_header(md5),
        )["ETag"]  # fmt: skip
        self._check(answer, md5)
        return answer

    def _check(self, etag: str, md5: str) -> None:
        """Not every store looks at Content-MD5; most tell what they got."""
        if not _agrees(etag, md5):
            raise SyncError(
                "Bytes were changed on their way to {place}.", "Try again; if it stays so, the network is at fault.",
                place=self.place.label,
            )  # fmt: skip

    def end_parts(self, name: str, upload: str, etags: dict[int, str]) -> None:
        parts = [{"PartNumber": number, "ETag": etags[number]} for number in sorted(etags)]
        self._call("complete_multipart_upload", name, UploadId=upload, MultipartUpload={"Parts": parts})


def md5_of(data: bytes) -> str:
    """In hexadecimal, as stores tell it. It guards against accidents on the way, not against people."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _header(md5: str) -> str:
    """As Content-MD5 wants it."""
    return base64.b64encode(bytes.fromhex(md5)).decode()


def _agrees(etag: str, md5: str) -> bool:
    """An ETag is the MD5 of what was stored, unless that came in parts or is encrypted; then it says nothing."""
    plain = etag.strip('"').lower()
    return not md5 or plain == md5 or re.fullmatch("[0-9a-f]{32}", plain) is None
