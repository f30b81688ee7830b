"""Skins and animations of an exported file."""

from collections.abc import Callable
from typing import Any

from editor.formats.gltf.carried import merged
from editor.formats.gltf.packing import Packer
from editor.model.scene import SceneAnimation, SceneSkin

IndexOf = Callable[[str], int | None]


class MotionWriter:
    """Writes what moves; joints and channels whose node was deleted go with it."""

    def __init__(self, packer: Packer, index_of: IndexOf) -> None:
        self._packer = packer
        self._index_of = index_of

    def skin(self, skin: SceneSkin) -> dict[str, Any]:
        found: dict[str, Any] = {"name": skin.name} if skin.name else {}
        joints = [self._index_of(joint) for joint in skin.joints]
        found["joints"] = [joint if joint is not None else 0 for joint in joints]
        root = self._index_of(skin.skeleton or "")
        if root is not None:
            found["skeleton"] = root
        if skin.inverse_bind is not None:
            found["inverseBindMatrices"] = self._packer.accessor(skin.inverse_bind)
        return merged(found, skin.carried, self._index_of)

    def animation(self, animation: SceneAnimation) -> dict[str, Any]:
        found: dict[str, Any] = {"name": animation.name} if animation.name else {}
        samplers: list[dict[str, Any]] = []
        channels = []
        for channel in animation.channels:
            node = self._index_of(channel.node or "")
            if node is None and channel.node is not None:
                continue
            sampler: dict[str, Any] = {
                "input": self._packer.accessor(channel.times, bounds=True),
                "output": self._packer.accessor(channel.values),
            }
            if channel.interpolation != "LINEAR":
                sampler["interpolation"] = channel.interpolation
            if sampler not in samplers:
                samplers.append(sampler)
            target: dict[str, Any] = {} if node is None else {"node": node}
            target = merged({**target, "path": channel.path}, channel.carried, self._index_of)
            channels.append({"sampler": samplers.index(sampler), "target": target})
        found |= {"samplers": samplers, "channels": channels}
        return merged(found, animation.carried, self._index_of)
