"""Materials, textures, images and samplers of an exported file."""

from collections.abc import Callable, Sequence
from typing import Any

from editor.base.translation import tr
from editor.formats.gltf.carried import merged
from editor.formats.gltf.packing import Packer
from editor.formats.report import ReportBuilder
from editor.model.embed import Embed
from editor.model.scene import TEXTURE_SLOTS, SceneMaterial, SceneTexture, TextureUse
from render.color import BLACK, WHITE, Color, srgb_to_linear

WRAPS = {"clamp": 33071, "mirror": 33648, "repeat": 10497}
OTHER_IMAGES = {
    "image/webp": "EXT_texture_webp", "image/avif": "EXT_texture_avif", "image/ktx2": "KHR_texture_basisu",
    "image/vnd-ms.dds": "MSFT_texture_dds",
}  # fmt: skip
PLAIN_IMAGES = ("image/png", "image/jpeg")

DrawLink = Callable[[Embed], bytes]
"""A live link as PNG."""
IndexOf = Callable[[str], int | None]


def linear(color: Color) -> list[float]:
    """Rounded so far that a value survives going in and out unchanged."""
    return [float(f"{srgb_to_linear(max(0.0, part)):.7g}") for part in (color.red, color.green, color.blue)]


class SurfaceWriter:
    """Writes `images`, `samplers`, `textures` and `materials`."""

    def __init__(self, packer: Packer, draw_link: DrawLink, index_of: IndexOf, report: ReportBuilder) -> None:
        self._packer = packer
        self._draw_link = draw_link
        self._index_of = index_of
        self._report = report
        self._pictures: list[SceneTexture] = []
        self._sampled: dict[tuple[int, str], int] = {}
        self.images: list[dict[str, Any]] = []
        self.samplers: list[dict[str, Any]] = []
        self.textures: list[dict[str, Any]] = []

    def prepare(self, textures: Sequence[SceneTexture], materials: Sequence[SceneMaterial]) -> None:
        """One image and one texture for each texture record, in order, so that kept references find them.

        The texture is read as the first material that uses it says; other ways of reading it come behind.
        """
        for texture in textures:
            self._pictures.append(texture)
            image: dict[str, Any] = {"name": texture.name} if texture.name else {}
            if isinstance(texture.source, Embed):
                self._report.converted(tr("A live link is exported as a picture"))
                image |= {"bufferView": self._packer.image_bytes(self._draw_link(texture.source))}
                image["mimeType"] = "image/png"
            else:
                image["bufferView"] = self._packer.image(texture.source.blob)
                image["mimeType"] = texture.source.media_type or "image/png"
            self.images.append(image)
        first: dict[int, TextureUse] = {}
        for item in materials:
            for slot in TEXTURE_SLOTS:
                use = getattr(item, slot)
                index = None if use is None else self._index_of(use.texture)
                if use is not None and index is not None:
                    first.setdefault(index, use)
        for index, texture in enumerate(textures):
            self._texture(index, first.get(index, TextureUse(texture=texture.id)))

    def material(self, item: SceneMaterial) -> dict[str, Any]:
        metal: dict[str, Any] = {}
        base = [*linear(item.base_color), item.base_color.alpha]
        _differs(metal, "baseColorFactor", base, [1.0, 1.0, 1.0, 1.0])
        _differs(metal, "metallicFactor", item.metallic, 1.0)
        _differs(metal, "roughnessFactor", item.roughness, 1.0)
        self._use(metal, "baseColorTexture", item.base_texture)
        self._use(metal, "metallicRoughnessTexture", item.metallic_roughness_texture)
        found: dict[str, Any] = {"name": item.name} if item.name else {}
        if metal:
            found["pbrMetallicRoughness"] = metal
        _differs(found, "emissiveFactor", linear(item.emissive), linear(BLACK))
        _differs(found, "alphaMode", item.alpha_mode.upper(), "OPAQUE")
        if item.alpha_mode == "mask":
            _differs(found, "alphaCutoff", item.alpha_cutoff, 0.5)
        _differs(found, "doubleSided", item.double_sided, False)
        self._use(found, "normalTexture", item.normal_texture, "scale", item.normal_scale)
        self._use(found, "occlusionTexture", item.occlusion_texture, "strength", item.occlusion_strength)
        self._use(found, "emissiveTexture", item.emissive_texture)
        extensions = self._extensions(item)
        if extensions:
            found["extensions"] = extensions
        return merged(found, item.carried, self._index_of)

    def _extensions(self, item: SceneMaterial) -> dict[str, Any]:
        coat: dict[str, Any] = {}
        _differs(coat, "clearcoatFactor", item.clearcoat, 0.0)
        _differs(coat, "clearcoatRoughnessFactor", item.clearcoat_roughness, 0.0)
        self._use(coat, "clearcoatTexture", item.clearcoat_texture)
        self._use(coat, "clearcoatRoughnessTexture", item.clearcoat_roughness_texture)
        self._use(coat, "clearcoatNormalTexture", item.clearcoat_normal_texture)
        shine: dict[str, Any] = {}
        _differs(shine, "specularFactor", item.specular, 1.0)
        _differs(shine, "specularColorFactor", linear(item.specular_color), linear(WHITE))
        found: dict[str, Any] = {}
        _differs(found, "KHR_materials_clearcoat", coat, {})
        _differs(found, "KHR_materials_specular", shine, {})
        if item.unlit:
            found["KHR_materials_unlit"] = {}
        if item.transmission:
            found["KHR_materials_transmission"] = {"transmissionFactor": item.transmission}
        if item.ior != 1.5:
            found["KHR_materials_ior"] = {"ior": item.ior}
        if item.emissive_strength != 1.0:
            found["KHR_materials_emissive_strength"] = {"emissiveStrength": item.emissive_strength}
        return found

    def _use(
        self, target: dict[str, Any], key: str, use: TextureUse | None, number: str = "", value: float = 1.0
    ) -> None:
        """Writes a texture reference; `number` is the scale or strength that stands beside it."""
        index = None if use is None else self._index_of(use.texture)
        if use is None or index is None:
            return
        found: dict[str, Any] = {"index": self._texture(index, use)}
        _differs(found, "texCoord", use.uv_set, 0)
        if number:
            _differs(found, number, value, 1.0)
        moved: dict[str, Any] = {}
        _differs(moved, "offset", list(use.offset), [0.0, 0.0])
        _differs(moved, "rotation", use.rotation, 0.0)
        _differs(moved, "scale", list(use.scale), [1.0, 1.0])
        if moved:
            found["extensions"] = {"KHR_texture_transform": moved}
        target[key] = merged(found, use.carried, self._index_of)

    def _texture(self, image: int, use: TextureUse) -> int:
        """A texture object for an image read in this way; each pair is written once."""
        sampler: dict[str, Any] = {}
        _differs(sampler, "wrapS", WRAPS[use.wrap_u], WRAPS["repeat"])
        _differs(sampler, "wrapT", WRAPS[use.wrap_v], WRAPS["repeat"])
        _differs(sampler, "magFilter", use.magnify, 0)
        _differs(sampler, "minFilter", use.minify, 0)
        key = (image, repr(sampler))
        if key not in self._sampled:
            self._sampled[key] = len(self.textures)
            self.textures.append(self._new_texture(image, sampler))
        return self._sampled[key]

    def _new_texture(self, image: int, sampler: dict[str, Any]) -> dict[str, Any]:
        record = self._pictures[image]
        found: dict[str, Any] = {}
        if sampler:
            if sampler not in self.samplers:
                self.samplers.append(sampler)
            found["sampler"] = self.samplers.index(sampler)
        kind = self.images[image]["mimeType"]
        if kind in OTHER_IMAGES:
            found["extensions"] = {OTHER_IMAGES[kind]: {"source": image}}
        else:
            found["source"] = image
        return merged(found, record.carried, self._index_of)


def _differs(target: dict[str, Any], key: str, value: Any, default: Any) -> None:
    """glTF leaves out what has its default value."""
    if value != default:
        target[key] = value
