"""glTF in and out: what is kept, what is refused, and that nothing in a file is trusted."""

from __future__ import annotations

import base64
import json
import re
import struct
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, run
from editor.document.project import Project
from editor.formats.gltf.container import files_beside
from editor.formats.gltf.reading import read_model
from editor.formats.gltf.writing import write_glb
from editor.formats.mesh import import_model
from editor.model.scene import Model, SceneMaterial, SceneNode

load_commands()
TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4").tobytes()


def document(**changes: Any) -> dict[str, Any]:
    """The smallest scene with something to see."""
    uri = "data:application/octet-stream;base64," + base64.b64encode(TRIANGLE).decode()
    return {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": "one"}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "buffers": [{"uri": uri, "byteLength": 36}],
    } | changes


def read(source: dict[str, Any]) -> Model:
    project = Project.in_memory()
    return read_model(json.dumps(source).encode(), project.blobs.put)[0]


def renumbered(model: Model) -> Any:
    """Ids by position, so that models of different files compare."""
    names = ("nodes", "meshes", "materials", "textures", "skins", "animations")
    ids = {item.id: f"{name}{i}" for name in names for i, item in enumerate(getattr(model, name))}
    text = msgspec.json.encode(model)
    return json.loads(re.sub(rb"local:[a-z]+\d+", lambda found: ids[found[0].decode()].encode(), text))


def round_trip(source: dict[str, Any]) -> tuple[Model, Model, dict[str, Any]]:
    """The model of a file, that of its export, and the export's JSON."""
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    first, _ = read_model(json.dumps(source).encode(), project.blobs.put)
    run(project, "scene.insert_model", document=scene, model=project.blobs.put(msgspec.json.encode(first)))
    data, _ = write_glb(project, scene)
    length = struct.unpack_from("<I", data, 12)[0]
    return first, read_model(data, project.blobs.put)[0], json.loads(data[20 : 20 + length])


def test_unknown_extensions_and_extras_come_back_everywhere() -> None:
    source = document(
        nodes=[
            {"mesh": 0, "extras": {"a": 1}, "extensions": {"ACME_node": {"node": 1}}, "children": [1]},
            {"name": "b"},
        ],
        materials=[{"name": "m", "extensions": {"KHR_materials_sheen": {"sheenRoughnessFactor": 0.3}}}],
        extensionsUsed=["ACME_node", "ACME_top", "KHR_materials_sheen"],
        extensions={"ACME_top": {"x": [1, 2]}},
        extras={"author": "somebody"},
    )
    source["meshes"][0]["primitives"][0] |= {"material": 0, "extras": [1], "extensions": {"ACME_part": {"material": 0}}}
    first, second, exported = round_trip(source)
    assert renumbered(first) == renumbered(second)
    assert exported["nodes"][0]["extensions"] == {"ACME_node": {"node": 1}}
    assert exported["nodes"][0]["extras"] == {"a": 1}
    assert exported["extensions"] == {"ACME_top": {"x": [1, 2]}}
    assert exported["extras"] == {"author": "somebody"}
    assert exported["meshes"][0]["primitives"][0]["extensions"] == {"ACME_part": {"material": 0}}
    assert set(source["extensionsUsed"]) <= set(exported["extensionsUsed"])


def test_a_kept_reference_follows_its_target_or_goes_with_it() -> None:
    source = document(
        nodes=[{"name": "a", "extensions": {"ACME": {"node": 2}}}, {"name": "b"}, {"name": "c", "mesh": 0}],
        scenes=[{"nodes": [0, 1, 2]}],
    )
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    model, _ = read_model(json.dumps(source).encode(), project.blobs.put)
    nodes = run(project, "scene.insert_model", document=scene, model=project.blobs.put(msgspec.json.encode(model)))

    def exported() -> list[dict[str, Any]]:
        data, _ = write_glb(project, scene)
        return json.loads(data[20 : 20 + struct.unpack_from("<I", data, 12)[0]])["nodes"]

    run(project, "scene.delete", nodes=(nodes[1],))
    assert exported()[0]["extensions"] == {"ACME": {"node": 1}}
    run(project, "scene.delete", nodes=(nodes[2],))
    assert "ACME" not in exported()[0].get("extensions", {})


