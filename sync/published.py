"""What a bucket holds of packs, and how a new version becomes visible: by compare-and-swap, never by replacing.

    objects/ab/abcdef...                  a file, named by its SHA-256
    packs/NAME/versions/VERSION.json      a signed manifest; written once
    packs/NAME/pointers/00000007.json     which versions count; number 8 can be written once, by whoever read 7

The pointer is a chain of numbered objects because every store that knows `If-None-Match: *` can do that, and some know
no other condition. The newest is found by trying numbers, not by a listing, which some stores bring up to date late.
"""

import base64
import hashlib
import io
import uuid
from collections.abc import Callable, Mapping

import msgspec

from sync.bucket import Bucket
from sync.errors import Conflict, Refused, SyncError
from sync.packs.manifest import LARGEST_MANIFEST, Name, Sha256, Version, check_name
from sync.packs.verifying import Verified, check_signed
from sync.packs.versions import order_of

LARGEST_POINTER = 8 << 20
PROBED = "probe/conditional-writes-hold"
ATTEMPTS = 50


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """`versions` maps a version to its manifest's SHA-256. `number` is its place in the chain, 0: none yet.

    `sum` is a hash of the rest: who builds on what was changed on its way here would publish the change.
    """

    name: Name
    versions: dict[Version, Sha256] = msgspec.field(default_factory=dict)
    number: int = 0
    sum: str = ""

    @property
    def latest(self) -> str | None:
        return max(self.versions, key=order_of, default=None)


def sealed(pointer: Pointer) -> Pointer:
    """The same with its sum."""
    plain = msgspec.structs.replace(pointer, sum="")
    return msgspec.structs.replace(plain, sum=hashlib.sha256(msgspec.json.encode(plain)).hexdigest())


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest's exact bytes and their signature, in base 64."""

    manifest: str
    signature: str


def _pointer_name(name: str, number: int) -> str:
    return f"packs/{name}/pointers/{number:08d}.json"


class _Interrupted(io.BytesIO):
    """Two bytes of a body; between them, on their way to the store, somebody else writes the same name."""

    def __init__(self, between: Callable[[], object]) -> None:
        super().__init__(b"ab")
        self._between = between

    def __len__(self) -> int:
        return 2

    def read(self, count: int | None = -1) -> bytes:
        if self.tell() == 1:
            self._between()
        return super().read(1)


def check_conditions(bucket: Bucket) -> None:
    """Raises SyncError for a store that replaces what it was told to keep: nothing is safe there.

    Some look whether a name is free, and forget that until the last byte is there. So one write is held open while
    another one passes it: no more than one may succeed. A good store is remembered in the bucket itself.
    """
    if bucket.read(PROBED, 100) is not None:
        return
    name, passed = f"probe/{uuid.uuid4().hex}", list[bool]()
    slow = _Interrupted(lambda: passed.append(bucket.create(name, b"other")) if not passed else None)
    kept = bucket.create(name, slow, hashlib.sha256(b"ab").hexdigest())
    if bucket.create(name, b"again") or (kept and passed[0]):
        raise SyncError(
            "{place} overwrites what it is told to keep, so two authors could lose work there.",
            "Packs can be fetched from it, not published. Use a store whose conditional writes (If-None-Match) hold.",
            place=bucket.place.label,
        )  # fmt: skip
    bucket.create(PROBED, b"conditional writes hold here")


def read_pointer(bucket: Bucket, name: str, hint: int = 0) -> Pointer:
    """The newest pointer of a pack; one without versions when there is none. `hint` is a number known to exist."""
    check_name(name, "1.0.0")
    low, step = hint, 1
    newest = bucket.read(_pointer_name(name, low), LARGEST_POINTER) if low else None
    while (found := bucket.read(_pointer_name(name, low + step), LARGEST_POINTER)) is not None:
        newest, low, step = found, low + step, step * 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        found = bucket.read(_pointer_name(name, middle), LARGEST_POINTER)
        if found is None:
            high = middle
        else:
            newest, low = found, middle
    if newest is None:
        return Pointer(name=name)
    try:
        pointer = msgspec.json.decode(newest, type=Pointer)
    except msgspec.MsgspecError as error:
        raise Refused("What the bucket says of {name} cannot be read.", name=name) from error
    if pointer.name != name or pointer.number != low or pointer != sealed(pointer):
        raise Refused("What the bucket says of {name} cannot be read.", name=name)
    return pointer


def read_version(bucket: Bucket, pointer: Pointer, version: str, key: str | None) -> Verified:
    """A published manifest, checked against the pointer, its signature and `key`. Raises Refused, SyncError."""
    if version not in pointer.versions:
        raise SyncError("{name} is not in the bucket.", name=f"{pointer.name} {version}")
    found = _read_envelope(bucket, pointer.name, version, key)
    if found is None or found.digest != pointer.versions[version]:
        raise Refused("The bucket holds another {name} than it says.", name=f"{pointer.name} {version}")
    return found


def _read_envelope(bucket: Bucket, name: str, version: str, key: str | None = None) -> Verified | None:
    data = bucket.read(f"packs/{name}/versions/{version}.json", 2 * LARGEST_MANIFEST)
    if data is None:
        return None
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
        manifest, signature = base64.b64decode(envelope.manifest), base64.b64decode(envelope.signature)
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refused("What the bucket says of {name} cannot be read.", name=name) from error
    found = check_signed(manifest, signature, key)
    if (found.manifest.name, found.manifest.version) != (name, version):
        raise Refused("The bucket holds another {name} than it says.", name=f"{name} {version}")
    return found


def publish(bucket: Bucket, pack: Verified) -> Pointer:
    """Make a version visible whose files are there. Raises Conflict when that version is somebody else's.

    Whoever publishes at the same moment keeps their version too: the second one reads the first one's pointer and adds
    to it.
    """
    name, version = pack.manifest.name, pack.manifest.version
    envelope = Envelope(
        manifest=base64.b64encode(pack.data).decode(), signature=base64.b64encode(pack.signature).decode()
    )
    if not bucket.create(f"packs/{name}/versions/{version}.json", msgspec.json.encode(envelope)):
        present = _read_envelope(bucket, name, version)
        if present is None or present.digest != pack.digest:
            raise taken(pack)
    number = 0
    for _ in range(ATTEMPTS):
        pointer = read_pointer(bucket, name, number)
        if version in pointer.versions:
            return pointer
        number = pointer.number
        versions: Mapping[str, str] = {**pointer.versions, version: pack.digest}
        grown = sealed(Pointer(name=name, versions=dict(versions), number=number + 1))
        if bucket.create(_pointer_name(name, grown.number), msgspec.json.encode(grown)):
            return grown
    raise Conflict("Too many people publish {name} at this moment.", "Try again.", name=name)


def taken(pack: Verified) -> Conflict:
    return Conflict(
        "Somebody published another {name} before.",
        "Give yours a higher version and publish again; what was sent is kept, and nothing of theirs changed.",
        name=pack.manifest.label,
    )
