"""A Whisper model in ggml's format with weights drawn at random, which hears one word again and again."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

WIDTH, HEADS, LAYERS, AUDIO, TEXT, BANDS = 64, 1, 1, 1500, 32, 80
BASE_TOKENS, VOCABULARY, SPACE = 50_257, 51_865, 220
SAID = 1000


def tiny_whisper(path: Path, seed: int = 0) -> Path:
    """Header, mel filters, tokens and tensors, in the order in which whisper.cpp reads them."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as stream:
        sizes = (VOCABULARY, AUDIO, WIDTH, HEADS, LAYERS, TEXT, WIDTH, HEADS, LAYERS, BANDS, 1)
        stream.write(struct.pack("<12i", 0x67676D6C, *sizes))
        stream.write(struct.pack("<2i", BANDS, 201) + np.full((BANDS, 201), 0.01, np.float32).tobytes())
        stream.write(struct.pack("<i", BASE_TOKENS))
        for number in range(BASE_TOKENS):
            token = b" " if number == SPACE else f" w{number}".encode()
            stream.write(struct.pack("<i", len(token)) + token)
        for name, shape in tensors():
            half = len(shape) > 1 and not name.endswith(("positional_embedding", ".bias"))
            values = _surely(name, rng.normal(size=shape) * 0.05)
            stream.write(struct.pack("<3i", len(shape), len(name), int(half)))
            stream.write(struct.pack(f"<{len(shape)}i", *shape[::-1]) + name.encode())
            stream.write(values.astype(np.float16 if half else np.float32).tobytes())
    return path


def _surely(name: str, values: np.ndarray) -> np.ndarray:
    """The decoder ends in the same direction always, in which one token lies."""
    if name == "decoder.ln.weight":
        return np.zeros_like(values)
    if name == "decoder.ln.bias":
        return np.ones_like(values)
    if name == "decoder.token_embedding.weight":
        values[SAID] += 0.5
    return values


def tensors() -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of everything that a model of these sizes holds."""
    found: list[tuple[str, tuple[int, ...]]] = [
        ("encoder.positional_embedding", (AUDIO, WIDTH)), ("decoder.positional_embedding", (TEXT, WIDTH)),
        ("decoder.token_embedding.weight", (VOCABULARY, WIDTH)),
        ("encoder.conv1.weight", (WIDTH, BANDS, 3)), ("encoder.conv1.bias", (WIDTH, 1)),
        ("encoder.conv2.weight", (WIDTH, WIDTH, 3)), ("encoder.conv2.bias", (WIDTH, 1)),
        *norm("encoder.ln_post"), *norm("decoder.ln"),
    ]
    for block in ("encoder.blocks.0", "decoder.blocks.0"):
        found += [*norm(f"{block}.attn_ln"), *norm(f"{block}.mlp_ln"), *attention(f"{block}.attn")]
        found += [*linear(f"{block}.mlp.0", 4 * WIDTH, WIDTH), *linear(f"{block}.mlp.2", WIDTH, 4 * WIDTH)]
    return [*found, *norm("decoder.blocks.0.cross_attn_ln"), *attention("decoder.blocks.0.cross_attn")]


def norm(name: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(f"{name}.weight", (WIDTH,)), (f"{name}.bias", (WIDTH,))]


def linear(name: str, out: int, into: int) -> list[tuple[str, tuple[int, ...]]]:
    return [(f"{name}.weight", (out, into)), (f"{name}.bias", (out,))]


def attention(name: str) -> list[tuple[str, tuple[int, ...]]]:
    parts = [item for part in ("query", "value", "out") for item in linear(f"{name}.{part}", WIDTH, WIDTH)]
    return [*parts, (f"{name}.key.weight", (WIDTH, WIDTH))]
