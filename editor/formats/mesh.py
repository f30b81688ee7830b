"""Model files into a scene: glTF by our own reader; OBJ (with MTL), STL and PLY by trimesh.

All of them become a `Model` in a blob, which `scene.insert_model` turns into records, so that history can replay it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.gltf.container import OpenFile, files_beside
from editor.formats.gltf.reading import PutBlob, read_model
from editor.formats.report import Report, ReportBuilder
from editor.model.scene import (
    NO_MOVE,
    ArrayData,
    MeshPart,
    Model,
    PictureData,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    SceneTexture,
    TextureUse,
    Vector3,
)
from editor.model.values import to_plain
from render.color import Color

if TYPE_CHECKING:
    import trimesh

GLTF_SUFFIXES = (".glb", ".gltf")
MESH_SUFFIXES = (".obj", ".stl", ".ply")
SUFFIXES = GLTF_SUFFIXES + MESH_SUFFIXES
MOST_BYTES = 2 << 30
TRIMESH_GREY = [102 / 255] * 3


def import_model(
    project: Project,
    document: str,
    path: Path,
    parent: str | None = None,
    translation: Vector3 = NO_MOVE,
    grouped: bool = True,
) -> tuple[tuple[str, ...], Report]:
    """Put a model file into a scene; many top nodes go below one group unless `grouped` is off.

    Returns the ids of the new top nodes, and what was kept, converted, dropped.
    """
    model, report = read_file(path, project.blobs.put)
    blob = project.blobs.put(msgspec.json.encode(model, enc_hook=to_plain))
    nodes: tuple[str, ...] = run(
        project, "scene.insert_model", document=document, model=blob, name=path.stem if grouped else "",
        parent=parent,
        translation=translation,
    )  # fmt: skip
    return nodes, report


def read_file(path: Path, put_blob: PutBlob) -> tuple[Model, Report]:
    """The model of a file. Raises ExpectedError with one sentence for anything that cannot be read."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ExpectedError(tr("{name} is no model file that can be read.", name=path.name))
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ExpectedError(tr("{name} is too large to import.", name=path.name))
        data = path.read_bytes()
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    open_file = files_beside(path)
    if suffix in GLTF_SUFFIXES:
        return read_model(data, put_blob, open_file)
    return read_mesh(data, suffix.removeprefix("."), path.stem, put_blob, open_file)


def read_mesh(data: bytes, kind: str, name: str, put_blob: PutBlob, open_file: OpenFile) -> tuple[Model, Report]:
    """An OBJ, STL or PLY file."""
    report = ReportBuilder()
    loaded = _loaded(data, kind, open_file)
    builder = _Builder(put_blob, report)
    for key, geometry in loaded.geometry.items():
        builder.add(str(key) if len(loaded.geometry) > 1 else name, geometry)
    if not builder.nodes:
        raise ExpectedError(tr("There is nothing to see in {name}.", name=name))
    return builder.model(), report.report()


def _loaded(data: bytes, kind: str, open_file: OpenFile) -> "trimesh.Scene":
    """What trimesh makes of a file; its own errors, of whatever kind, all mean that it cannot be read."""
    import io

    import trimesh

    class FolderFiles(trimesh.resolvers.Resolver):
        """Materials and pictures named by the file, from its own folder only."""

        def __init__(self) -> None:
            pass

        def get(self, name: str) -> bytes:
            return open_file(name.strip())

        def write(self, name: str, data: Any) -> None:
            raise NotImplementedError

        def namespaced(self, namespace: str) -> "FolderFiles":
            return self

        def keys(self) -> list[str]:
            return []

    options: dict[str, Any] = {"maintain_order": True, "group_material": True} if kind == "obj" else {}
    try:
        return trimesh.load_scene(io.BytesIO(data), file_type=kind, resolver=FolderFiles(), process=False, **options)
    except Exception as error:  # trimesh raises every kind of error for a damaged file
        raise ExpectedError(tr("This {kind} file is damaged or of an unknown form.", kind=kind.upper())) from error


