"""The training loop: from a run's row and its last checkpoint to its last step, or until it is asked to pause or stop.

A checkpoint holds weights, their running mean, the optimiser and both states of chance, and is written beside the old
one before that goes; so a run that is killed goes on from the last one as if nothing had been.
"""

from __future__ import annotations

import errno
import math
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ml.errors import ModelError
from ml.progress import SILENT, Progress
from ml.training.export import write_network
from ml.training.material import Material, gather
from ml.training.networks import Trainable, build
from ml.training.patches import Pair, Sampler, pairs_of
from ml.training.quality import psnr
from ml.training.recipe import Recipe
from ml.training.spoil import worn
from ml.training.tracking import Run, Tracking, Wish

WARM_UP = 200
BEAT_SECONDS = 0.5
KEPT = 2
"""The last checkpoints that stay, beside the best one."""
CHECK_SIDE = 192
"""Held-out pictures are measured on a square of so many input pixels from their middle: seconds, not minutes."""


@dataclass
class Learner:
    """What changes while training, and where it is computed."""

    network: Trainable
    mean: Trainable
    optimiser: torch.optim.Optimizer
    sampler: Sampler
    device: torch.device
    step: int = 0
    losses: list[float] = field(default_factory=list)
    """Of the steps since the last measurement."""


