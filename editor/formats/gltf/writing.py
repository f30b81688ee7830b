"""Writes a scene as GLB: what was read and what was made here, with everything that was kept on the way in."""

import json
import math
import struct
from pathlib import Path
from typing import Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.display.display import Display
from editor.display.scene.placement import nodes_of
from editor.document.project import Project
from editor.formats.gltf.carried import merged, used_extensions
from editor.formats.gltf.container import BINARY_CHUNK, GLB_MAGIC, JSON_CHUNK
from editor.formats.gltf.moving_out import MotionWriter
from editor.formats.gltf.nodes import INSTANCING, LIGHTS, VISIBILITY
from editor.formats.gltf.packing import ELEMENTS, VERTICES, Packer
from editor.formats.gltf.surfaces_out import SurfaceWriter, linear
from editor.formats.provenance.asset import joined, without_notes
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.report import Report, ReportBuilder
from editor.model.embed import Embed
from editor.model.record import Record
from editor.model.scene import (
    NO_MOVE,
    NO_SCALE,
    NO_TURN,
    ArrayData,
    CameraLens,
    Lamp,
    MeshPart,
    SceneAnimation,
    SceneDocument,
    SceneEnvironment,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    SceneSkin,
    SceneSun,
    SceneTexture,
)

# Without these a reader shows something else than what was meant.
REQUIRED = frozenset({"KHR_mesh_quantization", "KHR_texture_basisu", "EXT_texture_webp", "EXT_texture_avif"})
LONGEST = (1 << 32) - 1
GENERATOR = "Atelier"
DEFAULT_ASPECT = 1.5


def export_glb(project: Project, document: str, path: Path, notes: NoteWishes = ALL) -> Report:
    """Write a scene into a file. Raises ExpectedError when it cannot be written."""
    data, report = write_glb(project, document, notes)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be written.", name=path.name)) from error
    return report


def write_glb(project: Project, document: str, notes: NoteWishes = ALL) -> tuple[bytes, Report]:
    """The bytes of a GLB file, and what could not be said in it."""
    return _Writer(project, document, notes).write()


