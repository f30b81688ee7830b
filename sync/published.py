"""What a bucket holds of packs, and how a new version becomes visible: by compare-and-swap, never by replacing.

    objects/ab/abcdef...                  a file, named by its SHA-256
    packs/NAME/versions/VERSION.json      a signed manifest; written once
    packs/NAME/pointers/00000007.json     which versions count; number 8 can be written once, by whoever read 7

The pointer is a chain of numbered objects because every store that knows `If-None-Match: *` can do that, and some know
no other condition. The newest is found by trying numbers, not by a listing, which some stores bring up to date late.
"""

import hashlib
import uuid

import msgspec

from sync.bucket import Bucket
from sync.errors import Conflict, Refused, SyncError
from sync.packs.manifest import LARGEST_MANIFEST, Name, Sha256, Version, check_name
from sync.packs.verifying import Verified, check_signed
from sync.packs.versions import order_of
from sync.throttle import Body, Throttle

LARGEST_POINTER, ATTEMPTS = 8 << 20, 50
PROBED = "probe/conditional-writes-hold"


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
    """A manifest's exact bytes and their signature; in JSON both are base 64."""

    manifest: bytes
    signature: bytes


def _pointer_name(name: str, number: int) -> str:
    return f"packs/{name}/pointers/{number:08d}.json"


def check_conditions(bucket: Bucket) -> None:
    """Raises SyncError for a store that replaces what it was told to keep: nothing is safe there.

    Some look whether a name is free, and forget that until the last byte is there. So one write is held open while
    another one passes it: no more than one may succeed. A good store is remembered in the bucket itself.
    """
    if bucket.read(PROBED, 100) is not None:
        return
    name, passed = f"probe/{uuid.uuid4().hex}", list[bool]()
    between = Throttle(0, lambda: passed.append(bucket.create(name, b"other")) if not passed else None)
    kept = bucket.create(name, Body(b"ab", between), hashlib.sha256(b"ab").hexdigest())
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
    low, step, newest = hint, 1, bucket.read(_pointer_name(name, hint), LARGEST_POINTER) if hint else None
    while (found := bucket.read(_pointer_name(name, low + step), LARGEST_POINTER)) is not None:
        newest, low, step = found, low + step, step * 2
    high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        found = bucket.read(_pointer_name(name, middle), LARGEST_POINTER)
        newest, low, high = (newest, low, middle) if found is None else (found, middle, high)
    if newest is None:
        return Pointer(name=name)
    try:
        pointer = msgspec.json.decode(newest, type=Pointer)
    except msgspec.MsgspecError as error:
        raise _unreadable(name) from error
    if pointer.name != name or pointer.number != low or pointer != sealed(pointer):
        raise _unreadable(name)
    return pointer


def read_version(bucket: Bucket, pointer: Pointer, version: str, key: str | None) -> Verified:
    """A published manifest, checked against the pointer, its signature and `key`. Raises Refused, SyncError."""
    label = f"{pointer.name} {version}"
    if version not in pointer.versions:
        raise SyncError("{name} is not in the bucket.", name=label)
    found = _read_envelope(bucket, pointer.name, version, key)
    if found is None or (found.digest, found.manifest.label) != (pointer.versions[version], label):
        raise Refused("The bucket holds another {name} than it says.", name=label)
    return found


def _read_envelope(bucket: Bucket, name: str, version: str, key: str | None = None) -> Verified | None:
    data = bucket.read(f"packs/{name}/versions/{version}.json", 2 * LARGEST_MANIFEST)
    if data is None:
        return None
    try:
        envelope = msgspec.json.decode(data, type=Envelope)
    except msgspec.MsgspecError as error:
        raise _unreadable(name) from error
    return check_signed(envelope.manifest, envelope.signature, key)


def _unreadable(name: str) -> Refused:
    return Refused("What the bucket says of {name} cannot be read.", name=name)


def publish(bucket: Bucket, pack: Verified) -> Pointer:
    """Make a version visible whose files are there. Raises Conflict when that version is somebody else's.

    Whoever publishes at the same moment keeps their version too: the second one reads the first one's pointer and adds
    to it.
    """
    name, version, number = pack.manifest.name, pack.manifest.version, 0
    envelope = msgspec.json.encode(Envelope(manifest=pack.data, signature=pack.signature))
    if not bucket.create(f"packs/{name}/versions/{version}.json", envelope):
        present = _read_envelope(bucket, name, version)
        if present is None or present.digest != pack.digest:
            raise taken(pack)
    for _ in range(ATTEMPTS):
        pointer = read_pointer(bucket, name, number)
        if version in pointer.versions:
            return pointer
        number = pointer.number
        grown = sealed(Pointer(name=name, versions=pointer.versions | {version: pack.digest}, number=number + 1))
        if bucket.create(_pointer_name(name, grown.number), msgspec.json.encode(grown)):
            return grown
    raise Conflict("Too many people publish {name} at this moment.", "Try again.", name=name)


def taken(pack: Verified) -> Conflict:
    return Conflict(
        "Somebody published another {name} before.",
        "Give yours a higher version and publish again; what was sent is kept, and nothing of theirs changed.",
        name=pack.manifest.label,
    )
