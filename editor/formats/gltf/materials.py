"""glTF materials, textures, images and samplers to records."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.gltf.accessors import Accessors, rows
from editor.formats.gltf.carried import Ids, kept
from editor.formats.gltf.container import OpenFile, data_of
from editor.formats.gltf.values import color, extension, number, numbers, part, reference, text
from editor.formats.report import ReportBuilder
from editor.model.scene import PictureData, SceneMaterial, SceneTexture, TextureUse

MATERIAL = frozenset({
    "name", "pbrMetallicRoughness", "normalTexture", "occlusionTexture", "emissiveTexture", "emissiveFactor",
    "alphaMode", "alphaCutoff", "doubleSided",
})  # fmt: skip
READ = frozenset({"KHR_materials_unlit", "KHR_materials_emissive_strength", "KHR_materials_ior"})
# Read in part: what remains of them is kept, and our values are written over it on export.
PARTLY = {
    "KHR_materials_specular": frozenset({"specularFactor", "specularColorFactor"}),
    "KHR_materials_clearcoat": frozenset({
        "clearcoatFactor", "clearcoatRoughnessFactor", "clearcoatTexture", "clearcoatRoughnessTexture",
        "clearcoatNormalTexture",
    }),
    "KHR_materials_transmission": frozenset({"transmissionFactor"}),
}  # fmt: skip
OLD_GLOSS = "KHR_materials_pbrSpecularGlossiness"
WRAPS = {33071: "clamp", 33648: "mirror", 10497: "repeat"}
OTHER_IMAGES = ("EXT_texture_webp", "EXT_texture_avif", "KHR_texture_basisu", "MSFT_texture_dds")
READABLE = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
UNREADABLE = {b"\xabKTX": "image/ktx2", b"DDS ": "image/vnd-ms.dds"}


class MaterialReader:
    """Reads one document's materials; `put_blob` stores bytes and answers their name."""

    def __init__(
        self,
        document: Mapping[str, Any],
        accessors: Accessors,
        open_file: OpenFile,
        put_blob: Any,
        ids: Ids,
        report: ReportBuilder,
    ) -> None:
        self._images = rows(dict(document), "images")
        self._samplers = rows(dict(document), "samplers")
        self._textures = rows(dict(document), "textures")
        self._accessors = accessors
        self._open_file = open_file
        self._put_blob = put_blob
        self._ids = ids
        self._report = report

    def textures(self) -> list[SceneTexture]:
        """Textures whose image cannot be found are left out; materials then go without them."""
        found = []
        for index, source in enumerate(self._textures):
            picture = self._picture(source)
            if picture is not None:
                name, data = picture
                rest = kept(source, frozenset({"name", "sampler", "source"}), frozenset(OTHER_IMAGES), self._ids)
                found.append(SceneTexture(id=self._ids["textures"][index], name=name, source=data, carried=rest))
        return found

    def _picture(self, source: Mapping[str, Any]) -> tuple[str, PictureData] | None:
        index = source.get("source")
        for name in OTHER_IMAGES:
            other = extension(source, name)
            if other is not None:
                index = other.get("source", index) if name != "KHR_texture_basisu" or index is None else index
        if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(self._images):
            self._report.dropped(tr("A texture without an image"))
            return None
        image = self._images[index]
        try:
            data, declared = self._image_data(image)
        except ExpectedError as error:
            self._report.dropped(error.sentence)
            return None
        media_type = _media_type(data) or declared or text(image.get("mimeType"), 100)
        if data[:4] in UNREADABLE:
            self._report.kept(tr("An image of the kind {kind} is kept, but cannot be shown", kind=media_type))
        name = text(image.get("name")) or text(source.get("name")) or text(image.get("uri"), 200).split("/")[-1]
        return ("" if name.startswith("data:") else name), PictureData(blob=self._put_blob(data), media_type=media_type)

    def _image_data(self, image: Mapping[str, Any]) -> tuple[bytes, str]:
        uri = image.get("uri")
        if isinstance(uri, str):
            return data_of(uri, self._open_file)
        return bytes(self._accessors.view(image.get("bufferView"))), text(image.get("mimeType"), 100)

    def material(self, source: Mapping[str, Any], key: str) -> SceneMaterial:
        metal = part(source, "pbrMetallicRoughness")
        base = numbers(metal.get("baseColorFactor"), (1.0, 1.0, 1.0, 1.0), 0.0)
        alpha = str(source.get("alphaMode", "OPAQUE")).lower()
        item = SceneMaterial(
            id=key,
            name=text(source.get("name")),
            base_color=color(list(base[:3]), (1, 1, 1), min(1.0, base[3])),
            metallic=number(metal.get("metallicFactor"), 1.0, 0.0, 1.0),
            roughness=number(metal.get("roughnessFactor"), 1.0, 0.0, 1.0),
            emissive=color(source.get("emissiveFactor"), (0, 0, 0)),
            alpha_mode=alpha if alpha in ("mask", "blend") else "opaque",  # type: ignore[arg-type]  # just checked
            alpha_cutoff=number(source.get("alphaCutoff"), 0.5, 0.0),
            double_sided=source.get("doubleSided") is True,
            normal_scale=number(part(source, "normalTexture").get("scale"), 1.0),
            occlusion_strength=number(part(source, "occlusionTexture").get("strength"), 1.0, 0.0, 1.0),
            base_texture=self._use(metal, "baseColorTexture"),
            metallic_roughness_texture=self._use(metal, "metallicRoughnessTexture"),
            normal_texture=self._use(source, "normalTexture"),
            occlusion_texture=self._use(source, "occlusionTexture"),
            emissive_texture=self._use(source, "emissiveTexture"),
            carried=kept(_remaining(source), MATERIAL, READ, self._ids),
        )
        return self._from_gloss(self._extended(item, source), source)

    def _extended(self, item: SceneMaterial, source: Mapping[str, Any]) -> SceneMaterial:
        """What the extensions that are understood add."""

        def of(name: str) -> Mapping[str, Any]:
            return extension(source, f"KHR_materials_{name}") or {}

        coat, shine = of("clearcoat"), of("specular")
        return replace(
            item,
            unlit=extension(source, "KHR_materials_unlit") is not None,
            emissive_strength=number(of("emissive_strength").get("emissiveStrength"), 1.0, 0.0),
            ior=number(of("ior").get("ior"), 1.5, 0.0, 100.0),
            specular=number(shine.get("specularFactor"), 1.0, 0.0, 1.0),
            specular_color=color(shine.get("specularColorFactor"), (1, 1, 1)),
            clearcoat=number(coat.get("clearcoatFactor"), 0.0, 0.0, 1.0),
            clearcoat_roughness=number(coat.get("clearcoatRoughnessFactor"), 0.0, 0.0, 1.0),
            transmission=number(of("transmission").get("transmissionFactor"), 0.0, 0.0, 1.0),
            clearcoat_texture=self._use(coat, "clearcoatTexture"),
            clearcoat_roughness_texture=self._use(coat, "clearcoatRoughnessTexture"),
            clearcoat_normal_texture=self._use(coat, "clearcoatNormalTexture"),
        )

    def _from_gloss(self, item: SceneMaterial, source: Mapping[str, Any]) -> SceneMaterial:
        """The old specular-glossiness model, as far as the new one can show it; the original is kept."""
        gloss = extension(source, OLD_GLOSS)
        if gloss is None or "pbrMetallicRoughness" in source:
            return item
        self._report.converted(tr("A specular-glossiness material is shown as metallic-roughness"))
        base = numbers(gloss.get("diffuseFactor"), (1.0, 1.0, 1.0, 1.0), 0.0)
        return replace(
            item,
            base_color=color(list(base[:3]), (1, 1, 1), min(1.0, base[3])),
            metallic=0.0,
            roughness=1 - number(gloss.get("glossinessFactor"), 1.0, 0.0, 1.0),
            base_texture=self._use(gloss, "diffuseTexture"),
        )

    def _use(self, source: Mapping[str, Any], key: str) -> TextureUse | None:
        info = source.get(key)
        if not isinstance(info, dict):
            return None
        texture = reference(info.get("index"), self._ids["textures"], "texture")
        index = info["index"] if texture is not None else None
        if texture is None or not isinstance(index, int) or self._picture_is_missing(index):
            return None
        sampler = self._sampler(self._textures[index])
        moved = extension(info, "KHR_texture_transform") or {}
        return TextureUse(
            texture=texture,
            uv_set=int(number(moved.get("texCoord", info.get("texCoord")), 0, 0, 7)),
            offset=_pair(moved.get("offset"), (0.0, 0.0)),
            rotation=number(moved.get("rotation"), 0.0),
            scale=_pair(moved.get("scale"), (1.0, 1.0)),
            wrap_u=WRAPS.get(sampler.get("wrapS", 10497), "repeat"),  # type: ignore[arg-type]  # the table's values
            wrap_v=WRAPS.get(sampler.get("wrapT", 10497), "repeat"),  # type: ignore[arg-type]  # the table's values
            magnify=int(number(sampler.get("magFilter"), 0, 0, 65535)),
            minify=int(number(sampler.get("minFilter"), 0, 0, 65535)),
            carried=kept(info, _INFO, frozenset({"KHR_texture_transform"}), self._ids),
        )

    def _picture_is_missing(self, index: int) -> bool:
        source = self._textures[index]
        wanted = [source.get("source"), *((extension(source, name) or {}).get("source") for name in OTHER_IMAGES)]
        return not any(isinstance(image, int) and 0 <= image < len(self._images) for image in wanted)

    def _sampler(self, texture: Mapping[str, Any]) -> Mapping[str, Any]:
        index = texture.get("sampler")
        return self._samplers[index] if isinstance(index, int) and 0 <= index < len(self._samplers) else {}


_INFO = frozenset({"index", "texCoord", "scale", "strength"})


def _pair(value: object, default: tuple[float, float]) -> tuple[float, float]:
    first, second = numbers(value, default)
    return (first, second)


def _media_type(data: bytes) -> str:
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return next((kind for table in (READABLE, UNREADABLE) for head, kind in table.items() if data.startswith(head)), "")


def _remaining(source: Mapping[str, Any]) -> dict[str, Any]:
    """The material with the members of partly read extensions taken out."""
    extensions = source.get("extensions")
    if not isinstance(extensions, dict):
        return dict(source)
    rest = dict(extensions)
    for name, known in PARTLY.items():
        if isinstance(rest.get(name), dict):
            rest[name] = {key: value for key, value in rest[name].items() if key not in known}
            if not rest[name]:
                del rest[name]
    metal = part(source, "pbrMetallicRoughness")
    found = {**source, "extensions": rest}
    unknown = {key: metal[key] for key in metal if key not in _METAL}
    return {**found, "pbrMetallicRoughness": unknown} if unknown else found


_METAL = frozenset({
    "baseColorFactor", "metallicFactor", "roughnessFactor", "baseColorTexture", "metallicRoughnessTexture",
})  # fmt: skip

__all__ = ["MaterialReader"]
