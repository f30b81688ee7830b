"""Scenes through the one Display: sizes, regions, cameras, live links, caches, movement."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.commands.registry import load_commands, run
from editor.display.display import Display
from editor.display.engine import Request
from editor.display.scene.meshes import part_data, posed
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.scene import ArrayData, MeshPart, SceneEnvironment, SceneMaterial, SceneMesh, SceneNode
from render.color import Color
from render.geometry import IntRect
from render.image_io.values import ImageData
from render.image_io.write import write

load_commands()


def new_scene(project: Project, color: Color = Color(1, 0, 0)) -> str:
    """A cube in a plain colour, seen from the front by its own camera."""
    scene = run(project, "scene.new_document", width=80, height=60)
    run(project, "scene.add_shape", document=scene, shape="cube", color=color)
    camera = run(project, "scene.add_camera", document=scene, translation=(0, 0, 3))
    run(project, "scene.set_camera", document=scene, camera=camera)
    for material in project.children(scene, SceneMaterial):
        run(project, "scene.set_material", material=material.id, values={"unlit": True})
    return scene


def test_any_size_and_any_region_agree() -> None:
    project = Project.in_memory()
    scene = new_scene(project)
    display = Display(project)
    whole = display.render_whole(scene, 2.0)
    assert whole.shape == (120, 160, 4)
    assert whole[60, 80].tolist() == [255, 0, 0, 255]
    drawing = display.drawing(scene)
    part = display.render(drawing, Request(IntRect(-10, 30, 60, 40), 2.0))
    assert not part[:, :10].any()
    assert (part[:, 10:] == whole[30:70, :50]).all()
    sixteen = display.render(drawing, Request(IntRect(70, 50, 4, 4), 2.0, "uint16"))
    assert sixteen.dtype == np.uint16
    assert sixteen[0, 0].tolist() == [65535, 0, 0, 65535]
    half = display.render(drawing, Request(IntRect(70, 50, 4, 4), 2.0, "float16"))
    assert half[0, 0].tolist() == [1, 0, 0, 1]


def test_parts_are_cameras_and_keys_name_the_picture() -> None:
    project = Project.in_memory()
    scene = new_scene(project)
    other = run(project, "scene.add_camera", document=scene, translation=(0, 0, 30))
    display = Display(project)
    assert other in display.parts(scene)
    near, far = display.render_whole(scene), display.render_whole(scene, part=other)
    assert (near[..., 3] > 0).sum() > 20 * (far[..., 3] > 0).sum()
    before = display.drawing(scene).key
    run(project, "scene.rename", record=other, name="New name")
    assert display.drawing(scene).key == before
    run(project, "scene.set_environment", document=scene, environment=SceneEnvironment(light="sky"))
    assert display.drawing(scene).key != before
    project.undo()
    assert display.drawing(scene).key == before


def test_a_linked_scene_is_a_texture_and_follows_its_source() -> None:
    project = Project.in_memory()
    source = new_scene(project, Color(0, 1, 0))
    host = new_scene(project)
    material = project.children(host, SceneMaterial)[0].id
    run(project, "scene.set_material", material=material, values={"base_color": [1, 1, 1, 1]})
    run(project, "scene.set_texture", material=material, source=Embed(document=source))
    display = Display(project)
    damaged: list[str] = []
    display.damaged.connect(lambda damage: damaged.append(damage.document))
    assert display.render_whole(host)[30, 40].tolist() == [0, 255, 0, 255]
    green = project.children(source, SceneMaterial)[0].id
    run(project, "scene.set_material", material=green, values={"base_color": [0, 0, 1, 1]})
    assert host in damaged
    assert display.render_whole(host)[30, 40].tolist() == [0, 0, 255, 255]


def test_hidden_nodes_hide_what_is_below() -> None:
    project = Project.in_memory()
    scene = new_scene(project)
    cube = next(node for node in project.children(scene, SceneNode) if node.mesh)
    group = run(project, "scene.add_group", document=scene)
    run(project, "scene.reparent", nodes=(cube.id,), parent=group)
    display = Display(project)
    assert display.render_whole(scene).any()
    run(project, "scene.set_hidden", nodes=(group,), hidden=True)
    assert not display.render_whole(scene).any()


def test_damaged_records_draw_nothing_instead_of_failing() -> None:
    project = Project.in_memory()
    scene = new_scene(project)
    mesh = project.children(scene, SceneMesh)[0]
    missing = ArrayData(blob="blob:" + "0" * 40, count=3)
    short = ArrayData(blob=project.blobs.put(b"1234"), count=30)
    for array in (missing, short):
        parts = (MeshPart(attributes={"POSITION": array}), mesh.parts[0])
        with project.transaction("damage"):
            project.put(SceneMesh(id=mesh.id, parent=scene, order=mesh.order, parts=parts))
        assert Display(project).render_whole(scene).any()


def stored(project: Project, values: object, kind: str, components: int, **settings) -> ArrayData:
    array = np.array(values, "<" + kind).reshape(-1, components)
    blob = project.blobs.put(array.tobytes())
    return ArrayData(blob=blob, type=kind, components=components, count=len(array), **settings)


@pytest.mark.parametrize(
    ("mode", "indices", "expected"),
    [
        (4, [0, 1, 2, 2, 1, 9], [0, 1, 2]),
        (5, [0, 1, 2, 3], [0, 1, 2, 1, 3, 2]),
        (6, [0, 1, 2, 3], [0, 1, 2, 0, 2, 3]),
        (2, [0, 1, 2], [0, 1, 1, 2, 2, 0]),
        (3, [0, 1, 2], [0, 1, 1, 2]),
        (5, [0], []),
        (6, [], []),
    ],
)
def test_strips_fans_and_loops_are_unrolled(mode: int, indices: list[int], expected: list[int]) -> None:
    project = Project.in_memory()
    positions = stored(project, np.arange(12), "f4", 3)
    part = MeshPart(attributes={"POSITION": positions}, indices=stored(project, indices, "u2", 1), mode=mode)
    data = part_data(part, project.blobs.get)
    assert data is not None
    assert data.mesh.indices is not None
    assert data.mesh.indices.tolist() == expected


def test_morphs_and_bones_move_vertices() -> None:
    project = Project.in_memory()
    part = MeshPart(
        attributes={
            "POSITION": stored(project, [[0, 0, 0], [1, 0, 0], [0, 1, 0]], "f4", 3),
            "JOINTS_0": stored(project, [[0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], "u1", 4),
            "WEIGHTS_0": stored(project, [[255, 0, 0, 0]] * 3, "u1", 4, normalized=True),
        },
        targets=({"POSITION": stored(project, [[0, 0, 2]] * 3, "f4", 3)},),
    )
    data = part_data(part, project.blobs.get)
    assert data is not None
    bones = np.stack([np.eye(4), np.eye(4)])
    bones[1, 0, 3] = 5
    mesh = posed(data, (0.5,), bones)
    assert mesh.positions.tolist() == [[0, 0, 1], [6, 0, 1], [0, 1, 1]]
    assert mesh.normals is not None
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1)


def test_animations_move_nodes_in_time() -> None:
    from editor.model.scene import AnimationChannel, SceneAnimation

    project = Project.in_memory()
    scene = new_scene(project)
    cube = next(node for node in project.children(scene, SceneNode) if node.mesh)
    channel = AnimationChannel(
        node=cube.id, path="translation", times=stored(project, [0, 1], "f4", 1),
        values=stored(project, [[0, 0, 0], [50, 0, 0]], "f4", 3),
    )  # fmt: skip
    with project.transaction("animate"):
        project.put(SceneAnimation(id="a" * 16, parent=scene, order="zz", channels=(channel,)))
    display = Display(project)
    assert display.render_whole(scene, time=Fraction(0)).any()
    assert not display.render_whole(scene, time=Fraction(9, 10)).any()
    assert display.render_whole(scene).any()


@pytest.mark.parametrize("suffix", [".hdr", ".exr", ".png"])
def test_a_lighting_picture_lights(suffix: str, tmp_path: Path) -> None:
    """A picture that is bright above lights what looks up."""
    light = np.zeros((32, 64, 4), np.float32)
    light[:16] = 0.9
    light[..., 3] = 1
    path = tmp_path / f"light{suffix}"
    write(path, ImageData(light, suffix, linear=suffix != ".png"))
    project = Project.in_memory()
    scene = run(project, "scene.new_document", width=40, height=40)
    run(project, "scene.add_shape", document=scene, shape="sphere")
    environment = SceneEnvironment(light="picture", picture=project.blobs.put(path.read_bytes()))
    run(project, "scene.set_environment", document=scene, environment=environment)
    picture = Display(project).render_whole(scene)
    seen = np.flatnonzero(picture[:, 20, 3] == 255)
    assert int(picture[seen[2], 20, 0]) > int(picture[seen[-3], 20, 0]) + 30
