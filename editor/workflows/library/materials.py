"""Materials: a ball that wears them, drawn by the studio's own renderer."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.kinds import extension_of
from editor.library.looks import Look
from editor.model.scene import SceneMaterial
from editor.workflows.library.studio import drawn
from editor.workflows.library.worn_gltf import EXTENSIONS, dress_like
from render.color import linear_to_srgb

MOST_BYTES = 8 << 20
SIDE = 256
WHITE = [1.0, 1.0, 1.0, 1.0]
PICTURES = (".png", ".jpg", ".jpeg")
NODES = ("standard_surface", "open_pbr_surface", "UsdPreviewSurface", "gltf_pbr")
INPUTS = {
    "base_color": "base_color", "diffuseColor": "base_color", "metalness": "metallic", "base_metalness": "metallic",
    "metallic": "metallic", "specular_roughness": "roughness", "roughness": "roughness", "coat": "clearcoat",
    "coat_weight": "clearcoat", "clearcoat": "clearcoat", "emission_color": "emissive", "emissive": "emissive",
}  # fmt: skip


@dataclass
class Wear:
    """Values for SceneMaterial by name, and the picture of its colour where there is one."""

    values: dict[str, Any]
    picture: Path | None = None


def look_at_material(path: Path) -> Look:
    """The first material of a file. Raises ExpectedError when there is none."""
    return msgspec.structs.replace(_ball(path), width=None, height=None)


def wear_of(path: Path) -> Wear:
    """What the first material of a file says. Raises ExpectedError when there is none."""
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES)
    try:
        wear = _materialx(path, data) if extension_of(path) == "mtlx" else _wavefront(path, data)
    except (ElementTree.ParseError, ValueError, IndexError, KeyError) as error:
        raise ExpectedError(tr("The material {name} is damaged.", name=path.name)) from error
    if wear is None:
        raise ExpectedError(tr("{name} holds no material.", name=path.name))
    return wear


def put_on(project: Project, scene: str, nodes: tuple[str, ...], path: Path, name: str) -> str:
    """A file's material on objects of a scene, as one edit. The material's id."""
    with project.transaction("Assign material"):
        made: str = run(project, "scene.add_material", document=scene, name=name)
        _dress(project, made, path)
        run(project, "scene.assign_material", nodes=nodes, material=made)
    return made


def _ball(path: Path) -> Look:
    project = Project.in_memory()
    scene = run(project, "scene.new_document", width=SIDE, height=SIDE)
    run(project, "scene.add_shape", document=scene, shape="sphere")
    (material,) = project.children(scene, SceneMaterial)
    _dress(project, material.id, path)
    return drawn(project, scene)


def _dress(project: Project, material: str, path: Path) -> None:
    if extension_of(path) in EXTENSIONS:
        dress_like(project, material, path)
        return
    wear = wear_of(path)
    run(project, "scene.set_material", material=material, values=wear.values)
    if wear.picture is not None:
        blob = project.blobs.put(wear.picture.read_bytes())
        media_type = "image/png" if wear.picture.suffix.lower() == ".png" else "image/jpeg"
        run(
            project, "scene.set_texture", material=material, slot="base_texture", source=blob, media_type=media_type
        )


def _wavefront(path: Path, data: bytes) -> Wear | None:
    """The first material of a .mtl; its Phong exponent as roughness, as other readers of OBJ do it."""
    found: dict[str, list[str]] = {}
    begun = False
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "newmtl":
            if begun:
                break
            begun = True
        elif begun:
            found.setdefault(words[0], words[1:])
    if not begun:
        return None
    values: dict[str, Any] = {"base_color": [*(_share(float(part)) for part in found.get("Kd", ["0.8"] * 3)[:3]), 1.0]}
    if "Pr" in found or "Ns" in found:
        exponent = float(found.get("Ns", ["10"])[0])
        values["roughness"] = _share(float(found["Pr"][0]) if "Pr" in found else (2 / (max(exponent, 0) + 2)) ** 0.25)
    if "Pm" in found:
        values["metallic"] = _share(float(found["Pm"][0]))
    picture = _beside(path, " ".join(found["map_Kd"][-1:])) if "map_Kd" in found else None
    return Wear({**values, "base_color": WHITE} if picture else values, picture)


def _materialx(path: Path, data: bytes) -> Wear | None:
    """The first surface of a .mtlx: its plain values, and the picture that its colour comes from."""
    if b"<!ENTITY" in data:
        raise ValueError("entities")
    root = ElementTree.fromstring(data)
    surface = next((node for node in root.iter() if node.tag in NODES), None)
    if surface is None:
        return None
    values: dict[str, Any] = {}
    picture = None
    for given in surface.findall("input"):
        ours, value = INPUTS.get(given.get("name", "")), given.get("value")
        if ours is None:
            continue
        if value is not None:
            parts = [float(part) for part in value.split(",")]
            values[ours] = _color(parts) if len(parts) >= 3 else _share(parts[0])
        elif ours == "base_color":
            picture = _texture(root, given, path)
    if values.get("emissive") and surface.find("input[@name='emission']") is None:
        values.pop("emissive")  # its weight is 0 until somebody says otherwise
    if picture is not None:
        values["base_color"] = WHITE
    return Wear(values, picture)


def _texture(root: ElementTree.Element, given: ElementTree.Element, path: Path) -> Path | None:
    """The file of the image that an input leads to, over any number of nodes."""
    name, graph = given.get("nodename") or given.get("output"), given.get("nodegraph")
    place = next((one for one in root.iter("nodegraph") if one.get("name") == graph), root) if graph else root
    for _ in range(12):
        node = next((one for one in place.iter() if one.get("name") == name and one is not given), None)
        if node is None:
            return None
        file = node.find("input[@name='file']")
        if file is not None:
            return _beside(path, file.get("value", ""))
        onward = node if node.get("nodename") else next((one for one in node if one.get("nodename")), None)
        if onward is None:
            return None
        name = onward.get("nodename")
    return None


def _beside(path: Path, name: str) -> Path | None:
    """A picture that lies in the folder of the material or below; nothing else is read for a stranger's file."""
    found = (path.parent / name.replace("\\", "/")).resolve()
    inside = found.is_relative_to(path.parent.resolve())
    fitting = found.suffix.lower() in PICTURES and found.is_file() and found.stat().st_size < 64 << 20
    return found if inside and fitting else None


def _color(linear: list[float]) -> list[float]:
    return [*(linear_to_srgb(_share(part)) for part in linear[:3]), 1.0]


def _share(value: float) -> float:
    return min(max(value, 0.0), 1.0)
