"""Materials as Mitsuba's surfaces: glTF's metallic-roughness on Disney's principled model, which it came from."""

from typing import Any

import numpy as np

from render.scene.values import Material, Texture


def surface_of(mi: Any, material: Material, has_uv: bool) -> dict[str, Any]:
    """What load_dict takes. Textures count only where the mesh says where they lie."""
    if material.unlit:
        surface: dict[str, Any] = {"type": "diffuse", "reflectance": {"type": "rgb", "value": 0.0}}
    else:
        surface = _principled(mi, material, has_uv)
        if material.normal_texture is not None and has_uv:
            surface = {"type": "normalmap", "normalmap": _normals(mi, material), "bsdf": surface}
        if material.transmission <= 0:
            surface = {"type": "twosided", "bsdf": surface}
    opacity = _opacity(mi, material, has_uv)
    return surface if opacity is None else {"type": "mask", "opacity": opacity, "bsdf": surface}


def emitter_of(mi: Any, material: Material, has_uv: bool) -> dict[str, Any] | None:
    """The light that a surface gives of itself: what glows, and what is to be seen without light."""
    if material.unlit:
        return {"type": "area", "radiance": _color(mi, material.base_color[:3], material.base_texture, has_uv)}
    strength = np.array(material.emissive) * material.emissive_strength
    if strength.max() <= 0:
        return None
    return {"type": "area", "radiance": _color(mi, tuple(strength), material.emissive_texture, has_uv)}


def _principled(mi: Any, material: Material, has_uv: bool) -> dict[str, Any]:
    base = _color(mi, material.base_color[:3], material.base_texture, has_uv)
    roughness: Any = float(np.clip(material.roughness, 0.02, 1.0))
    metallic: Any = float(np.clip(material.metallic, 0.0, 1.0))
    if material.metallic_roughness_texture is not None and has_uv:
        pixels = _unit(material.metallic_roughness_texture)
        roughness = _bitmap(mi, np.clip(pixels[..., 1:2] * material.roughness, 0.02, 1.0),
                            material.metallic_roughness_texture, raw=True)  # fmt: skip
        metallic = _bitmap(mi, np.clip(pixels[..., 2:3] * material.metallic, 0.0, 1.0),
                           material.metallic_roughness_texture, raw=True)  # fmt: skip
    if material.transmission > 0:
        return {
            "type": "principledthin", "base_color": base, "roughness": roughness,
            "spec_trans": float(np.clip(material.transmission, 0.0, 1.0)),
            "eta": float(np.clip(material.ior, 1.01, 3.0)),
        }  # fmt: skip
    reflectance = min(((material.ior - 1) / (material.ior + 1)) ** 2 * material.specular, 0.08)
    return {
        "type": "principled", "base_color": base, "roughness": roughness, "metallic": metallic,
        # Mitsuba's `specular` is Disney's: 8 % reflectance at 1.
        "specular": float(np.clip(reflectance / 0.08, 1e-3, 1.0)),
        "clearcoat": float(np.clip(material.clearcoat, 0, 1)),
        "clearcoat_gloss": float(1.0 - np.clip(material.clearcoat_roughness, 0.0, 1.0)),
    }  # fmt: skip


def _opacity(mi: Any, material: Material, has_uv: bool) -> Any:
    if material.alpha_mode == "opaque":
        return None
    alpha, cutoff = material.base_color[3], material.alpha_cutoff
    if material.base_texture is None or not has_uv:
        return float(alpha if material.alpha_mode == "blend" else alpha >= cutoff)
    pixels = _unit(material.base_texture)[..., 3:4] * alpha
    if material.alpha_mode == "mask":
        pixels = (pixels >= cutoff).astype(np.float32)
    return _bitmap(mi, pixels, material.base_texture, raw=True)


def _color(mi: Any, factor: tuple[float, ...], texture: Texture | None, has_uv: bool) -> dict[str, Any]:
    if texture is None or not has_uv:
        return {"type": "rgb", "value": [max(0.0, float(each)) for each in factor]}
    light = _light(_unit(texture)[..., :3]) * np.array(factor, np.float32)
    return _bitmap(mi, light, texture, raw=True)


def _normals(mi: Any, material: Material) -> dict[str, Any]:
    texture = material.normal_texture
    assert texture is not None
    turned = _unit(texture)[..., :3] * 2 - 1
    turned[..., :2] *= material.normal_scale
    turned /= np.maximum(np.linalg.norm(turned, axis=2, keepdims=True), 1e-6)
    return _bitmap(mi, turned * 0.5 + 0.5, texture, raw=True)


def _bitmap(mi: Any, pixels: Any, texture: Texture, raw: bool) -> dict[str, Any]:
    a, b, c, d, e, f = texture.transform
    matrix = [[a, c, 0, e], [b, d, 0, f], [0, 0, 1, 0], [0, 0, 0, 1]]
    return {
        "type": "bitmap", "bitmap": mi.Bitmap(np.ascontiguousarray(pixels, dtype=np.float32)), "raw": raw,
        "filter_type": "bilinear" if texture.smooth else "nearest",
        "wrap_mode": texture.wrap_u, "to_uv": mi.ScalarTransform4f(matrix),
    }  # fmt: skip


def _unit(texture: Texture) -> Any:
    pixels = texture.image.pixels
    return pixels.astype(np.float32) / 255 if pixels.dtype == np.uint8 else pixels.astype(np.float32)


def _light(encoded: Any) -> Any:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