class _Builder:
    """Collects records for what trimesh found."""

    def __init__(self, put_blob: PutBlob, report: ReportBuilder) -> None:
        self._put_blob = put_blob
        self._report = report
        self.nodes: list[SceneNode] = []
        self._meshes: list[SceneMesh] = []
        self._materials: dict[int, SceneMaterial] = {}
        self._textures: list[SceneTexture] = []

    def model(self) -> Model:
        return Model(
            nodes=tuple(self.nodes),
            meshes=tuple(self._meshes),
            materials=tuple(self._materials.values()),
            textures=tuple(self._textures),
        )

    def add(self, name: str, geometry: Any) -> None:
        """One Trimesh, point cloud or path."""
        positions = np.asarray(getattr(geometry, "vertices", ()), dtype=np.float32).reshape(-1, 3)
        if not len(positions) or not np.isfinite(positions).all():
            self._report.dropped(tr("A part of a mesh without positions"))
            return
        attributes = {"POSITION": self._array(positions)}
        faces = getattr(geometry, "faces", None)
        indices = None
        if faces is not None and len(faces):
            indices = self._array(np.asarray(faces, np.uint32).reshape(-1, 1))
            normals = _stored_normals(geometry)
            if normals is not None:
                attributes["NORMAL"] = self._array(normals)
        material = self._looks(geometry, attributes, len(positions))
        index = len(self.nodes)
        mode = 0 if indices is None else 4
        part = MeshPart(attributes=attributes, indices=indices, mode=mode, material=material)
        self._meshes.append(SceneMesh(id=f"local:m{index}", name=name, parts=(part,)))
        self.nodes.append(SceneNode(id=f"local:n{index}", name=name, mesh=f"local:m{index}"))

    def _array(self, values: Any) -> ArrayData:
        flat = np.ascontiguousarray(values)
        kind: Literal["u4", "f4"] = "u4" if flat.dtype == np.uint32 else "f4"
        data = flat.astype("<" + kind).tobytes()
        return ArrayData(blob=self._put_blob(data), type=kind, components=flat.shape[1], count=len(flat))

    def _looks(self, geometry: Any, attributes: dict[str, ArrayData], count: int) -> str | None:
        """Texture coordinates or vertex colours go into `attributes`; returns the material's local id."""
        visual: Any = getattr(geometry, "visual", None)
        kind = getattr(visual, "kind", None)
        colors = getattr(geometry, "colors", None) if visual is None else None
        if kind == "vertex":
            colors = visual.vertex_colors
        if colors is not None and len(colors) == count:
            attributes["COLOR_0"] = self._array(_linear_colors(np.asarray(colors)))
        if kind != "texture":
            return None
        uv = getattr(visual, "uv", None)
        if uv is not None and len(uv) == count:
            flipped = np.asarray(uv, np.float32)[:, :2] * [1, -1] + [0, 1]
            attributes["TEXCOORD_0"] = self._array(np.nan_to_num(flipped).astype(np.float32))
        return self._material(visual.material)

    def _material(self, source: Any) -> str | None:
        if source is None:
            return None
        key = id(source)
        if key not in self._materials:
            self._materials[key] = self._made_material(source, f"local:s{len(self._materials)}")
        return self._materials[key].id

    def _made_material(self, source: Any, key: str) -> SceneMaterial:
        diffuse = np.asarray(getattr(source, "diffuse", (200, 200, 200, 255)), np.float64).ravel() / 255
        if diffuse[:3].tolist() == TRIMESH_GREY:
            diffuse = np.array([0.8, 0.8, 0.8, 1.0])  # nothing was said about the colour
        red, green, blue, alpha = (*diffuse[:3], diffuse[3] if len(diffuse) > 3 else 1.0)
        shine = float(getattr(source, "glossiness", 0.0) or 0.0)
        image = getattr(source, "image", None)
        name = str(getattr(source, "name", "") or "")
        use = None if image is None else TextureUse(texture=self._texture(image, name))
        self._report.converted(tr("A plain material is shown as metallic-roughness"))
        return SceneMaterial(
            id=key,
            name=name,
            base_color=Color(float(red), float(green), float(blue), float(alpha)) if use is None else Color(1, 1, 1),
            metallic=0.0,
            # Beckmann's roughness for Blinn-Phong's exponent, Walter et al., "Microfacet Models", 2007.
            roughness=float(np.clip((2 / (max(shine, 0.0) + 2)) ** 0.25, 0.05, 1.0)),
            alpha_mode="blend" if alpha < 0.999 else "opaque",
            double_sided=True,
            base_texture=use,
        )

    def _texture(self, image: Any, name: str) -> str:
        import io

        key = f"local:t{len(self._textures)}"
        buffer = io.BytesIO()
        image.convert("RGBA").save(buffer, "PNG", compress_level=1)
        source = PictureData(blob=self._put_blob(buffer.getvalue()), media_type="image/png")
        self._textures.append(SceneTexture(id=key, name=name, source=source))
        return key


def _stored_normals(geometry: Any) -> Any:
    """Normals that the file gave; None where they would be computed, which the display does itself."""
    cache = getattr(geometry, "_cache", None)
    if cache is None or "vertex_normals" not in cache.cache:
        return None
    normals = np.asarray(geometry.vertex_normals, np.float32)
    usable = normals.shape == np.shape(geometry.vertices) and np.isfinite(normals).all()
    return normals if usable else None


def _linear_colors(colors: Any) -> Any:
    """Vertex colours of these formats are sRGB by custom; glTF's are linear."""
    values = colors.astype(np.float32)
    if colors.dtype == np.uint8:
        values = values / 255
    if values.shape[1] == 3:
        values = np.concatenate([values, np.ones((len(values), 1), np.float32)], axis=1)
    light = np.clip(values[:, :3], 0, 1)
    light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    return np.concatenate([light, values[:, 3:4]], axis=1).astype(np.float32)
