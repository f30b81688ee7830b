"""What the window's process and the worker say to each other: plain data over a pipe, arrays beside it."""

from __future__ import annotations

import msgspec

from ml.runtime.segment import ArrayPlace


class Setup(msgspec.Struct, frozen=True):
    """`budget` is how many bytes of weights the worker may keep loaded."""

    threads: int
    gpu: bool
    budget: int


class Describe(msgspec.Struct, frozen=True, tag=True):
    model: str
    weight: int


class Run(msgspec.Struct, frozen=True, tag=True):
    """`segment_size` not 0 says that a new segment follows as a handle (or by `segment_tag`). `shrinks`: where the
    graphics card's memory is too small a smaller piece comes next, so the processor need not do this one."""

    model: str
    weight: int
    feeds: tuple[ArrayPlace, ...]
    shrinks: bool = False
    segment_size: int = 0
    segment_tag: str = ""


class Forget(msgspec.Struct, frozen=True, tag=True):
    model: str


class PortFacts(msgspec.Struct, frozen=True, array_like=True):
    name: str
    shape: tuple[int | None, ...]
    dtype: str


class Described(msgspec.Struct, frozen=True, tag=True):
    inputs: tuple[PortFacts, ...]
    outputs: tuple[PortFacts, ...]
    metadata: dict[str, str]
    provider: str
    notice: str = ""


class Done(msgspec.Struct, frozen=True, tag=True):
    """`used` is how much memory the run took at its height, in bytes; 0 where that cannot be told."""

    outputs: tuple[ArrayPlace, ...]
    segment_size: int
    segment_tag: str
    provider: str
    used: int
    notice: str = ""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """`kind`: "memory", "model" (the file), "input" (what it was given), "run"."""

    kind: str
    detail: str
    notice: str = ""


Request = Describe | Run | Forget
Reply = Described | Done | Failed
REQUESTS = msgspec.msgpack.Decoder(Request)
REPLIES = msgspec.msgpack.Decoder(Reply)
ENCODER = msgspec.msgpack.Encoder()
