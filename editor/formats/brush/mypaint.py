"""MyPaint's brushes, .myb: settings by name, each a number and curves over what the pen does, as JSON of version 3.

The settings go over to the aims of `render.raster.dynamics` one by one: the dab, where it falls, what it does to
colour. What has
no aim there is told by name.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from editor.base.translation import tr
from editor.formats.brush.found import MOST_SPACING, DamagedBrush, FoundBrush, bounded
from editor.formats.brush.json_text import number, parsed
from render.raster.dynamics import LARGEST, Aim, Curve, Dynamics, Source

VERSION = 3
AIMS: dict[str, Aim] = {
    "opaque": "flow", "opaque_multiply": "flow_times", "radius_logarithmic": "size_log", "hardness": "hardness",
    "radius_by_random": "size_noise", "elliptical_dab_ratio": "ratio", "elliptical_dab_angle": "angle",
    "offset_by_random": "jitter", "offset_by_speed": "along", "offset_x": "offset_x", "offset_y": "offset_y",
    "offset_angle": "side", "offset_angle_2": "side_mirrored", "offset_angle_asc": "lean_side",
    "offset_angle_2_asc": "lean_mirrored", "offset_angle_adj": "offset_turn", "offset_multiplier": "offset_log",
    "slow_tracking_per_dab": "lag", "smudge": "smudge", "smudge_length": "smudge_length",
    "smudge_radius_log": "smudge_radius", "eraser": "erase", "lock_alpha": "lock", "custom_input": "custom",
    "change_color_h": "hue", "change_color_hsv_s": "saturation", "change_color_v": "value",
    "change_color_l": "lightness", "change_color_hsl_s": "hsl_saturation",
}  # fmt: skip
SOURCES: dict[str, Source] = {
    "pressure": "pressure", "speed1": "speed", "speed2": "slow_speed", "random": "random", "stroke": "stroke",
    "direction": "direction", "direction_angle": "way", "tilt_declination": "tilt", "tilt_ascension": "lean",
    "attack_angle": "attack", "custom": "custom", "brush_radius": "radius",
}  # fmt: skip
PLAIN = frozenset((
    "dabs_per_actual_radius", "dabs_per_basic_radius", "dabs_per_second", "opaque_linearize", "anti_aliasing",
    "slow_tracking", "speed1_slowness", "speed2_slowness", "speed1_gamma", "speed2_gamma", "direction_filter",
    "stroke_duration_logarithmic", "stroke_holdtime", "custom_input_slowness", "offset_by_speed_slowness",
    "snap_to_pixel",
))  # fmt: skip
"""Taken as numbers, without the curves that a brush may lay over them."""
SILENT = frozenset((
    "color_h", "color_s", "color_v", "restore_color", "stroke_threshold", "pressure_gain_log", "gridmap_scale",
    "gridmap_scale_x", "gridmap_scale_y", "posterize_num",
))  # fmt: skip
"""The colour is the one in the hand; the rest says nothing by itself."""
DEFAULTS = {
    "opaque": 1.0, "opaque_multiply": 0.0, "radius_logarithmic": 2.0, "hardness": 0.8, "anti_aliasing": 1.0,
    "dabs_per_actual_radius": 2.0, "elliptical_dab_ratio": 1.0, "elliptical_dab_angle": 90.0, "opaque_linearize": 0.9,
    "speed1_slowness": 0.04, "speed2_slowness": 0.8, "speed1_gamma": 4.0, "speed2_gamma": 4.0, "smudge_length": 0.5,
    "direction_filter": 2.0, "stroke_duration_logarithmic": 4.0, "offset_by_speed_slowness": 1.0,
}  # fmt: skip
"""Of settings that a file leaves out; all others are 0. Opaque follows pressure where nothing is said of it."""
STEEP = 1e-6
FARTHEST = LARGEST / 2
"""Where the points of a curve lie; those that stand upright move on from there."""
AN_EVENT = 0.8
"""Hundredths of a second from one place of the pen to the next, ten of them: MyPaint's lag is in time, ours in
places."""


def read_myb(data: bytes) -> Iterator[FoundBrush]:
    """The one brush of a .myb. Raises DamagedBrush."""
    found = parsed(data)
    if not isinstance(found, dict) or number(found.get("version")) != VERSION:
        raise DamagedBrush("version")
    settings = found.get("settings")
    if not isinstance(settings, dict):
        raise DamagedBrush("settings")
    yield _brush(_Settings(settings))


class _Settings:
    """What the file says, with MyPaint's own values where it is silent."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said

    def base(self, name: str) -> float:
        one = self.said.get(name)
        value = number(one.get("base_value")) if isinstance(one, dict) else None
        return DEFAULTS.get(name, 0.0) if value is None else bounded(value, -LARGEST, LARGEST)

    def inputs(self, name: str) -> dict[str, tuple[tuple[float, float], ...]]:
        one = self.said.get(name)
        if one is None and name == "opaque_multiply":
            return {"pressure": ((0.0, 0.0), (1.0, 1.0))}
        inputs = one.get("inputs") if isinstance(one, dict) else None
        if not isinstance(inputs, dict):
            return {}
        return {str(source): points for source, said in inputs.items() if (points := _points(said))}

    def is_used(self, name: str) -> bool:
        return bool(self.base(name)) or bool(self.inputs(name))


