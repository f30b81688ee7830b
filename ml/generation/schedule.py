"""How much noise a picture holds at each step: the times and the noise levels that a sampler walks down.

Notation: a picture x0 with noise is written as x = x0 + sigma * noise ("variance exploding", Karras et al.,
"Elucidating the Design Space of Diffusion-Based Generative Models", 2022). A network trained on
sqrt(a) * x0 + sqrt(1 - a) * noise (Ho et al., "Denoising Diffusion Probabilistic Models", 2020) sees
x / sqrt(sigma^2 + 1), with sigma = sqrt((1 - a) / a). In this form DDIM is Euler's method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError

Doubles = NDArray[np.float64]
SMALLEST = 2.0**-24
"""In place of an alpha of 0, whose sigma would be infinite."""


@dataclass(frozen=True)
class Schedule:
    """`times` (n,) are what the network is told, `sigmas` (n + 1,) the noise before each step and after the last."""

    times: Doubles
    sigmas: Doubles
    prediction: str
    first_scale: float
    train_steps: int = 1000

    def __len__(self) -> int:
        return len(self.times)

    def begin_at(self, strength: float) -> Schedule:
        """Only the last part, for work that begins with a picture: 1 is all of it, 0 nearly nothing."""
        first = len(self) - max(1, min(len(self), int(len(self) * strength)))
        return replace(self, times=self.times[first:], sigmas=self.sigmas[first:])


def make_schedule(settings: Mapping[str, Any], steps: int, sampler: str) -> Schedule:
    """From a model's `scheduler_config.json` (whatever class wrote it) for one of our samplers."""
    train_steps = int(settings.get("num_train_timesteps", 1000))
    prediction = str(settings.get("prediction_type", "epsilon"))
    if prediction not in ("epsilon", "v_prediction", "sample"):
        raise ModelError("This model predicts {kind}, which is not known here.", kind=prediction)
    alphas = alphas_of(settings, train_steps)
    levels = np.sqrt((1.0 - alphas) / alphas)
    spacing = "leading" if sampler in ("ddim", "plms") else "linspace"
    spacing = str(settings.get("timestep_spacing", spacing))
    if sampler == "lcm":
        times = lcm_times(train_steps, steps, int(settings.get("original_inference_steps", 50)))
    else:
        times = spaced_times(spacing, train_steps, steps, int(settings.get("steps_offset", 0)), sampler == "dpmpp_2m")
        times = times.round() if sampler in ("ddim", "plms") else times
    sigmas = np.interp(times, np.arange(train_steps), levels)
    if settings.get("use_karras_sigmas"):
        ends = levels[[0, -1]] if sampler == "dpmpp_2m" else sigmas[[-1, 0]]
        sigmas = karras_sigmas(float(ends[0]), float(ends[1]), steps)
        times = times_of(sigmas, levels)
        times = times.round() if sampler == "dpmpp_2m" else times
    last = levels[0] if sampler in ("ddim", "plms", "lcm") and not settings.get("set_alpha_to_one", True) else 0.0
    first = float(sigmas[0])
    exploding = sampler in ("euler", "euler_ancestral", "lms") and spacing in ("linspace", "trailing")
    first_scale = first if exploding else float(np.sqrt(first**2 + 1.0))
    return Schedule(times, np.append(sigmas, last), prediction, first_scale, train_steps)


def alphas_of(settings: Mapping[str, Any], steps: int) -> Doubles:
    """The share of the picture, squared, after each training step: (steps,), falling."""
    first, last = float(settings.get("beta_start", 0.00085)), float(settings.get("beta_end", 0.012))
    shape = settings.get("beta_schedule", "scaled_linear")
    if settings.get("trained_betas") is not None:
        betas = np.asarray(settings["trained_betas"], np.float64)
    elif shape == "linear":
        betas = np.linspace(first, last, steps)
    elif shape == "scaled_linear":
        betas = np.linspace(first**0.5, last**0.5, steps) ** 2
    elif shape == "squaredcos_cap_v2":  # Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models"
        share = np.cos((np.arange(steps + 1) / steps + 0.008) / 1.008 * np.pi / 2) ** 2
        betas = np.minimum(1.0 - share[1:] / share[:-1], 0.999)
    else:
        raise ModelError("This model's noise schedule {shape} is not known here.", shape=str(shape))
    alphas = np.asarray(np.cumprod(1.0 - betas), np.float64)
    if settings.get("rescale_betas_zero_snr"):
        alphas = without_signal_at_the_end(alphas)
    return alphas


def without_signal_at_the_end(alphas: Doubles) -> Doubles:
    """Lin et al., "Common Diffusion Noise Schedules and Sample Steps are Flawed" (2024): pure noise at the end."""
    roots = np.sqrt(alphas)
    moved = (roots - roots[-1]) * roots[0] / (roots[0] - roots[-1])
    return np.asarray(np.maximum(moved**2, SMALLEST), np.float64)


def spaced_times(spacing: str, train_steps: int, steps: int, offset: int, one_more: bool) -> Doubles:
    """Which training steps are visited, the noisiest first: the three ways of table 2 of Lin et al. (2024).

    `one_more` spaces as if there were one step more at the clean end, as DPM-Solver's authors do.
    """
    count = steps + 1 if one_more else steps
    if spacing == "linspace":
        times = np.linspace(0, train_steps - 1, count)[::-1][:steps]
        return times.round() if one_more else times.copy()
    if spacing == "leading":
        return (np.arange(count) * (train_steps // count)).astype(np.float64)[::-1][:steps] + offset
    if spacing == "trailing":
        return np.asarray(np.arange(train_steps, 0, -train_steps / steps).round()[:steps] - 1.0, np.float64)
    raise ModelError("This model's spacing of steps {spacing} is not known here.", spacing=spacing)


def lcm_times(train_steps: int, steps: int, taught: int) -> Doubles:
    """Luo et al., "Latent Consistency Models" (2023): evenly among the `taught` steps of the teacher."""
    teacher = (np.arange(1, taught + 1) * (train_steps // taught) - 1)[::-1]
    if steps > taught:
        raise ModelError("This model takes at most {count} steps.", "Choose fewer steps.", count=taught)
    places = np.floor(np.linspace(0, taught, steps, endpoint=False)).astype(int)
    return np.asarray(teacher[places], np.float64)


def karras_sigmas(smallest: float, largest: float, steps: int, rho: float = 7.0) -> Doubles:
    """Equation 5 of Karras et al. (2022)."""
    ramp = np.linspace(0, 1, steps)
    low, high = smallest ** (1 / rho), largest ** (1 / rho)
    return np.asarray((high + ramp * (low - high)) ** rho, np.float64)


def times_of(sigmas: Doubles, levels: Doubles) -> Doubles:
    """The training times of noise levels, between two steps by the logarithm."""
    found = np.interp(np.log(np.maximum(sigmas, 1e-10)), np.log(levels), np.arange(len(levels)))
    return np.asarray(found, np.float64)
