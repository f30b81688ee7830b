"""What the kill test kills: pushes, then pulls, over and over, and says each thing that is done."""

from __future__ import annotations

import sys
from pathlib import Path

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.packs.signing import SigningKey
from sync.transfer import Limits, push
from tests.sync.packs import described, pull, written


def main(store: str, bucket: str, folder: str, begin: str) -> None:
    near = Bucket(Place(bucket, "", store), Credentials("test", "secret"))
    place = Path(folder)
    key = SigningKey(bytes(range(32)))
    number = int(begin)
    while True:
        content = written(place / "content", contents_of(number))
        version = f"1.{number}.0"
        push(near, described(content, key, version), content, Limits(threads=4))
        print(f"pushed {version}", flush=True)
        pull(near, "papers", place / "packs", version, Limits(threads=4))
        print(f"pulled {version}", flush=True)
        number += 1


def contents_of(number: int) -> dict[str, bytes]:
    """A few files that change with the number and some that do not."""
    fresh = {f"fresh/{index}.bin": bytes([number % 256, index]) * 9000 for index in range(6)}
    return {**fresh, "same.bin": bytes(range(256)) * 200, "counter.txt": b"%d" % number}


if __name__ == "__main__":
    main(*sys.argv[1:])
