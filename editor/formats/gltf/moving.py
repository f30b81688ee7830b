"""Skins and animations: carried through, and used by the display to pose what they move."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from editor.base.translation import tr
from editor.formats.gltf.accessors import item, rows
from editor.formats.gltf.carried import Ids, kept
from editor.formats.gltf.container import broken
from editor.formats.gltf.values import part, reference, text
from editor.formats.report import ReportBuilder
from editor.model.scene import AnimationChannel, ArrayData, SceneAnimation, SceneSkin

Stored = Callable[[object], ArrayData]
INTERPOLATIONS = {"LINEAR": "LINEAR", "STEP": "STEP", "CUBICSPLINE": "CUBICSPLINE"}


def read_skins(listed: list[dict[str, Any]], ids: Ids, stored: Stored) -> Iterator[SceneSkin]:
    for index, source in enumerate(listed):
        joints = source.get("joints", [])
        if not isinstance(joints, list):
            raise broken(tr("{name} is not a list of objects.", name="joints"))
        rest = source.get("inverseBindMatrices")
        found = [reference(joint, ids["nodes"], "node") for joint in joints]
        yield SceneSkin(
            id=ids["skins"][index],
            name=text(source.get("name")),
            joints=tuple(joint for joint in found if joint is not None),
            skeleton=reference(source.get("skeleton"), ids["nodes"], "node"),
            inverse_bind=None if rest is None else stored(rest),
            carried=kept(source, frozenset({"name", "joints", "skeleton", "inverseBindMatrices"}), frozenset(), ids),
        )


def read_animations(
    listed: list[dict[str, Any]], ids: Ids, stored: Stored, report: ReportBuilder
) -> Iterator[SceneAnimation]:
    for index, source in enumerate(listed):
        samplers = rows(source, "samplers")
        channels = [_channel(channel, samplers, ids, stored) for channel in rows(source, "channels")]
        if not channels:
            report.dropped(tr("An animation that moves nothing"))
            continue
        yield SceneAnimation(
            id=ids["animations"][index],
            name=text(source.get("name")),
            channels=tuple(channels),
            carried=kept(source, frozenset({"name", "samplers", "channels"}), frozenset(), ids),
        )


def _channel(
    source: Mapping[str, Any], samplers: list[dict[str, Any]], ids: Ids, stored: Stored
) -> AnimationChannel:
    sampler = item(samplers, source.get("sampler"), "sampler")
    target = part(source, "target")
    interpolation = INTERPOLATIONS.get(str(sampler.get("interpolation", "LINEAR")), "LINEAR")
    return AnimationChannel(
        node=reference(target.get("node"), ids["nodes"], "node"),
        path=text(target.get("path"), 100),
        times=stored(sampler.get("input")),
        values=stored(sampler.get("output")),
        interpolation=interpolation,  # type: ignore[arg-type]  # the table's values
        carried=kept(target, frozenset({"node", "path"}), frozenset(), ids),
    )