def test_lamps_cameras_and_instances_survive() -> None:
    source = document(
        nodes=[
            {"camera": 0, "extensions": {"KHR_lights_punctual": {"light": 0}}},
            {"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 0}}}},
        ],
        scenes=[{"nodes": [0, 1]}],
        cameras=[{"type": "perspective", "perspective": {"yfov": 0.5, "znear": 0.1}}],
        extensions={
            "KHR_lights_punctual": {"lights": [{"type": "spot", "intensity": 5, "spot": {"outerConeAngle": 1}}]}
        },
    )
    first, second, exported = round_trip(source)
    assert renumbered(first) == renumbered(second)
    assert first.nodes[0].camera is not None
    assert first.nodes[0].lamp is not None
    assert first.nodes[1].instancing["TRANSLATION"].count == 3
    assert exported["extensions"]["KHR_lights_punctual"]["lights"][0]["type"] == "spot"


def test_interleaved_sparse_and_normalised_arrays() -> None:
    rows = np.zeros(4, [("p", "<f4", 3), ("c", "u1", 4)])
    rows["p"], rows["c"] = np.arange(12).reshape(4, 3), [255, 128, 0, 255]
    sparse = np.array([2], "<u2").tobytes() + b"\0\0" + np.array([[9, 9, 9]], "<f4").tobytes()
    data = rows.tobytes() + sparse
    source = document(
        meshes=[{"primitives": [{"attributes": {"POSITION": 0, "COLOR_0": 1}}]}],
        accessors=[
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3", "sparse": {
                "count": 1, "indices": {"bufferView": 1, "componentType": 5123}, "values": {"bufferView": 2}}},
            {"bufferView": 0, "byteOffset": 12, "componentType": 5121, "count": 4, "type": "VEC4", "normalized": True},
        ],
        bufferViews=[
            {"buffer": 0, "byteLength": 64, "byteStride": 16},
            {"buffer": 0, "byteOffset": 64, "byteLength": 2},
            {"buffer": 0, "byteOffset": 68, "byteLength": 12},
        ],
        buffers=[{"uri": "data:;base64," + base64.b64encode(data).decode(), "byteLength": len(data)}],
    )  # fmt: skip
    project = Project.in_memory()
    model, _ = read_model(json.dumps(source).encode(), project.blobs.put)
    attributes = model.meshes[0].parts[0].attributes
    positions = np.frombuffer(project.blobs.get(attributes["POSITION"].blob), "<f4").reshape(4, 3)
    assert positions.tolist() == [[0, 1, 2], [3, 4, 5], [9, 9, 9], [9, 10, 11]]
    assert attributes["COLOR_0"].normalized
    assert attributes["COLOR_0"].type == "u1"


