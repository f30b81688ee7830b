"""The first material of a glTF file, with all its pictures, for objects of a scene."""

from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.formats.registry import import_file
from editor.model.record import Record
from editor.model.scene import TEXTURE_SLOTS, PictureData, SceneMaterial, SceneTexture
from editor.model.values import to_plain

EXTENSIONS = ("gltf", "glb")
KEPT = frozenset({*Record.__struct_fields__, *TEXTURE_SLOTS, "name", "carried"})


def dress_like(project: Project, material: str, path: Path) -> None:
    """Give a material the values and pictures of a file's. Raises ExpectedError when there is none."""
    scratch = Project.in_memory()
    import_file(scratch, path)
    worn = next((one for one in scratch.records.values() if isinstance(one, SceneMaterial)), None)
    if worn is None:
        raise ExpectedError(tr("{name} holds no material.", name=path.name))
    plain: dict[str, Any] = msgspec.to_builtins(worn, enc_hook=to_plain, str_keys=True)
    values = {name: value for name, value in plain.items() if name in SceneMaterial.__struct_fields__}
    run(project, "scene.set_material", material=material, values={k: v for k, v in values.items() if k not in KEPT})
    made: dict[str, str] = {}
    for slot in TEXTURE_SLOTS:
        use = getattr(worn, slot)
        if use is None:
            continue
        if use.texture in made:
            run(project, "scene.use_texture", material=material, slot=slot, texture=made[use.texture])
            continue
        texture = scratch.find(use.texture, SceneTexture)
        if isinstance(texture.source, PictureData):
            made[use.texture] = run(
                project, "scene.set_texture", material=material, slot=slot, name=texture.name,
                source=project.blobs.put(scratch.blobs.get(texture.source.blob)),
                media_type=texture.source.media_type,
            )  # fmt: skip
