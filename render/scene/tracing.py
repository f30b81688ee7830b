"""Final pictures of a scene: paths of light, traced by Mitsuba 3.

Its scalar variant is used: it compiles nothing at run time, and the same part with the same seed gives the same bits
on every machine, with any number of threads (with a box filter no two samples share a pixel's sum out of order).
Known limits: lines and points are not traced, `reach` of lamps and occlusion textures have no part in real light, and a
mesh shows both of its sides.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from render.scene.errors import SceneRenderError
from render.scene.framing import lens
from render.scene.surfacing import emitter_of, surface_of
from render.scene.transforms import normalized
from render.scene.values import (
    Camera,
    Environment,
    Floats,
    Instance,
    Material,
    Mesh,
    Primitive,
    PunctualLight,
    Scene,
    View,
)

MOST_BOUNCES = 12
ROULETTE = 6
BLOCK = 16
"""Pixels a side that one thread does at a time. Chance begins anew in each, so it must not follow from the number of
threads, as Mitsuba would have it."""


SENSELESS = "The scene cannot be traced: one of its meshes or materials makes no sense."


@dataclass(frozen=True)
class Part:
    """A rectangle of a picture of `width` by `height`, with `samples` for each pixel."""

    width: int
    height: int
    x: int
    y: int
    part_width: int
    part_height: int
    samples: int
    seed: int

    @property
    def own_seed(self) -> int:
        """Parts must not repeat each other's noise."""
        plain = f"{self.seed} {self.x} {self.y}".encode()
        return int.from_bytes(hashlib.blake2b(plain, digest_size=4).digest(), "little")


class Tracer:
    """A scene made ready once; parts of pictures are traced from it."""

    def __init__(self, scene: Scene, show_environment: bool = False) -> None:
        self._bounds = scene.bounds
        hidden = scene.environment is not None and not show_environment
        glows = any(_glows(instance.material) for instance in scene.instances)
        # Mitsuba can hide lamps from the camera only all together. Light adds up, so what glows is traced by itself.
        passes = [(True, False, True), (False, True, False)] if hidden and glows else [(True, True, hidden)]
        self._scenes = [_made(scene, *each) for each in passes]

    def trace(self, camera: Camera, part: Part, threads: int = 0) -> Floats:
        """(part_height, part_width, 4): premultiplied, linear light."""
        import drjit

        mi = mitsuba()
        if threads and drjit.thread_count() != threads:
            drjit.set_thread_count(threads)
        try:
            sensor = mi.load_dict(_sensor(mi, camera, part, self._bounds))
            films = [np.array(mi.render(one, sensor=sensor, spp=part.samples, seed=part.own_seed), dtype=np.float32)
                     for one in self._scenes]  # fmt: skip
        except RuntimeError as error:
            raise SceneRenderError(SENSELESS) from error
        pixels = films[0].reshape(part.part_height, part.part_width, 4)
        for film in films[1:]:
            pixels[..., :3] += film.reshape(pixels.shape)[..., :3]
        return np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)


def _made(scene: Scene, lit: bool, glowing: bool, hide_emitters: bool) -> Any:
    """Mitsuba's scene, with the light that is `lit` from without, or with that which surfaces give, or both."""
    mi = mitsuba()
    described: dict[str, Any] = {
        "type": "scene",
        "integrator": {
            "type": "path", "max_depth": MOST_BOUNCES, "rr_depth": ROULETTE, "hide_emitters": hide_emitters,
            "block_size": BLOCK,
        },
    }
    surfaces: dict[str, Any] = {}
    for number, instance in enumerate(scene.instances):
        if instance.mesh.primitive is Primitive.TRIANGLES and instance.mesh.element_count >= 3:
            described[f"shape{number}"] = _shape(mi, instance, number, surfaces, glowing)
    if lit:
        described |= _lights(mi, scene)
    try:
        return mi.load_dict(described)
    except (RuntimeError, ValueError) as error:
        raise SceneRenderError(SENSELESS) from error


def _lights(mi: Any, scene: Scene) -> dict[str, Any]:
    found = {f"lamp{number}": _lamp(mi, light) for number, light in enumerate(scene.lights)}
    if scene.sun is not None:
        sun = scene.sun
        light_of_sun = np.array(sun.color) * sun.strength * np.pi
        found["sun"] = _directional(normalized(np.array(sun.direction, dtype=np.float64)), light_of_sun)
    if scene.environment is not None:
        found["environment"] = _environment(mi, scene.environment)
    return found


