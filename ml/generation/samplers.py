"""Samplers: from noise to a picture, one step at a time. State and noise levels as in `schedule.py`.

- `euler`: Karras et al. (2022), algorithm 1 without churn; `ddim` is the same on DDIM's steps (Song et al., "Denoising
  Diffusion Implicit Models", 2021, with eta 0).
- `euler_ancestral`: Euler down to a lower level, then fresh noise up to the next (the ancestral step of Ho et al.).
- `dpmpp_2m`: Lu et al., "DPM-Solver++" (2022), second order multistep, algorithm 2.
- `lms`: linear multistep (Adams and Bashforth) of order 4 with exact integrals over uneven levels.
- `plms`: Liu et al., "Pseudo Numerical Methods for Diffusion Models" (2022): Adams and Bashforth with fixed weights.
- `lcm`: Luo et al., "Latent Consistency Models" (2023).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.generation.schedule import Schedule

Floats = NDArray[np.float32]
Noise = Callable[[], Floats]


class Sampler:
    """Walks down one schedule. `at` is the place; give `step` what the network said for `input()`."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.at = 0

    def __len__(self) -> int:
        return len(self.schedule)

    @property
    def time(self) -> float:
        return float(self.schedule.times[self.at])

    @property
    def sigma(self) -> float:
        return float(self.schedule.sigmas[self.at])

    @property
    def next_sigma(self) -> float:
        return float(self.schedule.sigmas[self.at + 1])

    def begin(self, noise: Floats, clean: Floats | None = None) -> Floats:
        """The first state: noise alone, or a picture under noise."""
        if clean is None:
            return noise * np.float32(self.schedule.first_scale)
        return clean + noise * np.float32(self.sigma)

    def input(self, state: Floats) -> Floats:
        """What the network is shown."""
        return state / np.float32(np.sqrt(self.sigma**2 + 1.0))

    def clean(self, state: Floats, output: Floats) -> Floats:
        """The picture that the network sees in the state, after what it was trained to predict."""
        sigma = self.sigma
        if self.schedule.prediction == "sample":
            return output
        if self.schedule.prediction == "v_prediction":  # Salimans and Ho, "Progressive Distillation" (2022)
            return state / np.float32(sigma**2 + 1.0) - output * np.float32(sigma / np.sqrt(sigma**2 + 1.0))
        return state - output * np.float32(sigma)

    def step(self, state: Floats, output: Floats, noise: Noise) -> Floats:
        """The state one level lower."""
        moved = self._move(state, self.clean(state, output), noise)
        self.at += 1
        return moved

    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        slope = (state - clean) / np.float32(self.sigma)
        return state + slope * np.float32(self.next_sigma - self.sigma)


class EulerAncestral(Sampler):
    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        sigma, after = self.sigma, self.next_sigma
        fresh = np.sqrt(max(after**2 * (sigma**2 - after**2) / sigma**2, 0.0))
        lower = np.sqrt(max(after**2 - fresh**2, 0.0))
        moved = state + (state - clean) / np.float32(sigma) * np.float32(lower - sigma)
        return moved + noise() * np.float32(fresh) if after > 0 else moved


class DpmSolver2M(Sampler):
    def __init__(self, schedule: Schedule) -> None:
        super().__init__(schedule)
        self._before: Floats | None = None

    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        before, self._before = self._before, clean
        if self.next_sigma == 0:
            return clean
        step = np.log(self.sigma) - np.log(self.next_sigma)
        aim = clean
        if before is not None:
            ratio = (np.log(self.schedule.sigmas[self.at - 1]) - np.log(self.sigma)) / step
            aim = clean + (clean - before) * np.float32(0.5 / ratio)
        return state * np.float32(self.next_sigma / self.sigma) - aim * np.float32(np.expm1(-step))


