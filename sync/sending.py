"""Files on their way into a bucket: read once, hashed while they are read, large ones in parts that go side by side."""

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import IO

from sync.bucket import Bucket, agrees, md5_of
from sync.errors import Gone, SyncError
from sync.packs.manifest import PackFile
from sync.throttle import Body, Throttle
from sync.wire import Data

Tell = Callable[[int], object]
"""Called with so many bytes that are done."""

PART, LARGEST_WHOLE = 16 << 20, 32 << 20
MOST_PARTS = 9_000
"""A store takes 10,000."""
AHEAD = 4
"""Parts of one file in memory at once."""
LISTED = 20
"""Thousands of names to ask for at most; where a bucket has more, each file is asked about."""


def object_name(sha256: str) -> str:
    return f"objects/{sha256[:2]}/{sha256}"


class Sending:
    """What the threads of one push share. `present` may know what the bucket has, by object name; `whole` says that it
    has nothing else."""

    def __init__(self, bucket: Bucket, throttle: Throttle, threads: int, mend: bool = False) -> None:
        self._bucket, self._throttle, self._mend = bucket, throttle, mend
        self._parts = ThreadPoolExecutor(threads, "part")
        self.close = partial(self._parts.shutdown, cancel_futures=True)
        self._present: dict[str, tuple[int, str]] = {}
        self._whole = False

    def look(self, files: int) -> None:
        """Find out what is there already with few questions: a listing costs one for a thousand names."""
        most = min(LISTED, 2 + files // 200)
        self._present = {name: (size, etag) for name, size, etag in self._bucket.listed("objects/", most)}
        self._whole = len(self._present) < most * 1000

    def has(self, file: PackFile, md5: str = "") -> bool:
        """Whether the bucket has this file, as far as sizes and ETags tell."""
        name = object_name(file.sha256)
        held = self._present.get(name)
        if held is None and not self._whole:
            held = self._bucket.held(name)
        return held is not None and held[0] == file.size and agrees(held[1], md5)

    def send(self, file: PackFile, source: IO[bytes], tell: Tell) -> None:
        """One file, unless the bucket has it. Raises SyncError, also when it is not the file that was packed."""
        if file.size > LARGEST_WHOLE:
            self._send_large(file, source, tell)
        else:
            self._send_whole(file, source.read(file.size + 1))
            tell(file.size)

    def _send_whole(self, file: PackFile, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise _changed(file)
        name, md5 = object_name(file.sha256), md5_of(data)
        if self.has(file, md5):
            return
        if not self._bucket.put(name, self._body(data), file.sha256, md5, replace=self._mend):
            held = self._bucket.held(name)
            if held is None or held[0] != file.size or not agrees(held[1], md5):  # what is there is damaged
                self._bucket.put(name, self._body(data), file.sha256, md5, replace=True)

    def _body(self, data: bytes) -> Data:
        self._throttle.check()
        return data if not self._throttle.rate and len(data) < 1 << 20 else Body(data, self._throttle)

    def _send_large(self, file: PackFile, source: IO[bytes], tell: Tell) -> None:
        if not self._mend and self.has(file):  # an ETag of parts says nothing of the bytes
            tell(file.size)
            return
        name = object_name(file.sha256)
        try:
            self._send_parts(file, source, tell, self._bucket.open_parts(name))
        except Gone:  # somebody who sends the same file was faster with the upload that both have fed
            held = self._bucket.held(name)
            if held is None or held[0] != file.size:
                source.seek(0)
                self._send_parts(file, source, lambda size: None, None)

    def _send_parts(self, file: PackFile, source: IO[bytes], tell: Tell, open_upload: str | None) -> None:
        """In parts, into an upload that is open, begun before or by somebody else, or into a new one. Raises Gone when
        it ends meanwhile."""
        name = object_name(file.sha256)
        present = self._bucket.parts(name, open_upload) if open_upload else {}
        upload = open_upload or self._bucket.begin_parts(name)
        length = max(PART, -(-file.size // MOST_PARTS))
        whole, etags, going = hashlib.sha256(), dict[int, str](), deque[Future[None]]()

        def put(number: int, data: bytes) -> None:
            md5 = md5_of(data)
            if present.get(number) == (len(data), f'"{md5}"'):
                etags[number] = present[number][1]
            else:
                digest = hashlib.sha256(data).hexdigest()
                etags[number] = self._bucket.put_part(name, upload, number, self._body(data), digest, md5)
            tell(len(data))

        try:
            for number in range(1, -(-file.size // length) + 1):
                data = source.read(length)
                whole.update(data)
                going.append(self._parts.submit(put, number, data))
                if len(going) >= AHEAD:
                    going.popleft().result()
            for future in going:
                future.result()
        finally:
            for future in going:
                future.cancel()
            wait(going)
        if whole.hexdigest() != file.sha256 or source.read(1):  # it stays in parts, and parts do not show
            raise _changed(file)
        self._bucket.end_parts(name, upload, etags, file.size)


def _changed(file: PackFile) -> SyncError:
    return SyncError("{path} changed since it was packed.", "Pack it again.", path=file.path)