def _glows(material: Material) -> bool:
    return material.unlit or max(material.emissive) * material.emissive_strength > 0


def mitsuba() -> Any:
    """The library in the variant we use. Raises SceneRenderError where it is not installed."""
    try:
        import mitsuba as mi
    except ImportError as error:
        raise SceneRenderError("Path tracing needs Mitsuba: install Atelier with its extra “scene”.") from error
    if mi.variant() != "scalar_rgb":
        mi.set_variant("scalar_rgb")
    return mi


# From values to Mitsuba's


def _shape(mi: Any, instance: Instance, number: int, surfaces: dict[str, Any], glowing: bool) -> Any:
    """A mesh in the world, with its surface; equal materials share one."""
    mesh, material = instance.mesh, instance.material
    key = f"{material.key} {mesh.uv0 is not None}"
    if key not in surfaces:
        surfaces[key] = mi.load_dict(surface_of(mi, material, mesh.uv0 is not None))
    properties = mi.Properties()
    properties["bsdf"] = surfaces[key]
    emitter = emitter_of(mi, material, mesh.uv0 is not None) if glowing else None
    if emitter is not None:
        properties["emitter"] = mi.load_dict(emitter)
    positions, normals, faces = _in_world(mesh, instance.world)
    made = mi.Mesh(
        f"mesh{number}", len(positions), len(faces), has_vertex_normals=normals is not None,
        has_vertex_texcoords=mesh.uv0 is not None, props=properties,
    )  # fmt: skip
    values = mi.traverse(made)
    values["vertex_positions"] = positions.ravel()
    values["faces"] = faces.ravel()
    if normals is not None:
        values["vertex_normals"] = normals.ravel()
    if mesh.uv0 is not None:
        values["vertex_texcoords"] = np.ascontiguousarray(mesh.uv0, dtype=np.float32).ravel()
    values.update()
    return made


