"""Every scene command: applied, taken back, done again; and refused in a sentence where it makes no sense."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import COMMANDS, load_commands, replay_entry, run
from editor.display.scene.placement import world_matrix
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.scene import (
    CameraLens,
    Lamp,
    Model,
    SceneDocument,
    SceneEnvironment,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    SceneSun,
    SceneTexture,
)
from render.color import Color

load_commands()
NAMES = sorted(name for name in COMMANDS if name.startswith("scene."))


def sample() -> tuple[Project, str, list[str]]:
    """A scene with a group holding a cube and a sphere, a torus beside it, a camera and a lamp."""
    project = Project.in_memory()
    scene = run(project, "scene.new_document", name="Sample")
    cube, sphere, torus = (
        run(project, "scene.add_shape", document=scene, shape=shape) for shape in ("cube", "sphere", "torus")
    )
    group = run(project, "scene.add_group", document=scene)
    run(project, "scene.rotate", nodes=(group,), axis=(0, 1, 0), degrees=30)
    run(project, "scene.reparent", nodes=(cube, sphere), parent=group)
    camera = run(project, "scene.add_camera", document=scene)
    lamp = run(project, "scene.add_lamp", document=scene)
    return project, scene, [cube, sphere, torus, group, camera, lamp]


coordinates = st.floats(-50, 50)
vectors = st.tuples(coordinates, coordinates, coordinates)
colors = st.builds(Color, *[st.floats(0, 1)] * 4)


def parameters(data: st.DataObject, name: str, project: Project, scene: str, nodes: list[str]) -> dict:
    """Likely parameters of a command, and now and then a wrong one."""
    draw = data.draw
    some = st.lists(st.sampled_from(nodes), min_size=1, max_size=3, unique=True).map(tuple)
    materials = [material.id for material in project.children(scene, SceneMaterial)]
    blob = project.blobs.put(b"not an image")
    model = project.blobs.put(msgspec.json.encode(Model(nodes=(
        SceneNode(id="local:n1", name="one"), SceneNode(id="local:n2", parent="local:n1", mesh="local:m1")
    ), meshes=(SceneMesh(id="local:m1"),))))  # fmt: skip
    table = {
        "add_camera": {"document": scene, "lens": CameraLens(), "translation": draw(vectors)},
        "add_group": {"document": scene, "parent": draw(st.sampled_from([None, *nodes]))},
        "add_lamp": {"document": scene, "lamp": Lamp(shape="spot")},
        "add_material": {"document": scene, "color": draw(colors)},
        "add_shape": {"document": scene, "shape": "cone", "parent": draw(st.sampled_from([None, *nodes]))},
        "assign_material": {"nodes": draw(some), "material": draw(st.sampled_from([None, *materials]))},
        "delete": {"nodes": draw(some)},
        "duplicate": {"nodes": draw(some)},
        "insert_model": {"document": scene, "model": draw(st.sampled_from([model, blob])), "translation": (1, 2, 3)},
        "new_document": {"name": draw(st.text(max_size=5))},
        "place_camera": {"camera": nodes[4], "eye": draw(vectors), "target": draw(vectors)},
        "rename": {"record": draw(st.sampled_from([scene, *nodes])), "name": "Other"},
        "reparent": {"nodes": draw(some), "parent": draw(st.sampled_from([scene, *nodes]))},
        "rotate": {"nodes": draw(some), "axis": draw(vectors), "degrees": draw(coordinates), "pivot": draw(vectors)},
        "scale": {"nodes": draw(some), "factors": draw(vectors), "space": draw(st.sampled_from(["world", "local"]))},
        "set_background": {"document": scene, "background": draw(colors)},
        "set_camera": {"document": scene, "camera": draw(st.sampled_from([None, *nodes]))},
        "set_environment": {"document": scene, "environment": SceneEnvironment(light="sky")},
        "set_hidden": {"nodes": draw(some), "hidden": True},
        "set_material": {"material": materials[0], "values": {"metallic": draw(st.floats(-1, 2)), "name": "x"}},
        "set_on_ground": {"document": scene, "nodes": draw(some)},
        "set_sun": {"document": scene, "sun": SceneSun(azimuth=draw(coordinates))},
        "set_texture": {"material": materials[0], "source": draw(st.sampled_from([blob, Embed(document=scene)]))},
        "set_transform": {"node": nodes[0], "translation": draw(vectors), "scale": draw(vectors)},
        "translate": {"nodes": draw(some), "offset": draw(vectors)},
        "use_texture": {"material": materials[0], "slot": "normal_texture", "texture": None},
    }
    return table[name.removeprefix("scene.")]


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=12)
def test_apply_undo_redo_replay(name: str, data: st.DataObject) -> None:
    project, scene, nodes = sample()
    before = project.content_hash()
    head = project.history.head
    try:
        run(project, name, **parameters(data, name, project, scene, nodes))
    except ExpectedError:
        assert project.content_hash() == before
        return
    after = project.content_hash()
    if project.history.head == head:
        assert after == before
        return
    project.undo()
    assert project.content_hash() == before
    project.redo()
    assert project.content_hash() == after
    project.undo()
    replay_entry(project, project.history[head + 1])
    assert project.content_hash() == after


def test_moving_happens_in_the_world() -> None:
    project, _, nodes = sample()
    cube = nodes[0]
    before = world_matrix(project, cube)
    run(project, "scene.translate", nodes=(cube,), offset=(1, 2, 3))
    after = world_matrix(project, cube)
    assert np.allclose(after[:3, 3] - before[:3, 3], (1, 2, 3))
    assert np.allclose(after[:3, :3], before[:3, :3])


def test_turning_around_a_pivot_and_scaling_from_it() -> None:
    project, _, nodes = sample()
    torus = nodes[2]
    run(project, "scene.translate", nodes=(torus,), offset=(2, 0, 0))
    run(project, "scene.rotate", nodes=(torus,), axis=(0, 1, 0), degrees=90, pivot=(0, 0, 0))
    assert np.allclose(world_matrix(project, torus)[:3, 3], (0, 0, -2), atol=1e-9)
    run(project, "scene.scale", nodes=(torus,), factors=(2, 2, 2), pivot=(0, 0, 0))
    assert np.allclose(world_matrix(project, torus)[:3, 3], (0, 0, -4), atol=1e-9)


def test_a_node_keeps_its_place_under_another_parent() -> None:
    project, scene, nodes = sample()
    before = world_matrix(project, nodes[0])
    run(project, "scene.translate", nodes=(nodes[3],), offset=(3, 0, 0))
    run(project, "scene.reparent", nodes=(nodes[0],), parent=scene)
    after = world_matrix(project, nodes[0])
    assert np.allclose(after[:3, 3], before[:3, 3] + (3, 0, 0), atol=1e-9)
    assert np.allclose(after[:3, :3], before[:3, :3], atol=1e-9)


def test_moving_a_group_and_its_child_moves_the_child_once() -> None:
    project, _, nodes = sample()
    run(project, "scene.translate", nodes=(nodes[3], nodes[0]), offset=(1, 0, 0))
    assert np.allclose(world_matrix(project, nodes[0])[:3, 3], (1, 0, 0), atol=1e-9)


def test_a_parent_cannot_stand_below_its_child() -> None:
    project, _, nodes = sample()
    with pytest.raises(ExpectedError, match="inside itself"):
        run(project, "scene.reparent", nodes=(nodes[3],), parent=nodes[0])


def test_deleting_takes_what_nobody_shows_any_more() -> None:
    project, scene, nodes = sample()
    (copy,) = run(project, "scene.duplicate", nodes=(nodes[2],))
    run(project, "scene.delete", nodes=(nodes[2],))
    assert len(project.children(scene, SceneMesh)) == 3
    run(project, "scene.delete", nodes=(copy,))
    assert len(project.children(scene, SceneMesh)) == 2
    assert len(project.children(scene, SceneMaterial)) == 2


def test_a_scene_cannot_be_its_own_texture() -> None:
    project, scene, _ = sample()
    material = project.children(scene, SceneMaterial)[0]
    with pytest.raises(ExpectedError, match="inside itself"):
        run(project, "scene.set_texture", material=material.id, source=Embed(document=scene))
    assert not project.children(scene, SceneTexture)


def test_a_changed_texture_keeps_its_place_on_the_material() -> None:
    project, scene, _ = sample()
    material = project.children(scene, SceneMaterial)[0].id
    blob = project.blobs.put(b"an image")
    first = run(project, "scene.set_texture", material=material, source=blob, media_type="image/png")
    run(project, "scene.use_texture", material=material, slot="emissive_texture", texture=first)
    item = project.find(material, SceneMaterial)
    assert item.base_texture is not None
    assert item.emissive_texture is not None
    assert item.emissive_texture.texture == first


def test_models_are_refused_when_they_are_none() -> None:
    project, scene, _ = sample()
    circle = Model(nodes=(SceneNode(id="local:n1", parent="local:n2"), SceneNode(id="local:n2", parent="local:n1")))
    for data in (b"{}x", b"[]", msgspec.json.encode(circle)):
        with pytest.raises(ExpectedError):
            run(project, "scene.insert_model", document=scene, model=project.blobs.put(data))


def test_a_model_cannot_overwrite_records() -> None:
    project, scene, nodes = sample()
    hostile = Model(nodes=(SceneNode(id=nodes[0], name="mine now"),))
    with pytest.raises(ExpectedError):
        run(project, "scene.insert_model", document=scene, model=project.blobs.put(msgspec.json.encode(hostile)))
    assert project.find(scene, SceneDocument).name == "Sample"
