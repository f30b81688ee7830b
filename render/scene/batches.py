"""What is drawn together: instances of one mesh with one material, and the numbers of each instance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from render.scene.transforms import Matrix
from render.scene.values import TEXTURE_SLOTS, Instance, Material, Mesh, Primitive, Scene

INSTANCE_TYPE = np.dtype([("rows", np.float32, (3, 4)), ("number", np.uint32), ("pad", np.uint32, (3,))])
Instances = NDArray[np.void]


@dataclass(frozen=True, eq=False)
class Batch:
    """Instances `first` to `first + count` of the list, one draw call."""

    mesh: Mesh
    material: Material
    mirrored: bool  # the matrix turns the mesh inside out, so front and back change places
    first: int
    count: int


@dataclass(frozen=True, eq=False)
class DrawList:
    """Batches over one array of instances."""

    batches: tuple[Batch, ...]
    instances: Instances


def instance_rows(instances: Sequence[Instance]) -> Instances:
    rows = np.zeros(len(instances), dtype=INSTANCE_TYPE)
    if instances:
        rows["rows"] = np.array([instance.world[:3] for instance in instances])
        rows["number"] = [instance.number for instance in instances]
    return rows


class SceneIndex:
    """Sorted once for a scene, then only filtered for each picture."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        drawable = [
            i
            for i, instance in enumerate(scene.instances)
            if instance.mesh.element_count and np.isfinite(instance.world).all() and np.isfinite(scene.boxes[i]).all()
        ]
        mirrored = {i: bool(np.linalg.det(scene.instances[i].world[:3, :3]) < 0) for i in drawable}
        self._solid = self._sorted([i for i in drawable if not self._through(i)], mirrored)
        self._clear = [i for i in drawable if self._through(i)]
        self._mirrored = mirrored
        self._rows = instance_rows(scene.instances)

    def _through(self, index: int) -> bool:
        return self.scene.instances[index].material.see_through

    def _sorted(self, indices: list[int], mirrored: dict[int, bool]) -> list[int]:
        of = self.scene.instances
        return sorted(indices, key=lambda i: (of[i].material.key, of[i].mesh.key, mirrored[i]))

    def solid(self, seen: NDArray[np.bool_]) -> DrawList:
        return self._list([i for i in self._solid if seen[i]])

    def see_through(self, seen: NDArray[np.bool_], view: Matrix) -> DrawList:
        """The farthest first, by the middle of the box."""
        boxes = self.scene.boxes
        depth = {i: float(view[2, :3] @ boxes[i].mean(axis=0)) for i in self._clear if seen[i]}
        return self._list(sorted(depth, key=lambda i: depth[i]))

    def shadow_casters(self) -> DrawList:
        casting = [i for i in self._solid if self.scene.instances[i].casts_shadow]
        blended = [i for i in self._clear if self._throws(i)]
        return self._list([*casting, *blended])

    def _throws(self, index: int) -> bool:
        """Mostly opaque things throw a full shadow, glass throws none."""
        material = self.scene.instances[index].material
        opaque = material.base_color[3] > 0.5 and material.transmission < 0.5
        return opaque and self.scene.instances[index].casts_shadow

    def everything(self, seen: NDArray[np.bool_], numbers: frozenset[int] | None = None) -> DrawList:
        chosen = [i for i in [*self._solid, *self._clear] if seen[i]]
        if numbers is not None:
            chosen = [i for i in chosen if self.scene.instances[i].number in numbers]
        return self._list(chosen)

    def _list(self, indices: list[int]) -> DrawList:
        batches = []
        for first, last in self._runs(indices):
            instance = self.scene.instances[indices[first]]
            mirrored = self._mirrored[indices[first]]
            batches.append(Batch(instance.mesh, instance.material, mirrored, first, last - first))
        return DrawList(tuple(batches), self._rows[indices])

    def _runs(self, indices: list[int]) -> Iterator[tuple[int, int]]:
        first = 0
        for i in range(1, len(indices) + 1):
            if i == len(indices) or not self._alike(indices[first], indices[i]):
                yield first, i
                first = i

    def _alike(self, a: int, b: int) -> bool:
        one, two = self.scene.instances[a], self.scene.instances[b]
        same = one.mesh.key == two.mesh.key and one.material.key == two.material.key
        return same and self._mirrored[a] == self._mirrored[b]


def switches(mesh: Mesh, material: Material, shadowed: bool) -> frozenset[str]:
    """Which parts of the surface shader this mesh with this material needs."""
    on = {
        slot.upper()
        for slot, texture in zip(TEXTURE_SLOTS, material.textures)
        if texture is not None and (mesh.uv0 is not None or texture.uv_set == 1)
    }
    lit = not material.unlit and not (mesh.normals is None and mesh.primitive is not Primitive.TRIANGLES)
    if not lit:
        on &= {"BASE_TEXTURE"}
    else:
        on.add("LIT")
        if shadowed:
            on.add("SHADOWED")
        if material.clearcoat > 0:
            on.add("CLEARCOAT")
        else:
            on -= {"CLEARCOAT_TEXTURE", "CLEARCOAT_ROUGHNESS_TEXTURE", "CLEARCOAT_NORMAL_TEXTURE"}
        if mesh.tangents is not None and on & {"NORMAL_TEXTURE", "CLEARCOAT_NORMAL_TEXTURE"}:
            on.add("HAS_TANGENTS")
    if any(switch.endswith("_TEXTURE") for switch in on):
        on.add("TEXTURED")
    if mesh.colors is not None:
        on.add("COLORED")
    if material.alpha_mode == "mask":
        on.add("MASKED")
    elif material.see_through:
        on.add("BLENDED")
    return frozenset(on)

