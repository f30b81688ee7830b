"""Recipes of seconds."""

from __future__ import annotations

from typing import Any

from ml.training.recipe import Network, Pictures, Recipe, Spoiling, Steps


def small(task: str = "upscale", count: int = 40, **more: Any) -> Recipe:
    """A few steps of a network that learns something; `more` are fields of `Steps`."""
    scale = 2 if task == "upscale" else 1
    steps = {"batch": 4, "rate": 4e-3, "average": 0.9, "measure_every": 10, "keep_every": 15, **more}
    return Recipe(
        name=f"small-{task}", task=task, seed=5, licence="MIT",  # type: ignore[arg-type]
        network=Network(kind="enlarger" if scale == 2 else "denoiser", channels=4, blocks=1, scale=scale),
        pictures=Pictures(longest_side=160, patch=12, hold_out=0.3),
        spoiling=Spoiling(noise=0.1) if scale == 1 else Spoiling(area=0.3, jpeg=0.2), steps=Steps(count=count, **steps),
    )
