"""The 3D scene "Still life": a ring, spheres and a cone in metal, lacquer and glass-like paint; one shows the lake."""

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.scene import SceneEnvironment, SceneMesh, SceneNode, SceneSun
from render.color import TRANSPARENT, Color

SIZE = 1200
Vector = tuple[float, float, float]
# Shape, name, place, size, turn around x, y and z in degrees, colour, metallic, roughness, clear coat.
OBJECTS: tuple[tuple[str, str, Vector, float, Vector, str, float, float, float], ...] = (
    ("cylinder", "Plinth", (0.05, -0.07, 0.15), 1.0, (0.0, 0.0, 0.0), "#ece2f0", 0.0, 0.55, 0.3),
    ("torus", "Golden ring", (0.0, 1.02, 0.0), 2.05, (78.0, 0.0, 24.0), "#ffb84d", 1.0, 0.20, 0.0),
    ("sphere", "Pearl", (0.0, 1.02, 0.0), 0.92, (0.0, 0.0, 0.0), "#ffffff", 0.0, 0.22, 1.0),
    ("sphere", "Red lacquer", (-1.28, 0.40, 0.62), 0.80, (0.0, 0.0, 0.0), "#d8262f", 0.0, 0.28, 1.0),
    ("sphere", "Copper", (1.02, 0.28, 0.98), 0.56, (0.0, 0.0, 0.0), "#e8845a", 1.0, 0.30, 0.0),
    ("cone", "Night cone", (1.42, 0.55, -0.42), 1.10, (0.0, 0.0, 0.0), "#2b2f7a", 0.0, 0.38, 1.0),
    ("cube", "Teal block", (-1.10, 0.32, -0.86), 0.64, (0.0, 32.0, 0.0), "#1fa3a3", 0.0, 0.45, 0.6),
)
PLINTH: Vector = (4.0, 0.14, 3.0)
AXES: tuple[Vector, Vector, Vector] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def make_still(project: Project, picture: str) -> str:
    """`picture` is the document that the pearl shows, by a live link. Returns the scene's id."""
    scene: str = run(project, "scene.new_document", name="Still life", width=SIZE, height=SIZE)
    run(project, "scene.set_background", document=scene, background=TRANSPARENT)
    run(project, "scene.set_environment", document=scene, environment=SceneEnvironment(light="studio", intensity=0.85))
    sun = SceneSun(azimuth=-38.0, elevation=42.0, strength=1.05, color=Color(1.0, 0.88, 0.74))
    run(project, "scene.set_sun", document=scene, sun=sun)
    for shape, name, place, size, turn, color, metallic, roughness, coat in OBJECTS:
        node: str = run(
            project, "scene.add_shape", document=scene, shape=shape, name=name, translation=place,
            color=Color.from_hex(color),
        )
        factors = PLINTH if name == "Plinth" else (size, size, size)
        run(project, "scene.scale", nodes=(node,), factors=factors)
        for axis, degrees in zip(AXES, turn, strict=True):
            if degrees:
                run(project, "scene.rotate", nodes=(node,), axis=axis, degrees=degrees)
        material = material_of(project, node)
        values = {"metallic": metallic, "roughness": roughness, "clearcoat": coat, "clearcoat_roughness": 0.06}
        run(project, "scene.set_material", material=material, values=values)
        if name == "Pearl":
            run(project, "scene.set_texture", material=material, source=Embed(document=picture), name="Lake at dusk")
    camera: str = run(project, "scene.add_camera", document=scene, name="Front")
    run(project, "scene.place_camera", camera=camera, eye=(0.64, 2.75, 6.25), target=(0.05, 0.72, 0.0))
    run(project, "scene.set_camera", document=scene, camera=camera)
    return scene


def material_of(project: Project, node: str) -> str:
    """The material that a new shape got."""
    mesh = project.find(project.find(node, SceneNode).mesh or "", SceneMesh)
    return mesh.parts[0].material or ""