def _points(said: Any) -> tuple[tuple[float, float], ...]:
    """From left to right; nothing where they make no curve, or one that is level at nothing."""
    if not isinstance(said, list) or not 2 <= len(said) <= 64:
        return ()
    points: list[tuple[float, float]] = []
    for one in said:
        if not isinstance(one, list) or len(one) != 2:
            return ()
        x, y = number(one[0]), number(one[1])
        if x is None or y is None:
            return ()
        x = bounded(x, -FARTHEST, FARTHEST)
        if points and x < points[-1][0] + STEEP:
            if x < points[-1][0] - STEEP:
                return ()
            x = points[-1][0] + STEEP  # straight up
        points.append((x, bounded(y, -LARGEST, LARGEST)))
    return tuple(points) if len(points) > 1 and any(y for _, y in points) else ()


def _brush(said: _Settings) -> FoundBrush:
    radius = math.exp(bounded(said.base("radius_logarithmic"), -2.0, 7.8))
    own, basic = (max(0.0, said.base(f"dabs_per_{name}_radius")) for name in ("actual", "basic"))
    often = own + basic
    spacing = bounded(1 / (2 * often), 0.005, MOST_SPACING) if often > 0 else MOST_SPACING
    bases, curves, missed = _aims(said)
    erases = bases.get("erase", 0.0) >= 1 and not any(curve.aim == "erase" for curve in curves)
    if erases:
        del bases["erase"]
    linear = 1 + bounded(said.base("opaque_linearize"), 0.0, 2.0) * (max(1.0, 2 * often) - 1)
    lag = said.base("slow_tracking")
    dynamics = Dynamics(
        bases=bases, curves=curves, oval=True, basic_share=basic / often if often > 0 else 0.0,
        per_second=bounded(said.base("dabs_per_second"), 0.0, 1000.0), linear=bounded(linear, 1.0, 1000.0),
        gammas=(said.base("speed1_gamma"), said.base("speed2_gamma")),
        slowness=(_positive(said, "speed1_slowness"), _positive(said, "speed2_slowness")),
        drift_slowness=_positive(said, "offset_by_speed_slowness"), turning=_positive(said, "direction_filter"),
        custom_slowness=_positive(said, "custom_input_slowness"), duration=said.base("stroke_duration_logarithmic"),
        hold=_positive(said, "stroke_holdtime"), soft_rim=bounded(said.base("anti_aliasing"), 0.0, 100.0),
        snap=bounded(said.base("snap_to_pixel"), 0.0, 1.0),
    )  # fmt: skip
    return FoundBrush(
        "", diameter=bounded(2 * radius, 0.4, 5000.0), spacing=spacing, hardness=bounded(said.base("hardness"), 0.0,
        1.0),
        angle=said.base("elliptical_dab_angle") % 180, smoothing=math.exp(-AN_EVENT / lag) if lag > 0.05 else 0.0,
        erases=erases, dynamics=dynamics, not_followed=missed,
    )  # fmt: skip


def _positive(said: _Settings, name: str) -> float:
    return bounded(said.base(name), 0.0, LARGEST)


def _aims(said: _Settings) -> tuple[dict[Aim, float], tuple[Curve, ...], tuple[str, ...]]:
    """Numbers and curves by aim, and what has none."""
    bases: dict[Aim, float] = {}
    curves: list[Curve] = []
    settings, sources = set(), set()
    for name in sorted({*said.said, *DEFAULTS}):
        inputs = said.inputs(name)
        aim = AIMS.get(name)
        if aim is None:
            if (name not in PLAIN and name not in SILENT and said.is_used(name)) or (name in PLAIN and inputs):
                settings.add(name)
            continue
        if aim not in ("size_log", "hardness", "angle"):  # these three stand in the options
            bases[aim] = said.base(name)
        for source, points in inputs.items():
            if source in SOURCES:
                curves.append(Curve(aim, SOURCES[source], points, goes_on=True))
            else:
                sources.add(source)
    kept = {aim: value for aim, value in bases.items() if value or aim in ("flow", "flow_times", "smudge_length")}
    return kept, tuple(curves), _told(settings, sources)


def _told(settings: set[str], sources: set[str]) -> tuple[str, ...]:
    said = []
    if settings:
        said.append(tr("Settings of MyPaint: {names}", names=", ".join(sorted(map(_plain, settings)))))
    if sources:
        said.append(tr("Curves of MyPaint over: {names}", names=", ".join(sorted(map(_plain, sources)))))
    return tuple(said)


def _plain(name: str) -> str:
    """A name of the file, as it is read: harmless and short."""
    return "".join(letter if letter.isalnum() else " " for letter in name)[:40]
