"""Scenes as a whole: new ones, their light, their camera."""

from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.display.scene.placement import scene_of
from editor.document.project import Project
from editor.model.scene import PixelCount, SceneDocument, SceneEnvironment, SceneNode, SceneSun
from editor.model.values import RecordId
from render.color import Color


@command("scene.new_document", label="New scene")
def new_document(project: Project, *, name: str = "Scene", width: PixelCount = 1600, height: PixelCount = 1200) -> str:
    """An empty scene in studio light. Returns its id."""
    key = project.new_id()
    (order,) = project.order_at_end(None)
    project.put(SceneDocument(id=key, order=order, name=name, width=width, height=height))
    return key


@command("scene.set_environment", label="Set environment")
def set_environment(project: Project, *, document: RecordId, environment: SceneEnvironment) -> None:
    """Change the light from all around."""
    if environment.light == "picture" and environment.picture is None:
        raise ExpectedError(tr("Choose the picture that gives the light."))
    project.put(replace(project.find(document, SceneDocument), environment=environment))


@command("scene.set_sun", label="Set sun")
def set_sun(project: Project, *, document: RecordId, sun: SceneSun) -> None:
    """Change the sun's direction, strength and shadows."""
    project.put(replace(project.find(document, SceneDocument), sun=sun))


@command("scene.set_background", label="Set background")
def set_background(project: Project, *, document: RecordId, background: Color) -> None:
    """The colour behind everything; transparent leaves the picture open there."""
    project.put(replace(project.find(document, SceneDocument), background=background))


@command("scene.set_camera", label="Set camera")
def set_camera(project: Project, *, document: RecordId, camera: RecordId | None) -> None:
    """Choose the node that takes the picture; None frames the whole scene."""
    scene = project.find(document, SceneDocument)
    if camera is not None:
        node = project.find(camera, SceneNode)
        if node.camera is None or scene_of(project, camera).id != document:
            raise ExpectedError(tr("This is not a camera of this scene."))
    project.put(replace(scene, camera=camera))
