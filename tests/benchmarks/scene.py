"""The 3D viewport's frame time and the import of a large GLB beside trimesh's loader."""

from __future__ import annotations

from functools import cache

import numpy as np

from tests.benchmarks import Benchmark, best, median

TRIANGLES = 1_000_000
WIDTH, HEIGHT = 1280, 800


@cache
def million_triangles():
    """One rippled sphere of a million triangles, unwelded from nothing: half a million vertices."""
    from render.scene.shapes import sphere
    from render.scene.values import Mesh

    smooth = sphere(1000, 500)
    ripples = (0.01 * np.sin(40 * smooth.positions[:, :1])).astype(np.float32)
    return Mesh(smooth.positions + ripples, smooth.normals, uv0=smooth.uv0, indices=smooth.indices)


def orbit_frame(samples: int, light: bool) -> float:
    """The middle time of a frame while the camera turns, drawn and finished by the card; `light` with stand-ins."""
    from render.scene import environment, framing
    from render.scene.gl import gl
    from render.scene.lighter import lighter_scene
    from render.scene.offscreen import OffscreenRenderer
    from render.scene.values import Instance, Material, Scene, Sun, View

    material = Material(metallic=0.0, roughness=0.5)
    scene = Scene((Instance(million_triangles(), material, number=1),), environment.studio(), Sun())
    scene = lighter_scene(scene) if light else scene
    angles = iter(np.linspace(0, 3, 100))
    renderer = OffscreenRenderer()

    def frame(inner) -> None:
        angle = next(angles)
        direction = (float(np.cos(angle)), 0.4, float(np.sin(angle)))
        camera = framing.framing_camera(scene.bounds, WIDTH / HEIGHT, direction)
        view = View(camera, WIDTH, HEIGHT, background=(0.2, 0.2, 0.2, 1.0), precise=False, samples=samples)
        inner.draw(scene, view, inner.reading_target(WIDTH, HEIGHT))
        gl.glFinish()

    taken = median(lambda: renderer.run(frame), rounds=9, warm=2)
    renderer.close()
    return taken


def frame_moving() -> float:
    """As drawn while the camera moves on a slow card: a stand-in, smoothed when it rests."""
    return orbit_frame(1, light=True)


def frame_still() -> float:
    return orbit_frame(4, light=False)


@cache
def large_glb() -> bytes:
    """A scene of a million triangles as GLB, with normals and texture coordinates."""
    from editor.commands.registry import load_commands, run
    from editor.commands.scene.adding import stored_part
    from editor.document.project import Project
    from editor.formats.gltf.writing import write_glb
    from editor.model.scene import SceneMesh, SceneNode

    load_commands()
    project = Project.in_memory()
    scene = run(project, "scene.new_document")
    with project.transaction("fill"):
        part = stored_part(project, million_triangles(), None)
        project.put(SceneMesh(id="m", parent=scene, order="V", parts=(part,)))
        project.put(SceneNode(id="n", parent=scene, order="V", mesh="m"))
    return write_glb(project, scene)[0]


def import_ours() -> float:
    """From bytes to records in a scene, arrays stored as blobs."""
    import msgspec

    from editor.commands.registry import run
    from editor.document.project import Project
    from editor.formats.gltf.reading import read_model

    data = large_glb()

    def read() -> None:
        project = Project.in_memory()
        scene = run(project, "scene.new_document")
        model, _ = read_model(data, project.blobs.put)
        blob = project.blobs.put(msgspec.json.encode(model))
        run(project, "scene.insert_model", document=scene, model=blob)

    return best(read)


def import_trimesh() -> float:
    import io

    import trimesh

    data = large_glb()
    return best(lambda: trimesh.load_scene(io.BytesIO(data), file_type="glb", process=False))


BENCHMARKS = (
    Benchmark("orbit 1 M triangles, moving (software GL)", frame_moving, limit=0.3),
    Benchmark("orbit 1 M triangles, at rest, 4 samples", frame_still, limit=0.8),
    Benchmark("import a GLB of 1 M triangles", import_ours, peer="trimesh", theirs=import_trimesh, target=2.0),
)
