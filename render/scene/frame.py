"""The block of numbers that all shaders of one picture share; its order is that of frame.glsl."""

import numpy as np

from render.scene.framing import Lens
from render.scene.resources import ProbeResource
from render.scene.transforms import Matrix, normalized
from render.scene.values import Floats, PunctualLight, Scene, View

MAX_LIGHTS = 8
BACKGROUND_BLUR = 1.6  # mip level of the mirror cube shown behind the scene
TONE_NUMBERS = {"none": 0.0, "neutral": 1.0, "filmic": 2.0}


def linear(color: tuple[float, ...]) -> tuple[float, float, float]:
    """sRGB-encoded to linear (IEC 61966-2-1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color[:3])
    return (red, green, blue)


def frame_block(
    scene: Scene,
    view: View,
    lens: Lens,
    probe: ProbeResource | None,
    shadow: tuple[Matrix, float] | None,
) -> Floats:
    """`shadow` is the map's matrix and the width of its texel in metres."""
    rows = np.zeros((_ROWS, 4), dtype=np.float32)
    view_projection = lens.view_projection
    rows[0:4] = view_projection.T
    rows[4:8] = np.linalg.inv(view_projection).T
    if shadow is not None:
        rows[8:12] = shadow[0].T
    eye = lens.eye if lens.perspective else normalized(lens.view[2, :3])
    rows[12] = (*eye, 1.0 if lens.perspective else 0.0)
    if scene.sun is not None:
        sun = scene.sun
        rows[13] = (*-normalized(np.array(sun.direction, dtype=np.float64)), 1.0 if shadow else 0.0)
        # The shader's light is irradiance and is divided by pi, by Lambert's law.
        rows[14] = (*(np.array(sun.color) * sun.strength * np.pi), shadow[1] if shadow else 0.0)
    environment = scene.environment
    if probe is not None and environment is not None:
        rows[15:24, :3] = probe.harmonics
        turn = environment.rotation
        rows[24] = (environment.intensity, np.cos(turn), np.sin(turn), probe.highest_level)
    lights = strongest(scene.lights, lens)
    rows[25] = (view.exposure, TONE_NUMBERS[view.tone_mapping], BACKGROUND_BLUR, len(lights))
    rows[26] = (*linear(view.background), view.background[3])
    for i, light in enumerate(lights):
        _write_light(rows, i, light)
    return rows


_ROWS = 27 + 4 * MAX_LIGHTS


def strongest(lights: tuple[PunctualLight, ...], lens: Lens) -> tuple[PunctualLight, ...]:
    """As many as the shader takes, those that matter most at the camera first."""
    if len(lights) <= MAX_LIGHTS:
        return lights

    def weight(light: PunctualLight) -> float:
        if light.kind == "directional":
            return light.intensity
        distance2 = float(((np.array(light.position) - lens.eye) ** 2).sum())
        return light.intensity / max(distance2, 1e-6)

    return tuple(sorted(lights, key=weight, reverse=True)[:MAX_LIGHTS])


def _write_light(rows: Floats, i: int, light: PunctualLight) -> None:
    kind = {"point": 0.0, "spot": 1.0, "directional": 2.0}[light.kind]
    rows[27 + i] = (*light.position, kind)
    reach = 1 / light.reach if light.reach and light.reach > 0 else 0.0
    rows[27 + MAX_LIGHTS + i] = (*(np.array(light.color) * light.intensity), reach)
    rows[27 + 2 * MAX_LIGHTS + i, :3] = normalized(np.array(light.direction, dtype=np.float64), (0.0, 0.0, -1.0))
    # KHR_lights_punctual, "Inner and Outer Cone Angles".
    outer, inner = np.cos(light.outer_cone), np.cos(light.inner_cone)
    scale = 1 / max(0.001, inner - outer)
    rows[27 + 3 * MAX_LIGHTS + i, :2] = (scale, -outer * scale)