class LinearMultistep(Sampler):
    ORDER = 4

    def __init__(self, schedule: Schedule) -> None:
        super().__init__(schedule)
        self._slopes: list[Floats] = []

    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        self._slopes = [(state - clean) / np.float32(self.sigma), *self._slopes][: self.ORDER]
        nodes = [float(self.schedule.sigmas[self.at - back]) for back in range(len(self._slopes))]
        weights = [_integral(nodes, place, self.sigma, self.next_sigma) for place in range(len(nodes))]
        return state + sum(slope * np.float32(weight) for slope, weight in zip(self._slopes, weights))


def _integral(nodes: list[float], place: int, start: float, end: float) -> float:
    """Of the polynomial that is 1 at one node and 0 at the others, from start to end."""
    line = np.poly1d([1.0])
    for other, node in enumerate(nodes):
        if other != place:
            line = line * np.poly1d([1.0, -node]) / (nodes[place] - node)
    whole = line.integ()
    return float(whole(end) - whole(start))


class PseudoMultistep(Sampler):
    """The second level is visited twice: once to see the slope there, once to go on from the mean of both slopes."""

    WEIGHTS = ((1.0,), (1.5, -0.5), (23 / 12, -16 / 12, 5 / 12), (55 / 24, -59 / 24, 37 / 24, -9 / 24))

    def __init__(self, schedule: Schedule) -> None:
        if len(schedule) > 1:
            times = np.insert(schedule.times, 1, schedule.times[1])
            schedule = replace(schedule, times=times, sigmas=np.insert(schedule.sigmas, 1, schedule.sigmas[1]))
        super().__init__(schedule)
        self._slopes: list[Floats] = []
        self._first: Floats | None = None

    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        slope = (state - clean) / np.float32(self.sigma)
        if self.at == 1 and self._first is not None:
            length = self.sigma - float(self.schedule.sigmas[0])
            return self._first + (slope + self._slopes[0]) * np.float32(0.5 * length)
        if self.at == 0:
            self._first = state
        self._slopes = [slope, *self._slopes][:4]
        weights = self.WEIGHTS[len(self._slopes) - 1]
        mean = sum(one * np.float32(weight) for one, weight in zip(self._slopes, weights))
        return state + mean * np.float32(self.next_sigma - self.sigma)


class LatentConsistency(Sampler):
    TIME_SCALE, DATA_SIGMA = 10.0, 0.5

    def _move(self, state: Floats, clean: Floats, noise: Noise) -> Floats:
        scaled = self.time * self.TIME_SCALE
        keep = self.DATA_SIGMA**2 / (scaled**2 + self.DATA_SIGMA**2)
        take = scaled / np.sqrt(scaled**2 + self.DATA_SIGMA**2)
        found = clean * np.float32(take) + self.input(state) * np.float32(keep)
        is_last = self.at == len(self.schedule) - 1
        return found if is_last else found + noise() * np.float32(self.next_sigma)


SAMPLERS: dict[str, type[Sampler]] = {
    "ddim": Sampler, "euler": Sampler, "euler_ancestral": EulerAncestral, "dpmpp_2m": DpmSolver2M,
    "lms": LinearMultistep, "plms": PseudoMultistep, "lcm": LatentConsistency,
}  # fmt: skip
WRITTEN_AS = {
    "DDIMScheduler": "ddim", "PNDMScheduler": "plms", "EulerDiscreteScheduler": "euler", "LCMScheduler": "lcm",
    "EulerAncestralDiscreteScheduler": "euler_ancestral", "DPMSolverMultistepScheduler": "dpmpp_2m",
    "LMSDiscreteScheduler": "lms",
}  # fmt: skip
"""What model folders call their sampler."""


def sampler_for(wanted: str, written: str) -> str:
    """The sampler that a person chose, or for "automatic" the one that the model came with. A model that was taught to
    need a few steps only ("lcm") stays with its own."""
    own = WRITTEN_AS.get(written, "dpmpp_2m")
    return own if wanted == "automatic" or own == "lcm" else wanted
