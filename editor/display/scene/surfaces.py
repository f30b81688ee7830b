"""Materials: from record to what the renderer shades with."""

import math
from dataclasses import dataclass

from editor.display.scene.pictures import Picture, PictureStore
from editor.model.scene import TEXTURE_SLOTS, SceneMaterial, TextureUse
from render.color import Color, srgb_to_linear
from render.scene.values import DEFAULT_MATERIAL, Material, Texture

NEAREST_MAGNIFIED = 9728
NEAREST_MINIFIED = (9728, 9984, 9986)
WITHOUT_MIPMAPS = (9728, 9729)


@dataclass(frozen=True, eq=False)
class PlannedMaterial:
    """A material record with the pictures behind its slots; reading those is left to drawing."""

    record: SceneMaterial | None
    pictures: dict[str, Picture]

    @property
    def key(self) -> str:
        return f"{self.record} {sorted((slot, picture.key) for slot, picture in self.pictures.items())}"


def linear(color: Color) -> tuple[float, float, float]:
    red, green, blue = (srgb_to_linear(max(0.0, part)) for part in (color.red, color.green, color.blue))
    return (red, green, blue)


def material(planned: PlannedMaterial, store: PictureStore) -> Material:
    """Reads the pictures; may take a while the first time."""
    item = planned.record
    if item is None:
        return DEFAULT_MATERIAL
    textures = {
        slot: _texture(getattr(item, slot), planned.pictures[slot], store)
        for slot in TEXTURE_SLOTS
        if slot in planned.pictures
    }
    return Material(
        base_color=(*linear(item.base_color), min(1.0, max(0.0, item.base_color.alpha))),
        metallic=item.metallic,
        roughness=item.roughness,
        emissive=linear(item.emissive),
        emissive_strength=item.emissive_strength,
        normal_scale=item.normal_scale,
        occlusion_strength=item.occlusion_strength,
        alpha_mode=item.alpha_mode,
        alpha_cutoff=item.alpha_cutoff,
        double_sided=item.double_sided,
        unlit=item.unlit,
        ior=item.ior if item.ior > 0 else 1e6,  # KHR_materials_ior: 0 stands for full reflection
        specular=item.specular,
        specular_color=linear(item.specular_color),
        clearcoat=item.clearcoat,
        clearcoat_roughness=item.clearcoat_roughness,
        transmission=item.transmission,
        **textures,
    )


def _texture(use: TextureUse, picture: Picture, store: PictureStore) -> Texture:
    return Texture(
        store.image(picture),
        min(use.uv_set, 1),
        texture_map(use),
        use.wrap_u,
        use.wrap_v,
        smooth=use.magnify != NEAREST_MAGNIFIED,
        mipmaps=use.minify not in WITHOUT_MIPMAPS,
    )


def texture_map(use: TextureUse) -> tuple[float, float, float, float, float, float]:
    """Translation x rotation x scale, as KHR_texture_transform says."""
    cos, sin = math.cos(use.rotation), math.sin(use.rotation)
    (sx, sy), (ox, oy) = use.scale, use.offset
    return (cos * sx, -sin * sx, sin * sy, cos * sy, ox, oy)