class _Writer:
    def __init__(self, project: Project, document: str, notes: NoteWishes) -> None:
        self.project, self.notes = project, notes
        self.scene = project.find(document, SceneDocument)
        self.report = ReportBuilder()
        self.packer = Packer(project.blobs.get)
        self.nodes = nodes_of(project, document)
        self.meshes = project.children(document, SceneMesh)
        self.materials = project.children(document, SceneMaterial)
        self.textures = project.children(document, SceneTexture)
        self.skins = project.children(document, SceneSkin)
        self.animations = project.children(document, SceneAnimation)
        listed: tuple[list[Any], ...] = (
            self.nodes, self.meshes, self.materials, self.textures, self.skins, self.animations
        )  # fmt: skip
        self.places: dict[str, int] = {item.id: i for items in listed for i, item in enumerate(items)}
        self.surfaces = SurfaceWriter(self.packer, self._picture_of_link, self.index_of, self.report)
        self.cameras: list[dict[str, Any]] = []
        self.lamps: list[dict[str, Any]] = []

    def index_of(self, key: str) -> int | None:
        return self.places.get(key)

    def write(self) -> tuple[bytes, Report]:
        self.surfaces.prepare(self.textures, self.materials)
        materials = [self.surfaces.material(item) for item in self.materials]
        meshes = [self._mesh(mesh) for mesh in self.meshes]
        nodes = [self._node(node) for node in self.nodes]
        motion = MotionWriter(self.packer, self.index_of)
        found: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": GENERATOR},
            "scene": 0,
            "scenes": [{"name": self.scene.name, "nodes": self._roots()}],
            "nodes": nodes,
            "cameras": self.cameras,
            "meshes": meshes,
            "materials": materials,
            "textures": self.surfaces.textures,
            "images": self.surfaces.images,
            "samplers": self.surfaces.samplers,
            "skins": [motion.skin(skin) for skin in self.skins],
            "animations": [motion.animation(animation) for animation in self.animations],
            "accessors": self.packer.accessors,
            "bufferViews": self.packer.views,
        }
        if self.lamps:
            found["extensions"] = {LIGHTS: {"lights": self.lamps}}
        document = self._finished(found)
        self._say_what_is_missing()
        return _container(document, self.packer.data), self.report.report()

    def _finished(self, found: dict[str, Any]) -> dict[str, Any]:
        """Empty lists go, kept members come back, extensions are named."""
        said = {key: value for key, value in found.items() if value != [] and key != "asset"}
        document = merged(said, self.scene.carried, self.index_of)
        document["asset"] = self._asset(document.get("asset"), found["asset"])
        if self._is_quantized():
            document.setdefault("extensionsUsed", []).append("KHR_mesh_quantization")
        used = sorted(used_extensions(document) | set(document.get("extensionsUsed", [])))
        if used:
            document["extensionsUsed"] = used
        required = [name for name in used if name in REQUIRED]
        if required:
            document["extensionsRequired"] = required
        if self.packer.data:
            document["buffers"] = [{"byteLength": len(self.packer.data)}]
        return document

    def _asset(self, kept: Any, said: dict[str, Any]) -> dict[str, Any]:
        """What the file says of itself: whose a model is stays said when it was read from a file that said so."""
        told = credits_of(self.project, self.scene.id, Scope(whole=True), self.notes)
        before = without_notes(kept, self.notes) if isinstance(kept, dict) else {}
        for sentence in told.sentences() if told is not None else ():
            self.report.noted(sentence)
        return {**joined(before, told), **said}

    def _is_quantized(self) -> bool:
        """Whether positions or the like are whole numbers, which needs KHR_mesh_quantization."""
        checked = ("POSITION", "NORMAL", "TANGENT")
        return any(
            array.type != "f4"
            for mesh in self.meshes
            for part in mesh.parts
            for attributes in (part.attributes, *part.targets)
            for name, array in attributes.items()
            if name in checked
        )

    def _roots(self) -> list[int]:
        return [self.places[node.id] for node in self.nodes if node.parent == self.scene.id]

    def _mesh(self, mesh: SceneMesh) -> dict[str, Any]:
        found: dict[str, Any] = {"name": mesh.name} if mesh.name else {}
        found["primitives"] = [self._part(part) for part in mesh.parts]
        if mesh.weights:
            found["weights"] = list(mesh.weights)
        return merged(found, mesh.carried, self.index_of)

    def _part(self, part: MeshPart) -> dict[str, Any]:
        found: dict[str, Any] = {"attributes": self._attributes(part.attributes)}
        if part.indices is not None:
            found["indices"] = self.packer.accessor(part.indices, ELEMENTS)
        if part.mode != 4:
            found["mode"] = part.mode
        material = self.index_of(part.material or "")
        if material is not None:
            found["material"] = material
        if part.targets:
            found["targets"] = [self._attributes(target) for target in part.targets]
        return merged(found, part.carried, self.index_of)

    def _attributes(self, named: dict[str, ArrayData]) -> dict[str, int]:
        return {
            name: self.packer.accessor(array, VERTICES, bounds=name == "POSITION") for name, array in named.items()
        }

    def _node(self, node: SceneNode) -> dict[str, Any]:
        found: dict[str, Any] = {"name": node.name} if node.name else {}
        children = [self.places[child.id] for child in self.project.children(node.id, SceneNode)]
        if children:
            found["children"] = children
        for key, value, default in (
            ("translation", node.translation, NO_MOVE),
            ("rotation", node.rotation, NO_TURN),
            ("scale", node.scale, NO_SCALE),
        ):
            if value != default:
                found[key] = list(value)
        for key, reference in (("mesh", node.mesh), ("skin", node.skin)):
            index = self.index_of(reference or "")
            if index is not None:
                found[key] = index
        if node.weights:
            found["weights"] = list(node.weights)
        if node.camera is not None:
            found["camera"] = len(self.cameras)
            self.cameras.append(self._camera(node.camera))
        extensions = self._node_extensions(node)
        if extensions:
            found["extensions"] = extensions
        return merged(found, node.carried, self.index_of)

    def _node_extensions(self, node: SceneNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if node.lamp is not None:
            found[LIGHTS] = {"light": len(self.lamps)}
            self.lamps.append(self._lamp(node.lamp))
        if node.hidden:
            found[VISIBILITY] = {"visible": False}
        if node.instancing:
            attributes = {name: self.packer.accessor(array) for name, array in node.instancing.items()}
            found[INSTANCING] = {"attributes": attributes}
        return found

    def _camera(self, lens: CameraLens) -> dict[str, Any]:
        if lens.projection == "orthographic":
            half = {"xmag": lens.half_height * (lens.aspect or DEFAULT_ASPECT), "ymag": lens.half_height}
            far = lens.far if lens.far else 1000.0
            flat = {"type": "orthographic", "orthographic": {**half, "znear": lens.near or 0.0, "zfar": far}}
            return merged(flat, lens.carried, self.index_of)
        seen: dict[str, Any] = {"yfov": math.radians(lens.field_of_view), "znear": lens.near or 0.01}
        if lens.aspect is not None:
            seen["aspectRatio"] = lens.aspect
        if lens.far:
            seen["zfar"] = lens.far
        return merged({"type": "perspective", "perspective": seen}, lens.carried, self.index_of)

    def _lamp(self, lamp: Lamp) -> dict[str, Any]:
        found: dict[str, Any] = {"type": lamp.shape}
        if lamp.name:
            found["name"] = lamp.name
        tint = linear(lamp.color)
        if tint != [1.0, 1.0, 1.0]:
            found["color"] = tint
        if lamp.intensity != 1.0:
            found["intensity"] = lamp.intensity
        if lamp.reach:
            found["range"] = lamp.reach
        if lamp.shape == "spot":
            cone = {"innerConeAngle": lamp.inner_cone, "outerConeAngle": max(lamp.outer_cone, lamp.inner_cone + 1e-6)}
            found["spot"] = {key: math.radians(value) for key, value in cone.items()}
        return merged(found, lamp.carried, self.index_of)

    def _picture_of_link(self, embed: Embed) -> bytes:
        """What a live link shows, as PNG."""
        import io

        from PIL import Image

        from editor.display.scene.pictures import PictureLink, PictureStore

        display = Display(self.project)
        try:
            pixels = PictureStore().image(PictureLink(display.embedded(embed))).pixels
        finally:
            display.close()
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        return buffer.getvalue()

    def _say_what_is_missing(self) -> None:
        if self.scene.environment != SceneEnvironment() or self.scene.sun != SceneSun():
            self.report.dropped(tr("The environment and the sun, which glTF has no place for"))
        unknown = [item for item in self.project.children(self.scene.id, Record) if type(item) not in _WRITTEN]
        if unknown:
            self.report.dropped(
                tr_count("1 item of a newer version", "{count} items of a newer version", count=len(unknown))
            )


_WRITTEN = (SceneNode, SceneMesh, SceneMaterial, SceneTexture, SceneSkin, SceneAnimation)


def _container(document: dict[str, Any], binary: bytes) -> bytes:
    """glTF 2.0, section 4.4."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(text), JSON_CHUNK) + text
    if binary:
        chunks += struct.pack("<II", len(binary), BINARY_CHUNK) + binary
    if len(chunks) + 12 > LONGEST:
        raise ExpectedError(tr("This scene is too large for one GLB file."))
    return struct.pack("<III", GLB_MAGIC, 2, 12 + len(chunks)) + chunks
