"""A scene as it is to be drawn at one time: built from records on the document thread, then read by any thread."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np

from editor.display.engine import DrawContext
from editor.display.scene import movement
from editor.display.scene.arrays import floats
from editor.display.scene.meshes import PartData, part_data, posed
from editor.display.scene.pictures import Picture, PictureFile, PictureLink, PictureStore, environment
from editor.display.scene.placement import local_matrix, nodes_of
from editor.display.scene.surfaces import PlannedMaterial, linear, material
from editor.document.project import Project
from editor.model.scene import (
    TEXTURE_SLOTS,
    CameraLens,
    Lamp,
    MeshPart,
    PictureData,
    SceneAnimation,
    SceneDocument,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    SceneSkin,
    SceneTexture,
)
from render.scene import transforms
from render.scene.environment import BUILT_IN
from render.scene.framing import framing_camera
from render.scene.transforms import Matrix, transformed
from render.scene.values import Camera, Environment, Instance, Material, Mesh, PunctualLight, Scene, Sun, content_key

MOST_COPIES = 100_000


@dataclass(frozen=True, eq=False)
class PlannedInstance:
    """One part of a mesh at one place; `number` is that of its node, for picking."""

    mesh: Mesh
    material: PlannedMaterial
    world: Matrix
    number: int


@dataclass(frozen=True, eq=False)
class ScenePlan:
    """`nodes` lists the ids of nodes by their number less one."""

    document: SceneDocument
    instances: tuple[PlannedInstance, ...]
    lights: tuple[PunctualLight, ...]
    sun: Sun | None
    environment: Environment | None
    nodes: tuple[str, ...]
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    worlds: Mapping[str, Matrix] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Names the look of the whole."""
        document = self.document
        look = (document.background, document.environment, document.exposure, document.tone_mapping)
        materials = {id(instance.material): instance.material.key for instance in self.instances}
        parts = ((i.mesh.key, materials[id(i.material)]) for i in self.instances)
        worlds = np.array([instance.world for instance in self.instances])
        return content_key(look, self.sun, self.lights, worlds, *parts)

    def scene(self, store: PictureStore) -> Scene:
        """The renderer's values; reads the textures, so it may take a while the first time."""
        made: dict[int, Material] = {}
        instances = []
        for planned in self.instances:
            key = id(planned.material)
            if key not in made:
                made[key] = material(planned.material, store)
            instances.append(Instance(planned.mesh, made[key], planned.world, planned.number))
        return Scene(tuple(instances), self.environment, self.sun, self.lights)

    def camera(self, part: str | None, aspect: float) -> Camera:
        """The camera of a node, the scene's own, or one that frames everything."""
        for key in (part, self.document.camera):
            if key is not None and key in self.cameras:
                return self.cameras[key]
        points = self.outline
        if not len(points):
            return framing_camera(None, aspect)
        return framing_camera(np.stack([points.min(axis=0), points.max(axis=0)]), aspect, points=points)

    @cached_property
    def bounds(self) -> Matrix | None:
        """The box around everything that is seen, (2, 3)."""
        return Scene(tuple(Instance(i.mesh, _ANY, i.world) for i in self.instances)).bounds

    @cached_property
    def outline(self) -> Matrix:
        """Points in the world that stand for the shape of everything: some of its vertices."""
        found = []
        most = max(16, OUTLINE_POINTS // max(1, len(self.instances)))
        for instance in self.instances:
            positions = instance.mesh.positions
            some = positions[:: max(1, len(positions) // most)]
            # The farthest vertex along each axis belongs to it, so that nothing that sticks out is cut off.
            ends = positions[np.concatenate([positions.argmin(axis=0), positions.argmax(axis=0)])]
            points = transformed(instance.world, np.concatenate([some, ends]))
            found.append(points[np.isfinite(points).all(axis=1)])
        return np.concatenate(found) if found else np.zeros((0, 3))


OUTLINE_POINTS = 20_000
_ANY = Material()


class Planner:
    """Makes plans and keeps what did not change between them, by record identity."""

    def __init__(self, context: DrawContext) -> None:
        self._context = context
        self._parts: dict[int, tuple[MeshPart, PartData | None]] = {}
        self._posed: dict[str, Mesh] = {}
        self._materials: dict[str, tuple[tuple[object, ...], PlannedMaterial]] = {}
        self._time: Fraction | None = None
        self._environment: tuple[object, Environment | None] = (None, None)

    def plan(self, document: str, time: Fraction | None = None) -> ScenePlan:
        project = self._context.project
        scene = project.find(document, SceneDocument)
        listed = nodes_of(project, document)
        nodes = {node.id: node for node in listed}
        self._time = time
        animations = project.children(document, SceneAnimation)
        if time is not None and animations:
            nodes = movement.moved(nodes, animations, time, self._fetch)
        worlds = _worlds(nodes)
        instances: list[PlannedInstance] = []
        shown = self._visible(nodes)
        for number, node in enumerate(nodes.values(), 1):
            if node.mesh is not None and node.id in shown:
                instances.extend(self._instances(node, number, worlds))
        self._forget(project, document)
        return ScenePlan(
            scene,
            tuple(instances),
            tuple(_light(node.lamp, worlds[node.id]) for node in nodes.values() if node.lamp and node.id in shown),
            _sun(scene),
            self._environment_of(scene),
            tuple(nodes),
            {node.id: _camera(node.camera, worlds[node.id]) for node in nodes.values() if node.camera},
            worlds,
        )

    def _fetch(self, blob: str) -> bytes | None:
        try:
            return self._context.project.blobs.get(blob)
        except KeyError:
            return None

    @staticmethod
    def _visible(nodes: Mapping[str, SceneNode]) -> set[str]:
        """Nodes that are not hidden, nor below a hidden one; parents come first."""
        shown: set[str] = set()
        for node in nodes.values():
            if not node.hidden and (node.parent not in nodes or node.parent in shown):
                shown.add(node.id)
        return shown

    def _instances(self, node: SceneNode, number: int, worlds: Mapping[str, Matrix]) -> list[PlannedInstance]:
        mesh = self._context.project.get(node.mesh or "")
        if not isinstance(mesh, SceneMesh):
            return []
        bones = self._bones(node, worlds)
        places = [np.eye(4)] if bones is not None else self._copies(node, worlds[node.id])
        weights = node.weights or mesh.weights
        found: list[PlannedInstance] = []
        for part in mesh.parts:
            data = self._part(part)
            if data is not None:
                shape = self._pose(data, weights, bones)
                planned = self._material(part.material)
                found.extend(PlannedInstance(shape, planned, world, number) for world in places)
        return found

    def _part(self, part: MeshPart) -> PartData | None:
        kept = self._parts.get(id(part))
        if kept is None or kept[0] is not part:
            kept = self._parts[id(part)] = (part, part_data(part, self._fetch))
        return kept[1]

    def _pose(self, data: PartData, weights: tuple[float, ...], bones: Matrix | None) -> Mesh:
        key = content_key(data.mesh.key, weights, bones)
        if key not in self._posed:
            if len(self._posed) > 512:
                self._posed.clear()
            self._posed[key] = posed(data, weights, bones)
        return self._posed[key]

    def _bones(self, node: SceneNode, worlds: Mapping[str, Matrix]) -> Matrix | None:
        """What each joint does to the mesh in its rest pose, (joints, 4, 4), in the world."""
        skin = self._context.project.get(node.skin or "")
        if not isinstance(skin, SceneSkin) or not skin.joints:
            return None
        if any(joint not in worlds for joint in skin.joints):
            return None
        stored = floats(skin.inverse_bind, self._fetch, 16)
        rest = np.tile(np.eye(4), (len(skin.joints), 1, 1))
        if stored is not None and len(stored) >= len(skin.joints):
            rest = stored[: len(skin.joints)].reshape(-1, 4, 4).transpose(0, 2, 1).astype(np.float64)
        bones: Matrix = np.array([worlds[joint] for joint in skin.joints]) @ rest
        return bones

    def _copies(self, node: SceneNode, world: Matrix) -> list[Matrix]:
        """The places of a node's copies: one, unless it is instanced."""
        if not node.instancing:
            return [world]
        moves = floats(node.instancing.get("TRANSLATION"), self._fetch, 3)
        turns = floats(node.instancing.get("ROTATION"), self._fetch, 4)
        sizes = floats(node.instancing.get("SCALE"), self._fetch, 3)
        count = max((len(values) for values in (moves, turns, sizes) if values is not None), default=0)
        places = []
        for i in range(min(count, MOST_COPIES)):
            offset = moves[i].tolist() if moves is not None and i < len(moves) else (0.0, 0.0, 0.0)
            turn = turns[i].tolist() if turns is not None and i < len(turns) else (0.0, 0.0, 0.0, 1.0)
            size = sizes[i].tolist() if sizes is not None and i < len(sizes) else (1.0, 1.0, 1.0)
            places.append(world @ transforms.compose(offset, turn, size))
        return places or [world]

    def _material(self, key: str | None) -> PlannedMaterial:
        item = self._context.project.get(key or "")
        if not isinstance(item, SceneMaterial):
            return _PLAIN
        pictures: dict[str, Picture] = {}
        for slot in TEXTURE_SLOTS:
            use = getattr(item, slot)
            texture = self._context.project.get(use.texture) if use is not None else None
            picture = self._picture(texture) if isinstance(texture, SceneTexture) else None
            if picture is not None:
                pictures[slot] = picture
        state = (item, *((slot, picture.key) for slot, picture in pictures.items()))
        kept = self._materials.get(item.id)
        if kept is None or kept[0][0] is not item or kept[0] != state:
            kept = self._materials[item.id] = (state, PlannedMaterial(item, pictures))
        return kept[1]

    def _picture(self, texture: SceneTexture) -> Picture | None:
        if not isinstance(texture.source, PictureData):
            return PictureLink(self._context.embedded(texture.source, self._time))
        data = self._fetch(texture.source.blob)
        return None if data is None else PictureFile(texture.source.blob, data)

    def _environment_of(self, scene: SceneDocument) -> Environment | None:
        wanted = scene.environment
        if self._environment[0] != wanted:
            self._environment = (wanted, self._made_environment(scene))
        return self._environment[1]

    def _made_environment(self, scene: SceneDocument) -> Environment | None:
        wanted = scene.environment
        turn = math.radians(wanted.rotation)
        if wanted.light == "picture" and wanted.picture is not None:
            data = self._fetch(wanted.picture)
            return environment(data or b"", wanted.picture, wanted.intensity, turn)
        if wanted.light not in BUILT_IN:
            return None
        made = BUILT_IN[wanted.light]()
        return Environment(made.pixels, made.key, wanted.intensity, turn)

    def _forget(self, project: Project, document: str) -> None:
        """Lets go of parts that no mesh holds any more."""
        held = {id(part) for mesh in project.children(document, SceneMesh) for part in mesh.parts}
        if len(self._parts) > 2 * len(held) + 64:
            self._parts = {key: kept for key, kept in self._parts.items() if key in held}


_PLAIN = PlannedMaterial(None, {})


def _worlds(nodes: Mapping[str, SceneNode]) -> dict[str, Matrix]:
    """World matrices by id; parents come first."""
    found: dict[str, Matrix] = {}
    with np.errstate(all="ignore"):  # absurd scales overflow; such nodes are simply not drawn
        for node in nodes.values():
            above = found.get(node.parent or "")
            found[node.id] = local_matrix(node) if above is None else above @ local_matrix(node)
    return found


def _camera(lens: CameraLens, world: Matrix) -> Camera:
    angle = math.radians(lens.field_of_view)
    return Camera(world, lens.projection, angle, lens.half_height, lens.near or None, lens.far or None)


def _light(lamp: Lamp, world: Matrix) -> PunctualLight:
    place, axis = world[:3, 3].tolist(), (-world[:3, 2]).tolist()
    outer = max(lamp.outer_cone, lamp.inner_cone + 0.01)
    return PunctualLight(
        lamp.shape,
        (place[0], place[1], place[2]),
        (axis[0], axis[1], axis[2]),
        linear(lamp.color),
        lamp.intensity,
        lamp.reach,
        math.radians(lamp.inner_cone),
        math.radians(outer),
    )


def _sun(scene: SceneDocument) -> Sun | None:
    sun = scene.sun
    if not sun.enabled or sun.strength <= 0:
        return None
    azimuth, elevation = math.radians(sun.azimuth), math.radians(sun.elevation)
    flat = math.cos(elevation)
    direction = (-math.sin(azimuth) * flat, -math.sin(elevation), -math.cos(azimuth) * flat)
    return Sun(direction, linear(sun.color), sun.strength, sun.shadows)
