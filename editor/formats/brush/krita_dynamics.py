"""What a preset of Krita follows: options of a strength, each with sensors and their curves, as curves of our dabs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from editor.base.translation import tr
from editor.formats.brush.curves import Points, sampled
from editor.formats.brush.found import DamagedBrush, bounded
from editor.formats.brush.xml_text import parsed
from render.raster.dynamics import Aim, Curve, Dynamics, Source

SENSORS: dict[str, tuple[Source, float]] = {
    "pressure": ("pressure", 1.0), "fuzzy": ("chance", 1.0), "fuzzystroke": ("stroke_random", 1.0),
    "speed": ("speed", 4.0), "distance": ("distance", 1.0), "fade": ("fade", 1.0), "drawingangle": ("way", 360.0),
    "ascension": ("lean", 360.0), "declination": ("tilt", 90.0), "xtilt": ("tilt_x", 1.0), "ytilt": ("tilt_y", 1.0),
}  # fmt: skip
"""Ours, and what Krita calls 1 of it."""
SHARES: dict[str, Aim] = {
    "Size": "size", "Opacity": "opacity", "Flow": "flow", "Ratio": "roundness", "Spacing": "spacing",
}  # fmt: skip
TURNS = ("drawingangle", "ascension")
UNKNOWN = ("Mirror", "Softness", "Sharpness", "Darken", "Mix", "Gradient", "Rate", "Lightness strength")
TRUE = "true"


@dataclass
class Preset:
    """The parameters of a preset by name, under a beginning that they all have; and what is not followed."""

    said: Mapping[str, str]
    under: str = ""
    missed: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.said.get(self.under + name, "")

    def is_on(self, name: str) -> bool:
        return self.text(name) == TRUE

    def number(self, name: str, otherwise: float, low: float = -1e5, high: float = 1e5) -> float:
        try:
            return bounded(float(self.text(name)), low, high)
        except ValueError:
            return otherwise


@dataclass(frozen=True)
class Sensor:
    """One thing that an option follows, and its curve over 0 to 1."""

    name: str
    points: Points
    length: float = 1.0
    repeats: bool = False


def driven(preset: Preset, smudges: bool = False) -> Dynamics:
    """All that can be followed; the rest is told in `preset.missed`."""
    bases: dict[Aim, float] = {}
    curves: list[Curve] = []
    washes = preset.text("PaintOpAction") != "1"
    for option, aim in SHARES.items():
        if aim == "opacity" and not washes:
            aim = "flow_times"  # Krita builds up: no stroke-wide end to the cover
        _share(preset, option, aim, bases, curves)
    _turn(preset, curves)
    _scatter(preset, bases, curves)
    _colours(preset, curves)
    if smudges:
        _smudge(preset, bases, curves)
    missed = [option for option in UNKNOWN if preset.is_on(f"Pressure{option}") and _means_something(preset, option)]
    if missed:
        preset.missed.append(tr("Options of Krita: {names}", names=", ".join(sorted(missed))))
    return Dynamics(bases=bases, curves=tuple(curves))


def _means_something(preset: Preset, option: str) -> bool:
    """Options that change nothing by themselves: mixing with a plain colour, mirroring without an axis."""
    if option in ("Mix", "Darken", "Gradient"):
        return preset.text("ColorSource/Type") not in ("", "plain")
    if option == "Mirror":
        return preset.is_on("HorizontalMirrorEnabled") or preset.is_on("VerticalMirrorEnabled")
    return option != "Rate" or preset.is_on("PaintOpSettings/isAirbrushing")


def _share(preset: Preset, option: str, aim: Aim, bases: dict[Aim, float], curves: list[Curve]) -> None:
    always = option in ("Opacity", "Flow")
    if not always and not preset.is_on(f"Pressure{option}"):
        return
    strength = preset.number(f"{option}Value", 1.0, 0.0, 10.0)
    if strength != 1.0:
        bases[aim] = strength
    if not always or preset.is_on(f"Pressure{option}"):
        curves.extend(_multiplying(preset, option, aim))


def _multiplying(preset: Preset, option: str, aim: Aim, strength: float = 1.0) -> list[Curve]:
    made = []
    for sensor in sensors(preset, option):
        source, one = SENSORS[sensor.name]
        points = tuple((x * one, y * strength) for x, y in sensor.points)
        made.append(Curve(aim, source, points, True, sensor.length, sensor.repeats))
    return made


def _turn(preset: Preset, curves: list[Curve]) -> None:
    """Rotation adds up: to where the stroke goes, where the pen leans, or by as much as the sensor says."""
    if not preset.is_on("PressureRotation"):
        return
    strength = preset.number("RotationValue", 1.0, 0.0, 1.0)
    for sensor in sensors(preset, "Rotation"):
        source, one = SENSORS[sensor.name]
        if sensor.name in TURNS:
            points: Points = ((0.0, 0.0), (360.0, 360.0 * strength))
        elif sensor.name == "fuzzy":
            points = tuple((x * one, (2 * y - 1) * 180 * strength) for x, y in sensor.points)
        else:
            points = tuple((x * one, y * 360 * strength) for x, y in sensor.points)
        curves.append(Curve("angle", source, points, False, sensor.length, sensor.repeats))


def _scatter(preset: Preset, bases: dict[Aim, float], curves: list[Curve]) -> None:
    if not preset.is_on("PressureScatter"):
        return
    axes = (preset.text("Scattering/AxisX") != "false", preset.text("Scattering/AxisY") != "false")
    aims: dict[tuple[bool, bool], Aim] = {
        (True, True): "scatter", (True, False): "scatter_along", (False, True): "scatter_across",
    }  # fmt: skip
    if any(axes):
        bases[aims[axes]] = preset.number("ScatterValue", 1.0, 0.0, 10.0)
        curves += _multiplying(preset, "Scatter", aims[axes])


def _colours(preset: Preset, curves: list[Curve]) -> None:
    """Hue by half a turn either way, saturation and value by all, about the middle of the sensor."""
    shifts: tuple[tuple[str, Aim, float], ...] = (("h", "hue", 0.5), ("s", "saturation", 1.0), ("v", "value", 1.0))
    for option, aim, most in shifts:
        if preset.is_on(f"Pressure{option}"):
            strength = preset.number(f"{option}Value", 1.0, 0.0, 1.0) * most
            for sensor in sensors(preset, option):
                source, one = SENSORS[sensor.name]
                points = tuple((x * one, (2 * y - 1) * strength) for x, y in sensor.points)
                curves.append(Curve(aim, source, points, False, sensor.length, sensor.repeats))


def _smudge(preset: Preset, bases: dict[Aim, float], curves: list[Curve]) -> None:
    """The colour under the tip is carried as far as the rate says; as much of the colour in the hand comes as its
    own does."""
    rate = preset.number("SmudgeRateValue", 1.0, 0.0, 1.0)
    bases["smudge"], bases["smudge_length"] = 1.0, 0.95 * rate
    if preset.is_on("PressureSmudgeRate"):
        curves += _multiplying(preset, "SmudgeRate", "smudge_length")
    if preset.is_on("PressureColorRate"):
        strength = preset.number("ColorRateValue", 1.0, 0.0, 1.0)
        found = _multiplying(preset, "ColorRate", "smudge", -strength)
        if len(found) == 1:
            first = found[0]
            curves.append(Curve("smudge", first.source, first.points, False, first.length, first.repeats))
        else:
            bases["smudge"] = 1 - strength
    if preset.is_on("PressureSmudgeRadius"):
        bases["smudge_radius"] = 0.0
    preset.missed.append(tr("It smudges with one colour at a time, not with the picture under its tip."))


def sensors(preset: Preset, option: str) -> list[Sensor]:
    """What an option follows; what we have no source for is left out and told."""
    text = preset.text(f"{option}Sensor")
    if not text.strip():
        return []
    root = parsed(text)
    each = [one for one in root if one.tag == "ChildSensor"] if root.get("id") == "sensorslist" else [root]
    curve = _common_curve(preset, option)
    found = []
    unknown = set()
    for one in each[:8]:
        name = one.get("id", "")
        if name not in SENSORS:
            unknown.add(name)
            continue
        own = one.findtext("curve") or ""
        used = curve or own if preset.text(f"{option}UseCurve") != "false" else ""
        found.append(Sensor(name, sampled(used), _length(one.get("length")), one.get("periodic") == "1"))
    if len(found) > 1 and preset.text(f"{option}curveMode") not in ("", "0"):
        unknown.add(tr("joined otherwise than by multiplying"))
    if unknown:
        names = ", ".join(sorted(_harmless(one) for one in unknown))
        preset.missed.append(tr("{option} of Krita by: {names}", option=option.strip("/"), names=names))
    return found


def _common_curve(preset: Preset, option: str) -> str:
    return preset.text(f"{option}commonCurve") if preset.is_on(f"{option}UseSameCurve") else ""


def _length(text: str | None) -> float:
    try:
        return bounded(float(text or "30"), 1.0, 1e5)
    except ValueError as error:
        raise DamagedBrush("length") from error


def _harmless(name: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in name)[:60]
