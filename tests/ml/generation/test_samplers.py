"""Samplers against an exact solution: for pictures spread as a normal distribution the way down is known in full.

With x0 ~ N(m, s^2), the denoiser is D(x) = m + (x - m) s^2 / (s^2 + sigma^2), and the flow from sigma0 to sigma keeps
(x - m) / sqrt(s^2 + sigma^2).
"""

from __future__ import annotations

import numpy as np
import pytest

from ml.errors import ModelError
from ml.generation.samplers import SAMPLERS, sampler_for
from ml.generation.schedule import alphas_of, make_schedule

MEAN, SPREAD = 0.4, 0.5
PLAIN = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "timestep_spacing": "trailing"}


def error_of(name: str, steps: int, prediction: str = "epsilon") -> float:
    """How far the end lies from the exact one, at most, over 1,000 numbers."""
    schedule = make_schedule({**PLAIN, "prediction_type": prediction}, steps, name)
    sampler = SAMPLERS[name](schedule)
    noise = np.random.default_rng(1).standard_normal((1, 1, 10, 100)).astype(np.float32)
    state = start = sampler.begin(noise)
    first = sampler.sigma
    for _ in range(len(sampler)):
        sigma = sampler.sigma
        clean = MEAN + (state - MEAN) * SPREAD**2 / (SPREAD**2 + sigma**2)
        root = np.sqrt(sigma**2 + 1)
        if prediction == "epsilon":
            output = (state - clean) / sigma
        elif prediction == "v_prediction":
            output = ((state - clean) / sigma - sigma * clean) / root
        else:
            output = clean
        state = sampler.step(state, output.astype(np.float32), lambda: noise * 0)
    exact = MEAN + (start - MEAN) * SPREAD / np.sqrt(SPREAD**2 + first**2)
    return float(np.abs(state - exact).max())


@pytest.mark.parametrize("name", ["ddim", "euler", "dpmpp_2m", "lms", "plms"])
def test_more_steps_come_nearer_to_the_exact_way(name: str) -> None:
    assert error_of(name, 100) < 0.5 * error_of(name, 25) < 0.2


@pytest.mark.parametrize("name", ["dpmpp_2m", "plms"])
def test_higher_orders_need_fewer_steps(name: str) -> None:
    assert error_of(name, 25) < 0.65 * error_of("euler", 25)


@pytest.mark.parametrize("prediction", ["v_prediction", "sample"])
def test_what_the_network_predicts_makes_no_difference(prediction: str) -> None:
    assert error_of("dpmpp_2m", 25, prediction) == pytest.approx(error_of("dpmpp_2m", 25), abs=1e-3)


def test_ancestral_steps_keep_the_spread() -> None:
    """Fresh noise at every level: the end is spread as the pictures are."""
    schedule = make_schedule(PLAIN, 200, "euler_ancestral")
    sampler, random = SAMPLERS["euler_ancestral"](schedule), np.random.default_rng(3)
    shape = (1, 1, 100, 100)
    state = sampler.begin(random.standard_normal(shape).astype(np.float32))
    for _ in range(len(sampler)):
        sigma = sampler.sigma
        clean = MEAN + (state - MEAN) * SPREAD**2 / (SPREAD**2 + sigma**2)
        state = sampler.step(state, (state - clean) / sigma, lambda: random.standard_normal(shape).astype(np.float32))
    assert state.mean() == pytest.approx(MEAN, abs=0.03)
    assert state.std() == pytest.approx(SPREAD, rel=0.06)


@pytest.mark.parametrize("spacing", ["leading", "linspace", "trailing"])
@pytest.mark.parametrize("name", SAMPLERS)
def test_noise_falls_to_nothing(name: str, spacing: str) -> None:
    schedule = make_schedule({**PLAIN, "timestep_spacing": spacing}, 12, name)
    assert (np.diff(schedule.sigmas) < 0).all() and schedule.sigmas[-1] == 0
    assert len(schedule.times) == 12 and schedule.times.max() < 1000 and schedule.times.min() >= 0


def test_the_usual_schedule_has_stable_diffusions_numbers() -> None:
    """sqrt((1 - a) / a) of the last and the first training step, by hand from the betas."""
    schedule = make_schedule({**PLAIN, "timestep_spacing": "linspace"}, 10, "euler")
    assert schedule.sigmas[0] == pytest.approx(14.6146, abs=1e-3)
    assert schedule.sigmas[-2] == pytest.approx(0.02917, abs=1e-4)


def test_other_schedules_of_noise() -> None:
    for shape in ("linear", "squaredcos_cap_v2"):
        assert (np.diff(alphas_of({"beta_schedule": shape}, 1000)) < 0).all()
    assert alphas_of({**PLAIN, "rescale_betas_zero_snr": True}, 1000)[-1] == pytest.approx(2.0**-24)
    karras = make_schedule({**PLAIN, "use_karras_sigmas": True}, 10, "euler").sigmas
    assert (np.diff(karras, 2)[:-1] > 0).all()
    for wrong in ({"beta_schedule": "magic"}, {"prediction_type": "magic"}, {"timestep_spacing": "magic"}):
        with pytest.raises(ModelError, match="magic"):
            make_schedule(wrong, 10, "euler")


def test_strength_leaves_the_last_part() -> None:
    schedule = make_schedule(PLAIN, 10, "euler")
    assert len(schedule.begin_at(0.3)) == 3 and len(schedule.begin_at(0.0)) == 1 and len(schedule.begin_at(1.0)) == 10
    assert schedule.begin_at(0.3).sigmas[-1] == 0


def test_a_model_brings_its_own_sampler() -> None:
    assert sampler_for("automatic", "PNDMScheduler") == "plms"
    assert sampler_for("euler", "PNDMScheduler") == "euler"
    assert sampler_for("euler", "LCMScheduler") == "lcm"
