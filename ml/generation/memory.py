"""What generating takes of memory, reckoned before it begins."""

from __future__ import annotations

from dataclasses import dataclass

from ml.errors import ModelError
from ml.generation.folder import ModelFolder
from ml.runtime.memory import RESERVE, free_memory

HELD = 1.25
"""A loaded network against its file: the runtime keeps some weights in a second layout."""
HEADS, BATCH, FLOAT_BYTES = 8, 2, 4
DECODER_CHANNELS = 256
"""Of the decoder's widest layers at full size; two of them live at once."""


@dataclass(frozen=True)
class Plan:
    """`one_at_a_time`: only one network fits beside its own work."""

    needed: int
    one_at_a_time: bool


def working_memory(width: int, height: int) -> int:
    """Bytes that the largest step takes beside the weights: attention over all latent pixels, or the decoder's widest
    layers."""
    pixels = (width // 8) * (height // 8)
    attention = pixels * pixels * HEADS * BATCH * FLOAT_BYTES
    decoder = width * height * DECODER_CHANNELS * FLOAT_BYTES * 2
    return max(attention, decoder)


def plan_memory(folder: ModelFolder, width: int, height: int) -> Plan:
    """Raises ModelError with figures when not even one network at a time fits."""
    weights = folder.weights
    work = working_memory(width, height)
    free = free_memory() - RESERVE
    together = int(sum(weights.values()) * HELD) + work
    alone = int(max(weights.values()) * HELD) + work
    if alone > free:
        raise ModelError(
            "A picture of {width} x {height} with this model needs about {needed} MB of memory; {free} MB are free.",
            "Choose a smaller size, close other programs, or install a smaller model.",
            width=width, height=height, needed=alone >> 20, free=max(free, 0) >> 20,
        )
    return Plan(alone, together > free)