def _in_world(mesh: Mesh, world: Any) -> tuple[Floats, Floats | None, Any]:
    positions = mesh.positions.astype(np.float64) @ world[:3, :3].T + world[:3, 3]
    indices = mesh.indices if mesh.indices is not None else np.arange(len(positions), dtype=np.uint32)
    faces = indices[: len(indices) // 3 * 3].reshape(-1, 3).astype(np.uint32)
    if np.linalg.det(world[:3, :3]) < 0:
        faces = faces[:, ::-1]
    normals = None
    if mesh.normals is not None:
        with np.errstate(all="ignore"):
            turned = mesh.normals.astype(np.float64) @ np.linalg.pinv(world[:3, :3])
            normals = np.nan_to_num(turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
    return positions.astype(np.float32), normals, np.ascontiguousarray(faces)


def _lamp(mi: Any, light: PunctualLight) -> dict[str, Any]:
    color = np.array(light.color, dtype=np.float64) * light.intensity
    direction = normalized(np.array(light.direction, dtype=np.float64), (0.0, 0.0, -1.0))
    if light.kind == "directional":
        return _directional(direction, color)
    if light.kind == "point":
        return {"type": "point", "position": list(light.position), "intensity": _rgb(color)}
    up = [0.0, 1.0, 0.0] if abs(direction[1]) < 0.99 else [1.0, 0.0, 0.0]
    target = (np.array(light.position) + direction).tolist()
    outer = float(np.degrees(light.outer_cone))
    return {
        "type": "spot", "intensity": _rgb(color), "cutoff_angle": min(outer, 89.9),
        "beam_width": min(float(np.degrees(light.inner_cone)), outer * 0.99),
        "to_world": mi.ScalarTransform4f().look_at(origin=list(light.position), target=target, up=up),
    }  # fmt: skip


def _directional(direction: Any, irradiance: Any) -> dict[str, Any]:
    return {"type": "directional", "direction": [float(each) for each in direction], "irradiance": _rgb(irradiance)}


def _environment(mi: Any, environment: Environment) -> dict[str, Any]:
    """Ours begins at +z where Mitsuba's begins at -z: half a turn."""
    pixels = np.nan_to_num(environment.pixels.astype(np.float32), posinf=6.0e4) * np.float32(environment.intensity)
    pixels = np.ascontiguousarray(np.roll(np.maximum(pixels, 0.0), pixels.shape[1] // 2, axis=1))
    turn = mi.ScalarTransform4f().rotate([0, 1, 0], -float(np.degrees(environment.rotation)))
    return {"type": "envmap", "bitmap": mi.Bitmap(pixels), "to_world": turn}


def _sensor(mi: Any, camera: Camera, part: Part, bounds: Any) -> dict[str, Any]:
    """Mitsuba's cameras look along +z with x to the left."""
    aspect = part.width / part.height
    seen = lens(camera, aspect, bounds)
    world = np.array(camera.world, dtype=np.float64) @ np.diag([-1.0, 1.0, -1.0, 1.0])
    described: dict[str, Any] = {
        "near_clip": max(seen.near, 1e-6), "far_clip": seen.far,
        "sampler": {"type": "independent", "sample_count": part.samples},
        "film": {
            "type": "hdrfilm", "width": part.width, "height": part.height, "crop_offset_x": part.x,
            "crop_offset_y": part.y, "crop_width": part.part_width, "crop_height": part.part_height,
            "pixel_format": "rgba", "component_format": "float32", "rfilter": {"type": "box"},
        },
    }  # fmt: skip
    if camera.kind == "perspective":
        angle = float(np.degrees(min(max(camera.field_of_view_y, 1e-3), 3.1)))
        return {**described, "type": "perspective", "fov": angle, "fov_axis": "y",
                "to_world": mi.ScalarTransform4f(world)}  # fmt: skip
    half = max(abs(camera.half_height), 1e-9) * aspect
    scaled = world @ np.diag([half, half, 1.0, 1.0])
    return {**described, "type": "orthographic", "to_world": mi.ScalarTransform4f(scaled)}


def _rgb(color: Any) -> dict[str, Any]:
    return {"type": "rgb", "value": [max(0.0, float(each)) for each in color]}


# From light to what a screen shows


def developed(light: Floats, view: View) -> Floats:
    """Premultiplied linear light as the straight sRGB of a screen, (height, width, 4) float32 from 0 to 1.

    Exposure, tone mapping and background are those of tone.glsl and final.frag, so that a traced picture and a fast one
    have the same look.
    """
    alpha = np.clip(light[..., 3:], 0.0, 1.0)
    color = np.maximum(light[..., :3] / np.maximum(alpha, 1e-6) * view.exposure, 0.0)
    mapped = _TONES[view.tone_mapping](color)
    behind = np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in view.background[:3]])
    rest = view.background[3] * (1.0 - alpha)
    total = alpha + rest
    straight = np.clip((mapped * alpha + behind * rest) / np.maximum(total, 1e-6), 0.0, 1.0)
    curve = np.where(straight <= 0.0031308, straight * 12.92, 1.055 * straight ** (1 / 2.4) - 0.055)
    return np.concatenate([np.where(total > 0, curve, 0.0), total], axis=2).astype(np.float32)


def _neutral(color: Any) -> Any:
    start, desaturation = 0.8 - 0.04, 0.15
    low = color.min(axis=2, keepdims=True)
    color = color - np.where(low < 0.08, low - 6.25 * low * low, 0.04)
    peak = color.max(axis=2, keepdims=True)
    room = 1.0 - start
    new_peak = 1.0 - room * room / np.maximum(peak + room - start, 1e-6)
    grey = 1.0 - 1.0 / (desaturation * (peak - new_peak) + 1.0)
    pressed = color * new_peak / np.maximum(peak, 1e-6)
    return np.where(peak < start, color, pressed * (1 - grey) + new_peak * grey)


_INTO = np.array([[0.59719, 0.35458, 0.04823], [0.07600, 0.90834, 0.01566], [0.02840, 0.13383, 0.83777]])
_OUT_OF = np.array([[1.60475, -0.53108, -0.07367], [-0.10208, 1.10813, -0.00605], [-0.00327, -0.07276, 1.07602]])


def _filmic(color: Any) -> Any:
    inside = (color / 0.6) @ _INTO.T
    bent = (inside * (inside + 0.0245786) - 0.000090537) / (inside * (0.983729 * inside + 0.4329510) + 0.238081)
    return np.clip(bent @ _OUT_OF.T, 0.0, 1.0)


_TONES: dict[str, Callable[[Any], Any]] = {"neutral": _neutral, "filmic": _filmic, "none": lambda c: np.minimum(c, 1.0)}