def best_device() -> torch.device:
    """A graphics card where torch finds one, else the processor. Only the processor repeats a run to the bit."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def train(tracking: Tracking, key: int, progress: Progress = SILENT) -> Wish:
    """Train until done ("run"), or until the row or `progress` says otherwise. Raises ModelError."""
    run = tracking.run(key)
    recipe = run.recipe
    material = gather(run.folder, recipe, progress.part(0.0, 0.02))
    tracking.note_pictures(key, material)
    learner, checks = _begin(tracking, run, material)
    if learner.step == 0:
        tracking.measured(key, 0, base_psnr=_base(checks, recipe), psnr=measure(learner.network, checks, recipe))
    return _loop(tracking, run, learner, checks, progress.part(0.02, 1.0))


def _begin(tracking: Tracking, run: Run, material: Material) -> tuple[Learner, list[Pair]]:
    recipe = run.recipe
    device = best_device()
    tracking.note(run.id, machine=f"{platform.system()} {platform.machine()}, {device.type}, torch {torch.__version__}")
    torch.manual_seed(recipe.seed)
    # The first weights are drawn on the processor, so that they do not depend on the device.
    network, mean = build(recipe.network), build(recipe.network)
    mean.load_state_dict(network.state_dict())
    network, mean = network.to(device), mean.to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=recipe.steps.rate, betas=(0.9, 0.99))
    sampler = Sampler(pairs_of(material.training, recipe), recipe)
    learner = Learner(network, mean, optimiser, sampler, device)
    kept = tracking.checkpoints(run.id)
    if kept:
        restore(learner, kept[-1].path)
    return learner, pairs_of(material.held_out, recipe)


def _loop(tracking: Tracking, run: Run, learner: Learner, checks: list[Pair], progress: Progress) -> Wish:
    recipe, steps = run.recipe, run.recipe.steps
    wish = tracking.beat(run.id, learner.step, 0.0)  # gathering may have taken longer than the training will
    if wish != "run" and learner.step < steps.count:
        keep(tracking, run.id, learner)
        return wish
    beat = time.monotonic()
    while learner.step < steps.count:
        learner.losses.append(advance(learner, recipe))
        learner.step += 1
        last = learner.step == steps.count
        if learner.step % steps.measure_every == 0 or last:
            _measure(tracking, run.id, learner, checks, recipe)
        if learner.step % steps.keep_every == 0 or last:
            keep(tracking, run.id, learner)
        now = time.monotonic()
        if now - beat >= BEAT_SECONDS or last:
            wish = tracking.beat(run.id, learner.step, now - beat)
            beat = now
            progress(learner.step / steps.count, "")
            if wish != "run" and not last:
                keep(tracking, run.id, learner)
                return wish
    return "run"


def advance(learner: Learner, recipe: Recipe) -> float:
    """One step; returns its loss. Raises ModelError when the loss is no number any more."""
    steps = recipe.steps
    rate = steps.rate * _slope(learner.step, steps.count)
    for group in learner.optimiser.param_groups:
        group["lr"] = rate
    source, truth = (torch.from_numpy(array).to(learner.device) for array in learner.sampler.batch())
    with torch.autocast(learner.device.type, torch.bfloat16, enabled=steps.precision == "mixed"):
        made = learner.network(source.contiguous(memory_format=torch.channels_last))
    loss: Tensor = LOSSES[recipe.loss](made.float(), truth)
    value = float(loss.item())
    if not math.isfinite(value):
        raise ModelError(
            "Training went astray at step {step}: the error is no number any more.",
            "The last good checkpoint is kept. Begin anew with a smaller rate than {rate}.",
            step=learner.step, rate=steps.rate,
        )
    learner.optimiser.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    nn.utils.clip_grad_norm_(learner.network.parameters(), 1.0)
    learner.optimiser.step()
    _average(learner, min(steps.average, (1 + learner.step) / (10 + learner.step)))
    return value


def _slope(step: int, count: int) -> float:
    """From nothing up to 1 in the first steps, then along half a cosine down to a thousandth."""
    rise = min(1.0, (step + 1) / min(WARM_UP, max(1, count // 10)))
    return rise * (0.001 + 0.999 * 0.5 * (1.0 + math.cos(math.pi * step / count)))


def _average(learner: Learner, share: float) -> None:
    with torch.no_grad():
        for slow, quick in zip(learner.mean.parameters(), learner.network.parameters()):
            slow.lerp_(quick, 1.0 - share)


def _charbonnier(made: Tensor, truth: Tensor) -> Tensor:
    return torch.sqrt(torch.square(made - truth) + 1e-6).mean()


LOSSES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "charbonnier": _charbonnier, "l1": nn.functional.l1_loss, "l2": nn.functional.mse_loss,
}


def _measure(tracking: Tracking, key: int, learner: Learner, checks: list[Pair], recipe: Recipe) -> None:
    loss, learner.losses = float(np.mean(learner.losses)), []
    tracking.measured(
        key, learner.step, loss=loss, psnr=measure(learner.mean, checks, recipe),
        rate=recipe.steps.rate * _slope(learner.step - 1, recipe.steps.count),
    )


def measure(network: nn.Module, checks: list[Pair], recipe: Recipe) -> float:
    """The mean PSNR (RGB) on the middles of held-out pictures."""
    figures, device = [], next(network.parameters()).device
    with torch.inference_mode():
        for source, truth in _middles(checks, recipe):
            made = network(torch.from_numpy(source.transpose(2, 0, 1)[None].copy()).to(device))
            ours = np.clip(made[0].cpu().numpy().transpose(1, 2, 0), 0.0, 1.0)
            figures.append(psnr(ours, truth, border=2 * recipe.network.scale))
    return float(np.mean(figures))


def _base(checks: list[Pair], recipe: Recipe) -> float:
    """What the plain way gives on the same squares: Lanczos, or leaving the picture as it is."""
    from ml.upscale.lanczos import enlarged

    scale = recipe.network.scale
    return float(np.mean([
        psnr(np.clip(enlarged(source, scale), 0, 1) if scale > 1 else source, truth, border=2 * scale)
        for source, truth in _middles(checks, recipe)
    ]))


def _middles(checks: list[Pair], recipe: Recipe) -> list[tuple[Any, Any]]:
    """(input, truth) as floats; what is spoiled by chance is spoiled the same way each time."""
    chance, scale, found = np.random.default_rng(recipe.seed), recipe.network.scale, []
    for pair in checks:
        whole = pair.inputs[0]
        top, left = (max(0, (side - CHECK_SIDE) // 2) for side in whole.shape[:2])
        source = whole[top : top + CHECK_SIDE, left : left + CHECK_SIDE]
        bottom, right = top + source.shape[0], left + source.shape[1]
        truth = pair.truth[top * scale : bottom * scale, left * scale : right * scale]
        if scale == 1:
            source = worn(source, recipe.spoiling, chance)
        found.append((source.astype(np.float32) / 255.0, truth.astype(np.float32) / 255.0))
    return found


def keep(tracking: Tracking, key: int, learner: Learner) -> None:
    """Write a checkpoint. Raises ModelError when the disk is full; the one before stays."""
    folder = tracking.folder(key)
    path = folder / f"step-{learner.step}.pt"
    state = {
        "step": learner.step, "network": learner.network.state_dict(), "mean": learner.mean.state_dict(),
        "optimiser": learner.optimiser.state_dict(), "chance": learner.sampler.state(),
        "torch_chance": torch.get_rng_state(), "losses": learner.losses,
    }
    try:
        _write_whole(path, state)
        write_network(tracking.run(key), learner.mean, learner.step, path.with_suffix(".onnx"))
    except (OSError, RuntimeError) as error:
        path.with_suffix(".part").unlink(missing_ok=True)
        full = getattr(error, "errno", None) == errno.ENOSPC or "enough space" in str(error)
        reason = "the disk is full" if full else str(error)
        raise ModelError(
            "The checkpoint of step {step} could not be written: {reason}.",
            "The one before it is whole. Free some space, then resume.", step=learner.step, reason=reason,
        ) from error
    psnr_here = dict(tracking.curve(key, "psnr")).get(learner.step)
    tracking.keep(key, learner.step, path, psnr_here)
    _thin_out(tracking, key)


def _write_whole(path: Path, state: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _thin_out(tracking: Tracking, key: int) -> None:
    """Only the best checkpoint and the last ones stay."""
    kept = tracking.checkpoints(key)
    best = max(kept, key=lambda one: one.psnr or -math.inf)
    gone = [one for one in kept[:-KEPT] if one is not best]
    tracking.forget(key, [one.step for one in gone])
    for one in gone:
        one.path.unlink(missing_ok=True)
        one.path.with_suffix(".onnx").unlink(missing_ok=True)


def restore(learner: Learner, path: Path) -> None:
    """Go back to a checkpoint."""
    state = load_state(path)
    learner.network.load_state_dict(state["network"])
    learner.mean.load_state_dict(state["mean"])
    learner.optimiser.load_state_dict(state["optimiser"])
    learner.sampler.restore(state["chance"])
    torch.set_rng_state(state["torch_chance"])
    learner.step = state["step"]
    learner.losses = list(state.get("losses", ()))


def load_state(path: Path) -> dict[str, Any]:
    """What a checkpoint holds; nothing in it is run."""
    loaded: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return loaded
