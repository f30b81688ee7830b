"""A trained model beside the one that is the default, on the run's held-out pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from ml.catalogue import versions
from ml.progress import SILENT, Progress

if TYPE_CHECKING:
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime
    from ml.training.compare import Compared
    from ml.training.recipe import Recipe
    from ml.training.tracking import Tracking

MOST_PICTURES = 12


def compare_run(
    tracking: Tracking, key: int, store: ModelStore, runtime: Runtime,
    progress: Progress = SILENT,
) -> list[Compared]:
    """The newest exported model of a run against the default of its task. Raises ExpectedError and ModelError."""
    from ml.training.compare import compare, held_out

    run = tracking.run(key)
    names = [row["model"] for row in tracking.exports(key) if store.has(row["model"])]
    if not names:
        raise ExpectedError(tr("This run has no exported model yet."), tr("Export it first."))
    models = [store.find(names[-1])]
    standing = default_of(store, run.recipe)
    if standing is not None and standing.sha256 != models[0].sha256:
        models.append(standing)
    pictures = held_out(run.folder, [row["name"] for row in tracking.pictures(key)][:MOST_PICTURES], run.recipe)
    return compare(runtime, models, pictures, run.recipe, progress)


def default_of(store: ModelStore, recipe: Recipe) -> InstalledModel | None:
    """What does this task now when nobody names a model; None where that is a method without one."""
    from editor.workflows.ai.enlarge_work import shipped

    own = shipped(recipe.network.scale) if recipe.task == "upscale" else None
    return versions.default_model(store, recipe.task) or own
