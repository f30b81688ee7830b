"""Stand-ins for heavy meshes: fewer triangles, the same place and look."""

from __future__ import annotations

import numpy as np

from render.scene import environment, framing, shapes
from render.scene.lighter import is_heavy, lighter_mesh, lighter_scene
from render.scene.offscreen import OffscreenRenderer
from render.scene.values import Instance, Material, Mesh, Scene, Sun, View


def heavy() -> Scene:
    sphere = shapes.sphere(600, 300)
    return Scene((Instance(sphere, Material(metallic=0.0), number=1),), environment.studio(), Sun())


def test_a_stand_in_is_light_and_lies_where_the_mesh_lies() -> None:
    mesh = heavy().instances[0].mesh
    light = lighter_mesh(mesh)
    assert light.element_count < 0.7 * mesh.element_count
    assert light.indices is not None
    assert light.indices.max() < len(light.positions)
    assert abs(light.bounds - mesh.bounds).max() < 0.01
    assert light.normals is not None
    assert np.allclose(light.normals, light.positions * 2, atol=1e-4)


def test_flat_and_empty_meshes_survive() -> None:
    point = Mesh(np.zeros((9, 3), np.float32))
    assert lighter_mesh(point) is point
    plane = shapes.plane()
    assert lighter_mesh(plane).element_count == plane.element_count


def test_only_heavy_scenes_get_one_and_shadows_are_kept(offscreen: OffscreenRenderer) -> None:
    assert not is_heavy(Scene((Instance(shapes.sphere(), Material()),)))
    scene = heavy()
    assert is_heavy(scene)
    light = lighter_scene(scene)
    view = View(framing.framing_camera(scene.bounds), 96, 96)
    whole = offscreen.read(scene, view).astype(int)

    def draw(renderer) -> tuple[np.ndarray, int]:
        before = renderer.shadow_draws
        return renderer.read(light, view).astype(int), renderer.shadow_draws - before

    picture, shadows = offscreen.run(draw)
    assert shadows == 0
    assert (abs(picture - whole).max(axis=-1) > 40).mean() < 0.02
