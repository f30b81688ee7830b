"""Materials and textures."""

from typing import Any

import msgspec
from msgspec.structs import replace

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.scene.adding import LIGHT_GREY
from editor.display.scene.placement import scene_of
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.scene import (
    TEXTURE_SLOTS,
    PictureData,
    SceneDocument,
    SceneMaterial,
    SceneMesh,
    SceneNode,
    SceneTexture,
    TextureSlot,
    TextureUse,
)
from editor.model.values import Blob, RecordId, from_plain, to_plain
from render.color import Color

FIXED = ("id", "parent", "order", *TEXTURE_SLOTS)


@command("scene.add_material", label="Add material")
def add_material(
    project: Project, *, document: RecordId, name: str = "Material", color: Color = LIGHT_GREY
) -> str:
    """A new material. Returns its id."""
    project.find(document, SceneDocument)
    key = project.new_id()
    (order,) = project.order_at_end(document)
    project.put(SceneMaterial(id=key, parent=document, order=order, name=name, base_color=color))
    return key


@command("scene.set_material", label="Change material")
def set_material(project: Project, *, material: RecordId, values: dict[str, Any]) -> None:
    """Set properties of a material by name, such as metallic or base_color; textures have their own command."""
    item = project.find(material, SceneMaterial)
    for name in values:
        if name not in item.__struct_fields__ or name in FIXED:
            raise ExpectedError(tr("{kind} has no property {field}.", kind=type(item).kind, field=name))
    plain = msgspec.to_builtins(item, enc_hook=to_plain, str_keys=True)
    try:
        project.put(msgspec.convert({**plain, **values}, SceneMaterial, strict=False, dec_hook=from_plain))
    except (msgspec.ValidationError, ValueError) as error:
        raise ExpectedError(tr("This value does not fit: {reason}", reason=str(error))) from error


@command("scene.assign_material", label="Assign material")
def assign_material(
    project: Project, *, nodes: tuple[RecordId, ...], material: RecordId | None, part: int | None = None
) -> None:
    """Give the meshes that nodes show a material: all their parts, or one."""
    if material is not None:
        owner = scene_of(project, project.find(material, SceneMaterial).id).id
        if any(scene_of(project, key).id != owner for key in nodes):
            raise ExpectedError(tr("This material belongs to another scene."))
    for key in nodes:
        node = project.find(key, SceneNode)
        if node.mesh is None:
            continue
        mesh = project.find(node.mesh, SceneMesh)
        parts = [
            replace(one, material=material) if part is None or i == part else one for i, one in enumerate(mesh.parts)
        ]
        project.put(replace(mesh, parts=tuple(parts)))


@command("scene.set_texture", label="Set texture")
def set_texture(
    project: Project,
    *,
    material: RecordId,
    slot: TextureSlot = "base_texture",
    source: Blob | Embed,
    media_type: str = "",
    name: str = "",
) -> str:
    """Put an image file or a live link to another document on a material. Returns the texture's id."""
    item = project.find(material, SceneMaterial)
    if isinstance(source, str) and source not in project.blobs:
        raise ExpectedError(tr("The image for this texture is not in the project."))
    document = scene_of(project, material).id
    key = project.new_id()
    (order,) = project.order_at_end(document)
    held = PictureData(blob=source, media_type=media_type) if isinstance(source, str) else source
    project.put(SceneTexture(id=key, parent=document, order=order, name=name, source=held))
    _use(project, item, slot, key)
    return key


@command("scene.use_texture", label="Use texture")
def use_texture(project: Project, *, material: RecordId, slot: TextureSlot, texture: RecordId | None) -> None:
    """Put a texture of the scene into a slot of a material, or take it out with None."""
    item = project.find(material, SceneMaterial)
    if texture is None:
        project.put(replace(item, **{slot: None}))
        return
    project.find(texture, SceneTexture)
    if scene_of(project, texture).id != scene_of(project, material).id:
        raise ExpectedError(tr("This texture belongs to another scene."))
    _use(project, item, slot, texture)


def _use(project: Project, item: SceneMaterial, slot: TextureSlot, texture: str) -> None:
    """A new texture keeps the place that the old one had on the material."""
    current: TextureUse | None = getattr(item, slot)
    use = TextureUse(texture=texture) if current is None else replace(current, texture=texture)
    project.put(replace(item, **{slot: use}))
