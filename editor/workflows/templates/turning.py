"""A node that turns once around its upright axis, as a model that a scene can take in."""

import math

import msgspec
import numpy as np

from editor.document.project import Project
from editor.model.scene import AnimationChannel, ArrayData, Model, SceneAnimation, SceneNode

QUARTERS = 8


def turning_node(project: Project, seconds: float) -> str:
    """The name of a blob for `scene.insert_model`: an empty node and its movement."""
    times = np.linspace(0.0, seconds, QUARTERS + 1, dtype="<f4")
    angles = np.linspace(0.0, 2 * math.pi, QUARTERS + 1)
    turns = np.zeros((QUARTERS + 1, 4), "<f4")
    turns[:, 1], turns[:, 3] = np.sin(angles / 2), np.cos(angles / 2)
    channel = AnimationChannel(
        node="local:node1", path="rotation",
        times=ArrayData(blob=project.blobs.put(times.tobytes()), components=1, count=QUARTERS + 1),
        values=ArrayData(blob=project.blobs.put(turns.tobytes()), components=4, count=QUARTERS + 1),
    )  # fmt: skip
    model = Model(
        nodes=(SceneNode(id="local:node1", name="Turntable"),),
        animations=(SceneAnimation(id="local:animation1", name="Turn", channels=(channel,)),),
    )
    return project.blobs.put(msgspec.json.encode(model))
