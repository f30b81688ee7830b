"""What a model says about itself: names, shapes and types of its inputs and outputs."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Port:
    """One input or output. A dimension that may vary is None; `dtype` is numpy's name ("float32")."""

    name: str
    shape: tuple[int | None, ...]
    dtype: str


@dataclass(frozen=True)
class Signature:
    """Ports in the model's order; `metadata` is what its maker wrote into the file."""

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
