"""Animations: the translation, rotation, scale and weights of nodes at a time (glTF 2.0, appendix C)."""

from fractions import Fraction

import numpy as np
from msgspec.structs import replace

from editor.display.scene.arrays import Fetch, floats
from editor.model.scene import AnimationChannel, SceneAnimation, SceneNode
from render.scene.transforms import normalized
from render.scene.values import Floats

PATHS = {"translation": 3, "rotation": 4, "scale": 3, "weights": 0}


def moved(
    nodes: dict[str, SceneNode], animations: list[SceneAnimation], time: Fraction, fetch: Fetch
) -> dict[str, SceneNode]:
    """The nodes as they stand at `time` seconds; every animation plays from 0 and starts again at its end."""
    found = dict(nodes)
    for animation in animations:
        length = max((_length(channel, fetch) for channel in animation.channels), default=0.0)
        at = float(time) % length if length > 0 and float(time) > length else float(time)
        for channel in animation.channels:
            node = found.get(channel.node or "")
            if node is not None and channel.path in PATHS:
                value = sample(channel, at, fetch)
                if value is not None:
                    found[node.id] = _changed(node, channel.path, value)
    return found


def _length(channel: AnimationChannel, fetch: Fetch) -> float:
    times = floats(channel.times, fetch, 1)
    return float(times.max()) if times is not None and len(times) else 0.0


def _changed(node: SceneNode, path: str, value: Floats) -> SceneNode:
    parts = [float(part) for part in value]
    if path == "weights":
        return replace(node, weights=tuple(parts))
    if path == "rotation":
        parts = normalized(np.array(parts), (0.0, 0.0, 0.0, 1.0)).tolist()
    return replace(node, **{path: tuple(parts)})


def sample(channel: AnimationChannel, at: float, fetch: Fetch) -> Floats | None:
    """The value of a channel at a time; None when its arrays do not fit each other."""
    times, values = floats(channel.times, fetch, 1), floats(channel.values, fetch)
    if times is None or values is None or not len(times):
        return None
    cubic = channel.interpolation == "CUBICSPLINE"
    rows = values.reshape(len(times), 3 if cubic else 1, -1) if values.size % (len(times) * (3 if cubic else 1)) == 0 \
        else None  # fmt: skip
    if rows is None or (PATHS[channel.path] and rows.shape[2] != PATHS[channel.path]):
        return None
    keys = rows[:, 1 if cubic else 0]
    i = int(np.searchsorted(times[:, 0], at, side="right")) - 1
    if i < 0 or i >= len(times) - 1:
        return np.asarray(keys[0 if i < 0 else -1])
    span = float(times[i + 1, 0] - times[i, 0])
    part = (at - float(times[i, 0])) / span if span > 0 else 0.0
    if channel.interpolation == "STEP":
        return np.asarray(keys[i])
    if cubic:
        return _hermite(keys[i], rows[i, 2] * span, keys[i + 1], rows[i + 1, 0] * span, part)
    if channel.path == "rotation":
        return _slerp(keys[i], keys[i + 1], part)
    return np.asarray(keys[i] * (1 - part) + keys[i + 1] * part, dtype=np.float32)


def _hermite(start: Floats, leaving: Floats, end: Floats, arriving: Floats, t: float) -> Floats:
    a, b = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    c, d = -2 * t**3 + 3 * t**2, t**3 - t**2
    return np.asarray(a * start + b * leaving + c * end + d * arriving, dtype=np.float32)


def _slerp(start: Floats, end: Floats, t: float) -> Floats:
    cos = float(start @ end)
    if cos < 0:
        end, cos = -end, -cos
    if cos > 0.9995:
        return np.asarray(start * (1 - t) + end * t, dtype=np.float32)
    angle = np.arccos(cos)
    mixed = (np.sin((1 - t) * angle) * start + np.sin(t * angle) * end) / np.sin(angle)
    return np.asarray(mixed, dtype=np.float32)
