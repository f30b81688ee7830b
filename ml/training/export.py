"""A checkpoint as an ONNX model, and that model beside the others in the catalogue, one version a run and step.

The trainer writes the ONNX file with each checkpoint, so putting a model into the catalogue needs no torch.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import onnx

from ml.catalogue.record import ModelRecord, describe
from ml.catalogue.store import InstalledModel, ModelStore
from ml.errors import ModelError
from ml.training.graph import Graph
from ml.training.tracking import Checkpoint, Run, Tracking

if TYPE_CHECKING:
    from ml.training.networks import Trainable

FILE = "model.onnx"


def best_checkpoint(tracking: Tracking, key: int) -> Checkpoint:
    """The one that was measured best. Raises ModelError when there is none yet."""
    kept = tracking.checkpoints(key)
    if not kept:
        raise ModelError(
            "The run {name} has no checkpoint yet.", "Let it train a little longer.", name=tracking.run(key).name
        )
    return max(kept, key=lambda one: -math.inf if one.psnr is None else one.psnr)


def write_network(run: Run, network: Trainable, step: int, path: Path) -> None:
    """Write a network. The same weights give the same file."""
    graph = Graph()
    network.write(graph)
    model = graph.model({
        "task": run.task, "adapter": "rgb", "scale": str(network.scale), "reach": str(network.reach), "range": "1",
        "recipe": run.recipe.name, "recipe_hash": run.recipe_hash, "step": str(step), "licence": run.recipe.licence,
    })
    part = path.with_suffix(".part")
    onnx.save(model, part)
    part.replace(path)


def write_checkpoint(run: Run, checkpoint: Checkpoint, path: Path) -> None:
    """Write the averaged weights of a checkpoint: copied where the trainer left them, else made from its state."""
    beside = checkpoint.path.with_suffix(".onnx")
    if beside.is_file():
        shutil.copyfile(beside, path)
        return
    from ml.training.networks import build
    from ml.training.trainer import load_state

    network = build(run.recipe.network)
    network.load_state_dict(load_state(checkpoint.path)["mean"])
    write_network(run, network, checkpoint.step, path)


def install(tracking: Tracking, key: int, store: ModelStore) -> InstalledModel:
    """Put the best checkpoint of a run beside the models that are installed; done before, it is found again."""
    run, checkpoint = tracking.run(key), best_checkpoint(tracking, key)
    name = f"{run.name}-{checkpoint.step}"
    if store.has(name):
        made = store.find(name)
    else:
        with store.building(name) as folder:
            write_checkpoint(run, checkpoint, folder / FILE)
            made = store.finish(folder, ModelRecord(
                name=name, task=run.task, files=describe(folder, {"model": FILE}), title=name, adapter="rgb",
                licence=run.recipe.licence, origin=f"training run {run.name}",
                settings={"recipe_hash": run.recipe_hash, "run": run.name, "step": checkpoint.step},
            ))
    tracking.note_export(key, checkpoint.step, name, made.sha256)
    return made
