"""Where nodes stand: local and world matrices of a scene's tree. Reads records, writes nothing."""

from collections.abc import Iterable

import numpy as np

from editor.document.project import Project
from editor.model.scene import SceneDocument, SceneNode
from render.scene import transforms
from render.scene.transforms import Matrix


def scene_of(project: Project, key: str) -> SceneDocument:
    """The scene that owns a record. Raises ExpectedError when there is none."""
    return project.find(project.index.root(key), SceneDocument)


def nodes_of(project: Project, parent: str) -> list[SceneNode]:
    """Every node below a document or node, parents before their children."""
    found: list[SceneNode] = []
    waiting = list(reversed(project.children(parent, SceneNode)))
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(reversed(project.children(node.id, SceneNode)))
    return found


def local_matrix(node: SceneNode) -> Matrix:
    return transforms.compose(node.translation, node.rotation, node.scale)


def world_matrix(project: Project, key: str | None) -> Matrix:
    """The world matrix of a node; of a document, or of nothing, no change."""
    matrix = np.eye(4)
    while key is not None:
        item = project.get(key)
        if not isinstance(item, SceneNode):
            break
        matrix = local_matrix(item) @ matrix
        key = item.parent
    return matrix


def world_matrices(project: Project, document: str) -> dict[str, Matrix]:
    """The world matrix of every node of a scene, by id."""
    found: dict[str, Matrix] = {}
    with np.errstate(all="ignore"):  # absurd scales overflow; such nodes are simply not drawn
        for node in nodes_of(project, document):
            above = found.get(node.parent or "")
            local = local_matrix(node)
            found[node.id] = local if above is None else above @ local
    return found


def topmost(project: Project, keys: Iterable[str]) -> list[str]:
    """Those keys that do not stand below another one of them, so that moving all moves each thing once."""
    chosen = dict.fromkeys(keys)
    return [key for key in chosen if not any(above in chosen for above in project.index.ancestors(key))]
