"""Reads a glTF 2.0 file into a Model: records with local ids, arrays in blobs, unknown data kept, a report."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.formats.gltf import draco
from editor.formats.gltf.accessors import MESHOPT, Accessors, Array, rows
from editor.formats.gltf.carried import kept
from editor.formats.gltf.container import OpenFile, broken, no_files, split
from editor.formats.gltf.materials import MaterialReader
from editor.formats.gltf.moving import read_animations, read_skins
from editor.formats.gltf.nodes import INSTANCING, NodeReader
from editor.formats.gltf.values import numbers, part, reference, text
from editor.formats.report import Report, ReportBuilder
from editor.model.scene import ArrayData, MeshPart, Model, SceneMesh

LISTS = ("nodes", "meshes", "materials", "textures", "skins", "animations")
LOCAL = {"nodes": "n", "meshes": "m", "materials": "s", "textures": "t", "skins": "k", "animations": "a"}
TOP = frozenset({
    "asset", "accessors", "animations", "buffers", "bufferViews", "cameras", "extensionsUsed", "extensionsRequired",
    "images", "materials", "meshes", "nodes", "samplers", "scene", "scenes", "skins", "textures",
})  # fmt: skip
DRAWN = frozenset({
    "KHR_materials_unlit", "KHR_materials_emissive_strength", "KHR_materials_ior", "KHR_materials_specular",
    "KHR_materials_clearcoat", "KHR_materials_transmission", "KHR_texture_transform", "KHR_lights_punctual",
    "KHR_mesh_quantization", "KHR_materials_pbrSpecularGlossiness", draco.EXTENSION, MESHOPT, INSTANCING,
    "EXT_texture_webp", "EXT_texture_avif",
})  # fmt: skip
OWN_ASSET = ("version", "minVersion", "generator")  # every exporter writes its own
MOST_ITEMS = 200_000

PutBlob = Callable[[bytes], str]


def read_model(data: bytes, put_blob: PutBlob, open_file: OpenFile = no_files) -> tuple[Model, Report]:
    """Raises ExpectedError with one sentence for anything that cannot be read."""
    try:
        return _Reader(data, put_blob, open_file).read()
    except MemoryError as error:
        raise ExpectedError(tr("This glTF file describes more than can be read.")) from error


class _Reader:
    def __init__(self, data: bytes, put_blob: PutBlob, open_file: OpenFile) -> None:
        self.document, binary = split(data)
        self.report = ReportBuilder()
        self.put_blob = put_blob
        self.accessors = Accessors(self.document, binary, open_file)
        listed = {name: rows(self.document, name) for name in LISTS}
        if sum(map(len, listed.values())) + len(self.accessors) > MOST_ITEMS:
            raise ExpectedError(tr("This glTF file describes more than can be read."))
        self.ids = {name: {i: f"local:{LOCAL[name]}{i}" for i in range(len(listed[name]))} for name in LISTS}
        self.listed: Mapping[str, list[dict[str, Any]]] = listed
        self.open_file = open_file
        self._stored: dict[int, ArrayData] = {}

    def read(self) -> tuple[Model, Report]:
        materials = MaterialReader(
            self.document, self.accessors, self.open_file, self.put_blob, self.ids, self.report
        )
        nodes = NodeReader(self.document, self.ids, self.stored, self.report)
        textures = materials.textures()
        present = {texture.id for texture in textures}
        self.ids["textures"] = {i: key for i, key in self.ids["textures"].items() if key in present}
        model = Model(
            nodes=tuple(nodes.read()),
            meshes=tuple(self._mesh(source, i) for i, source in enumerate(self.listed["meshes"])),
            materials=tuple(
                materials.material(source, self.ids["materials"][i])
                for i, source in enumerate(self.listed["materials"])
            ),
            textures=tuple(textures),
            skins=tuple(read_skins(self.listed["skins"], self.ids, self.stored)),
            animations=tuple(read_animations(self.listed["animations"], self.ids, self.stored, self.report)),
            carried=self._carried(),
        )
        self._say_what_is_kept()
        return model, self.report.report()

    def stored(self, index: object) -> ArrayData:
        """An accessor as an array in a blob."""
        values, normalized = self.accessors.array(index)
        assert isinstance(index, int)
        if index not in self._stored:
            self._stored[index] = self.array_data(values, normalized)
        return self._stored[index]

    def array_data(self, values: Array, normalized: bool) -> ArrayData:
        flat = np.ascontiguousarray(values).reshape(len(values), -1)
        kind = flat.dtype.str[1:]
        if kind not in ("i1", "u1", "i2", "u2", "u4", "f4"):
            flat, kind, normalized = flat.astype("<f4"), "f4", False
        return ArrayData(
            blob=self.put_blob(flat.tobytes()),
            type=kind,  # type: ignore[arg-type]  # checked above
            components=max(1, flat.shape[1]),
            count=len(flat),
            normalized=normalized and kind not in ("f4", "u4"),
        )

    def _mesh(self, source: Mapping[str, Any], index: int) -> SceneMesh:
        parts = [self._part(one) for one in rows(dict(source), "primitives")]
        weights = source.get("weights")
        return SceneMesh(
            id=self.ids["meshes"][index],
            name=text(source.get("name")),
            parts=tuple(one for one in parts if one is not None),
            weights=numbers(weights, [0.0] * len(weights)) if isinstance(weights, list) else (),
            carried=kept(source, frozenset({"name", "primitives", "weights"}), frozenset(), self.ids),
        )

    def _part(self, source: Mapping[str, Any]) -> MeshPart | None:
        named = part(source, "attributes")
        packed = part(source, "extensions").get(draco.EXTENSION)
        attributes: dict[str, ArrayData] = {}
        indices: ArrayData | None = None
        if packed is not None:
            arrays, faces = draco.unpacked(packed, dict(source), self.accessors)
            for name, values in arrays.items():
                normalized = name in named and self.accessors.is_normalized(named[name])
                attributes[text(name, 100)] = self.array_data(values, normalized)
            indices = None if faces is None else self.array_data(faces, False)
            self.report.converted(tr("A part compressed with Draco is stored without compression"))
        for name, index in named.items():
            if name not in attributes:
                attributes[text(name, 100)] = self.stored(index)
        if indices is None and source.get("indices") is not None:
            indices = self.stored(source["indices"])
        if "POSITION" not in attributes:
            self.report.dropped(tr("A part of a mesh without positions"))
            return None
        mode = source.get("mode", 4)
        if isinstance(mode, bool) or not isinstance(mode, int) or not 0 <= mode <= 6:
            raise broken(tr("it holds a shape of an unknown kind."))
        targets = tuple(
            {text(name, 100): self.stored(index) for name, index in target.items()}
            for target in rows(dict(source), "targets")
        )
        return MeshPart(
            attributes=attributes,
            indices=indices,
            mode=mode,
            material=reference(source.get("material"), self.ids["materials"], "material"),
            targets=targets,
            carried=kept(source, _PRIMITIVE, frozenset({draco.EXTENSION}), self.ids),
        )

    def _carried(self) -> str:
        """What belongs to the whole file: asset, extras, and the extensions of its top level."""
        rest = {key: value for key, value in self.document.items() if key not in TOP}
        asset = self.document["asset"]
        rest["asset"] = {key: value for key, value in asset.items() if key not in OWN_ASSET}
        if not rest["asset"]:
            del rest["asset"]
        return kept(rest, frozenset(), frozenset({"KHR_lights_punctual"}), self.ids)

    def _say_what_is_kept(self) -> None:
        used = self.document.get("extensionsUsed")
        names = {name for name in used if isinstance(name, str)} if isinstance(used, list) else set()
        for name in sorted(names - DRAWN):
            self.report.kept(tr("{extension} is kept, but not shown", extension=name[:80]))
        if self.listed["animations"]:
            self.report.kept(tr_count("1 animation", "{count} animations", count=len(self.listed["animations"])))


_PRIMITIVE = frozenset({"attributes", "indices", "mode", "material", "targets"})
