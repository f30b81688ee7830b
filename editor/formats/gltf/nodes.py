"""The node tree, with cameras and lamps; circles and shared children are refused."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from editor.base.translation import tr, tr_count
from editor.formats.gltf.accessors import item, rows
from editor.formats.gltf.carried import Ids, kept
from editor.formats.gltf.container import broken
from editor.formats.gltf.values import color, extension, number, numbers, part, reference, text
from editor.formats.report import ReportBuilder
from editor.model.scene import ArrayData, CameraLens, Lamp, SceneNode
from render.scene import transforms

INSTANCING = "EXT_mesh_gpu_instancing"
LIGHTS = "KHR_lights_punctual"
VISIBILITY = "KHR_node_visibility"
NODE = frozenset({
    "name", "children", "mesh", "skin", "camera", "matrix", "translation", "rotation", "scale", "weights",
})  # fmt: skip
READ = frozenset({LIGHTS, INSTANCING, VISIBILITY})
SHAPES = {"point": "point", "spot": "spot", "directional": "directional"}
Stored = Callable[[object], ArrayData]


class NodeReader:
    """Reads one document's default scene; nodes outside it are dropped, and the report says so."""

    def __init__(self, document: Mapping[str, Any], ids: Ids, stored: Stored, report: ReportBuilder) -> None:
        self._nodes = rows(dict(document), "nodes")
        self._scenes = rows(dict(document), "scenes")
        self._scene = document.get("scene")
        self._cameras = rows(dict(document), "cameras")
        lights = extension(document, LIGHTS)
        self._lamps = rows(dict(lights), "lights") if lights else []
        self._ids = ids
        self._stored = stored
        self._report = report

    def read(self) -> list[SceneNode]:
        """Parents before their children."""
        parents = self._parents()
        roots = self._roots(parents)
        found: list[SceneNode] = []
        pending: list[tuple[int, int | None]] = [(index, None) for index in reversed(roots)]
        while pending:
            index, parent = pending.pop()
            found.append(self._node(index, parent))
            children = self._children(index)
            pending.extend((child, index) for child in reversed(children))
        return found

    def _children(self, index: int) -> list[int]:
        children = self._nodes[index].get("children", [])
        if not isinstance(children, list):
            raise broken(tr("{name} is not a list of objects.", name="children"))
        for child in children:
            item(self._nodes, child, "node")
        return children

    def _parents(self) -> dict[int, int]:
        """The parent of each node; raises ExpectedError unless the nodes form trees."""
        parents: dict[int, int] = {}
        for index in range(len(self._nodes)):
            for child in self._children(index):
                if child in parents:
                    raise broken(tr("one of its nodes hangs in two places of the tree."))
                parents[child] = index
        clear: set[int] = set()
        for start in range(len(self._nodes)):
            path: dict[int, None] = {}
            at: int | None = start
            while at is not None and at not in clear:
                if at in path:
                    raise broken(tr("its nodes hang in a circle."))
                path[at] = None
                at = parents.get(at)
            clear.update(path)
        return parents

    def _roots(self, parents: Mapping[int, int]) -> list[int]:
        free = [index for index in range(len(self._nodes)) if index not in parents]
        if not self._scenes:
            return free
        chosen = item(self._scenes, self._scene if self._scene is not None else 0, "scene").get("nodes", [])
        if not isinstance(chosen, list):
            raise broken(tr("{name} is not a list of objects.", name="scene"))
        for index in chosen:
            item(self._nodes, index, "node")
        listed = list(dict.fromkeys(index for index in chosen if index not in parents))
        rest = [index for index in free if index not in listed]
        if rest:
            self._report.dropped(
                tr_count("1 node outside the shown scene", "{count} nodes outside the shown scene", count=len(rest))
            )
        return listed

    def _node(self, index: int, parent: int | None) -> SceneNode:
        source = self._nodes[index]
        offset, rotation, scale = self._place(source)
        weights = source.get("weights")
        ids = self._ids
        copies = extension(source, INSTANCING)
        shown = (extension(source, VISIBILITY) or {}).get("visible", True)
        return SceneNode(
            id=ids["nodes"][index],
            parent=None if parent is None else ids["nodes"][parent],
            name=text(source.get("name")),
            translation=offset,
            rotation=rotation,
            scale=scale,
            hidden=shown is False,
            mesh=reference(source.get("mesh"), ids["meshes"], "mesh"),
            skin=reference(source.get("skin"), ids["skins"], "skin"),
            camera=self._camera(source.get("camera")),
            lamp=self._lamp((extension(source, LIGHTS) or {}).get("light")),
            weights=numbers(weights, [0.0] * len(weights)) if isinstance(weights, list) else (),
            instancing={} if copies is None else {
                text(name, 40): self._stored(number_) for name, number_ in part(copies, "attributes").items()
            },
            carried=kept(source, NODE, READ, ids),
        )  # fmt: skip

    def _place(self, source: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        if "matrix" in source:
            values = numbers(source["matrix"], np.eye(4).ravel().tolist())
            matrix = np.array(values).reshape(4, 4).T
            offset, rotation, factors = transforms.decompose(matrix)
            if not np.allclose(transforms.compose(offset, rotation, factors), matrix, atol=1e-4 * np.abs(matrix).max()):
                self._report.converted(tr("A sheared node is shown without its shear"))
            return tuple(offset.tolist()), rotation, tuple(factors.tolist())
        return (
            numbers(source.get("translation"), (0.0, 0.0, 0.0)),
            numbers(source.get("rotation"), (0.0, 0.0, 0.0, 1.0), -1.0, 1.0),
            numbers(source.get("scale"), (1.0, 1.0, 1.0)),
        )

    def _camera(self, index: object) -> CameraLens | None:
        if index is None:
            return None
        source = item(self._cameras, index, "camera")
        rest = kept(source, frozenset({"type", "perspective", "orthographic"}), frozenset(), self._ids)
        if source.get("type") == "orthographic":
            flat = part(source, "orthographic")
            half = number(flat.get("ymag"), 1.0)
            width = abs(number(flat.get("xmag"), half)) or 1.0
            return CameraLens(
                projection="orthographic",
                half_height=max(abs(half), 1e-6),
                aspect=min(1e3, max(1e-3, width / max(abs(half), 1e-6))),
                near=number(flat.get("znear"), 0.0, 0.0),
                far=number(flat.get("zfar"), 100.0, 0.0),
                carried=rest,
            )
        seen = part(source, "perspective")
        aspect, far = seen.get("aspectRatio"), seen.get("zfar")
        return CameraLens(
            field_of_view=math.degrees(number(seen.get("yfov"), 0.7, 0.002, 3.05)),
            aspect=None if aspect is None else number(aspect, 1.0, 1e-3, 1e3),
            near=number(seen.get("znear"), 0.01, 0.0),
            far=None if far is None else number(far, 100.0, 0.0),
            carried=rest,
        )

    def _lamp(self, index: object) -> Lamp | None:
        if index is None:
            return None
        source = item(self._lamps, index, "light")
        cone = part(source, "spot")
        reach = source.get("range")
        return Lamp(
            shape=SHAPES.get(str(source.get("type")), "point"),  # type: ignore[arg-type]  # the table's values
            color=color(source.get("color"), (1, 1, 1)),
            intensity=number(source.get("intensity"), 1.0, 0.0),
            reach=None if reach is None else number(reach, 1.0, 0.0),
            inner_cone=math.degrees(number(cone.get("innerConeAngle"), 0.0, 0.0, math.pi / 2)),
            outer_cone=math.degrees(number(cone.get("outerConeAngle"), math.pi / 4, 0.0, math.pi / 2)),
            name=text(source.get("name")),
            carried=kept(source, _LAMP, frozenset(), self._ids),
        )


_LAMP = frozenset({"name", "type", "color", "intensity", "range", "spot"})