HOSTILE = {
    "huge count": {"accessors": [{"bufferView": 0, "componentType": 5126, "count": 10**12, "type": "VEC3"}]},
    "huge count without data": {"accessors": [{"componentType": 5126, "count": 10**9, "type": "VEC3"}]},
    "count beyond the data": {"accessors": [{"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"}]},
    "negative count": {"accessors": [{"bufferView": 0, "componentType": 5126, "count": -1, "type": "VEC3"}]},
    "offset beyond the data": {"bufferViews": [{"buffer": 0, "byteOffset": 30, "byteLength": 36}]},
    "no such buffer": {"bufferViews": [{"buffer": 7, "byteLength": 36}]},
    "no such view": {"accessors": [{"bufferView": 3, "componentType": 5126, "count": 3, "type": "VEC3"}]},
    "node below itself": {"nodes": [{"children": [0]}]},
    "circle of nodes": {"nodes": [{"children": [1]}, {"children": [2]}, {"children": [1]}]},
    "shared child": {"nodes": [{"children": [2]}, {"children": [2]}, {}], "scenes": [{"nodes": [0, 1]}]},
    "no such mesh": {"nodes": [{"mesh": 4}]},
    "no such child": {"nodes": [{"children": [9]}]},
    "odd component type": {"accessors": [{"bufferView": 0, "componentType": 1, "count": 3, "type": "VEC3"}]},
    "nodes are no list": {"nodes": {"0": {}}},
    "asset missing": {"asset": {}},
    "version 1": {"asset": {"version": "1.0"}},
    "scene beyond": {"scene": 5},
    "broken base64": {"buffers": [{"uri": "data:;base64,@@@", "byteLength": 36}]},
    "elsewhere": {"buffers": [{"uri": "../../../etc/passwd", "byteLength": 36}]},
    "network": {"buffers": [{"uri": "https://example.org/a.bin", "byteLength": 36}]},
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_refused_in_one_sentence(changes: dict[str, Any]) -> None:
    with pytest.raises(ExpectedError) as caught:
        read(document(**changes))
    assert caught.value.sentence
    assert "\n" not in caught.value.sentence


def test_files_outside_the_folder_are_never_opened(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.bin").write_bytes(TRIANGLE)
    (tmp_path / "inside" / "link.bin").symlink_to(tmp_path / "secret.bin")
    (tmp_path / "inside" / "own part.bin").write_bytes(TRIANGLE)
    open_file = files_beside(tmp_path / "inside" / "model.gltf")
    assert open_file("own%20part.bin") == TRIANGLE
    for uri in ("../secret.bin", "%2e%2e/secret.bin", "link.bin", "file:///etc/passwd", "/etc/passwd", "//host/x"):
        with pytest.raises(ExpectedError):
            open_file(uri)


def test_deep_trees_and_deep_json_do_not_overflow() -> None:
    deep = [{"children": [i + 1]} for i in range(20_000)] + [{"mesh": 0}]
    assert len(read(document(nodes=deep)).nodes) == 20_001
    nested = json.dumps(document())[:-1] + ', "extras": ' + "[" * 100_000 + "]" * 100_000 + "}"
    with pytest.raises(ExpectedError):
        read_model(nested.encode(), Project.in_memory().blobs.put)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for head in (b"", b"glTF\x02\0\0\0", b'{"asset":{"version":"2.0"},'):
        with pytest.raises(ExpectedError):
            read_model(head + data, Project.in_memory().blobs.put)


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_glb_is_read_or_refused(data: st.DataObject) -> None:
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    run(project, "scene.add_shape", document=scene, shape="cone")
    glb = bytearray(write_glb(project, scene)[0])
    for _ in range(data.draw(st.integers(1, 6))):
        glb[data.draw(st.integers(0, len(glb) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(glb)))
    try:
        read_model(bytes(glb[:cut] if data.draw(st.booleans()) else glb), project.blobs.put)
    except ExpectedError as error:
        assert "\n" not in error.sentence


def test_what_is_made_here_goes_out_and_comes_back(tmp_path: Path) -> None:
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    cube = run(project, "scene.add_shape", document=scene, shape="cube", translation=(1, 2, 3))
    run(project, "scene.rotate", nodes=(cube,), axis=(0, 1, 0), degrees=20)
    run(project, "scene.set_hidden", nodes=(cube,), hidden=True)
    material = project.children(scene, SceneMaterial)[0]
    run(project, "scene.set_material", material=material.id, values={"clearcoat": 0.5, "unlit": True, "ior": 1.3})
    data, report = write_glb(project, scene)
    (tmp_path / "out.glb").write_bytes(data)
    other = run(project, "scene.new_document")
    (node,), _ = import_model(project, other, tmp_path / "out.glb")
    assert report.lossless
    back = project.find(node, SceneNode)
    first = project.find(cube, SceneNode)
    assert back.hidden
    assert (back.translation, back.rotation, back.name) == (first.translation, first.rotation, first.name)
    copy = project.children(other, SceneMaterial)[0]
    assert (copy.clearcoat, copy.unlit, copy.ior, copy.base_color) == (0.5, True, 1.3, copy.base_color)
