"""Removes noise from a layer: by non-local means, or by a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from editor.base.numbers import percent_text
from editor.base.translation import tr
from editor.workflows.ai.filtering import Source, put_result, read_source, telling
from editor.workflows.ai.restore import DenoiseOptions
from editor.workflows.ai.run import note
from editor.workflows.ai.tool import Outcome, Request
from render.raster.denoise import VISIBLE, denoise
from render.raster.noise import NoiseCurve, estimate_noise, even_noise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from editor.base.jobs import Progress

METHOD = "non-local means"
BYTES_A_PIXEL = 64


def denoise_layer(request: Request, progress: Progress) -> Outcome:
    """A layer above the chosen one, without noise."""
    options: DenoiseOptions = request.options
    source = read_source(request, progress, BYTES_A_PIXEL)
    noise = even_noise(options.noise / 100) if options.noise > 0 else measured(source)
    if request.model is None:
        rgb = denoise(
            source.picture.rgb, noise, options.light, options.colour, options.keep_detail,
            telling(progress.part(0.05, 0.9)),
        )
    else:
        rgb = _by_network(request, source, noise, progress.part(0.05, 0.9))
    name = tr("{name} without noise", name=source.layer.name or tr("Layer"))
    key = put_result(request, source, rgb, name, progress, hide_original=options.result == "replace")
    note(request, "denoise", key, method=METHOD)
    if noise.typical < VISIBLE:
        return Outcome(tr("Hardly any noise was found; give its strength by hand if you see some."), chosen=(key,))
    found = tr("{share} of white", share=percent_text(noise.typical, 1))
    return Outcome(rows=((tr("Noise"), found),), chosen=(key,))


def measured(source: Source) -> NoiseCurve:
    """The noise of the layer at each brightness."""
    return estimate_noise(source.picture.rgb, source.picture.alpha)


def _by_network(request: Request, source: Source, noise: NoiseCurve, progress: Progress) -> NDArray[np.float32]:
    """What a network takes away, light and colour scaled as the options say. Whiter than white stays as it is."""
    from ml.denoise.network import denoise as run_network
    from ml.denoise.network import open_denoiser

    assert request.model is not None
    options: DenoiseOptions = request.options
    rgb = source.picture.rgb
    given = np.clip(rgb, 0, 1)
    denoiser = open_denoiser(request.runtime, request.model, progress)
    clean = run_network(request.runtime, denoiser, given, max(noise.typical, VISIBLE), progress)
    change = clean - given
    grey = change.mean(axis=2, keepdims=True)
    kept = np.float32(1 - 0.6 * options.keep_detail)
    scaled = min(1.0, options.light) * kept * grey + min(1.0, options.colour) * (change - grey)
    return np.asarray(rgb + scaled, np.float32)
