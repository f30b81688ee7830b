"""Words (and a picture, and a mask) to pictures: text encoder, UNet step by step with guidance, decoder.

Classifier-free guidance: Ho and Salimans (2022). Image to image: Meng et al., "SDEdit" (2022). Filling with an ordinary
UNet blends the known latents back in after each step, as Lugmayr et al., "RePaint" (2022), without going back; a UNet
with nine channels was trained to be shown the mask and what is around it (Rombach et al., 2022).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.generation.folder import ModelFolder
from ml.generation.memory import Plan, plan_memory
from ml.generation.networks import Network, PictureSide, TextSide
from ml.generation.samplers import SAMPLERS, Sampler, sampler_for
from ml.generation.schedule import make_schedule
from ml.progress import SILENT, Progress
from ml.runtime.runtime import Runtime

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Wish:
    """What to make. `width` and `height` are multiples of 8; `guidance` 1 or less asks only once a step.

    `picture` (height, width, 3) float32, 0 to 1, is where to begin; `strength` says how far from it, 0 to 1. `mask`
    (height, width), 1 where new pixels may come, leaves the rest of the picture as it is.
    """

    prompt: str
    width: int
    height: int
    avoid: str = ""
    steps: int = 20
    guidance: float = 7.5
    sampler: str = "automatic"
    seed: int = 0
    picture: Floats | None = None
    mask: Floats | None = None
    strength: float = 1.0


def generate(
    folder: ModelFolder, runtime: Runtime, wish: Wish, count: int = 1, progress: Progress = SILENT
) -> list[Floats]:
    """`count` pictures, each (height, width, 3) float32, 0 to 1, sRGB; the same seed gives the same ones everywhere.

    The picture number n is the one that seed + n gives alone. Raises ModelError and OutOfMemory, where it can
    be foreseen before the long work.
    """
    check_wish(wish)
    plan = plan_memory(folder, wish.width, wish.height)
    progress(0.0)
    words = _words(folder, runtime, wish, progress.part(0.0, 0.05))
    _make_room(plan, runtime)
    known = _known(folder, runtime, wish, progress.part(0.05, 0.1))
    _make_room(plan, runtime)
    latents = []
    for number in range(count):
        part = progress.part(0.1 + 0.8 * number / count, 0.1 + 0.8 * (number + 1) / count)
        latents.append(_Walk(folder, runtime, wish, words, known, wish.seed + number).run(part))
    _make_room(plan, runtime)
    pictures = PictureSide(folder, runtime)
    made = []
    for number, latent in enumerate(latents):
        picture = pictures.decode(latent, progress.part(0.9 + 0.1 * number / count, 0.9 + 0.1 * (number + 1) / count))
        if picture.shape[:2] != (wish.height, wish.width):
            raise ModelError("The model gave a picture of another size than it was asked for.")
        made.append(picture)
        progress(0.9 + 0.1 * (number + 1) / count)
    return made


def check_wish(wish: Wish) -> None:
    if wish.width % 8 or wish.height % 8 or min(wish.width, wish.height) < 8:
        raise ModelError("Width and height must be multiples of 8.")


def _make_room(plan: Plan, runtime: Runtime) -> None:
    """Let go of the networks that are done with, where they do not fit beside the next ones."""
    if plan.one_at_a_time:
        runtime.close()


@dataclass(frozen=True)
class Words:
    """What the UNet is told: `wanted` and, with guidance, `avoided`; the sums are for models with two encoders."""

    wanted: Floats
    avoided: Floats | None
    wanted_sum: Floats | None
    avoided_sum: Floats | None


def _words(folder: ModelFolder, runtime: Runtime, wish: Wish, progress: Progress) -> Words:
    side = TextSide(folder, runtime)
    wanted, wanted_sum = side.encode(wish.prompt, progress)
    if wish.guidance <= 1.0:
        return Words(wanted, None, wanted_sum, None)
    avoided, avoided_sum = side.encode(wish.avoid, progress)
    return Words(wanted, avoided, wanted_sum, avoided_sum)


@dataclass(frozen=True)
class Known:
    """The latents of the picture to begin with, the mask at their size, and those of the picture with a hole."""

    clean: Floats | None = None
    mask: Floats | None = None
    around: Floats | None = None


def _known(folder: ModelFolder, runtime: Runtime, wish: Wish, progress: Progress) -> Known:
    if wish.picture is None:
        return Known()
    side = PictureSide(folder, runtime)
    clean = side.encode(wish.picture, progress)
    if wish.mask is None:
        return Known(clean)
    rows, columns = clean.shape[2:]
    cells = wish.mask.reshape(rows, wish.height // rows, columns, wish.width // columns)
    mask = (cells.max(axis=(1, 3)) > 0.5).astype(np.float32)[None, None]
    hole = np.where(wish.mask[..., None] > 0.5, np.float32(0.5), wish.picture)
    return Known(clean, mask, side.encode(hole, progress))


class _Walk:
    """One picture's way from noise to latents."""

    def __init__(
        self, folder: ModelFolder, runtime: Runtime, wish: Wish, words: Words, known: Known, seed: int
    ) -> None:
        self.wish, self.words, self.known = wish, words, known
        self.unet = Network(runtime, folder.networks["unet"])
        self.port = self.unet.port("sample", "latent_model_input", "x")
        self.channels = self._channels(folder)
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.shape = (1, self.channels, wish.height // 8, wish.width // 8)
        self._check_size()
        name = sampler_for(wish.sampler, str(folder.scheduler.get("_class_name")))
        schedule = make_schedule(folder.scheduler, wish.steps, name)
        shortened = known.clean is not None and wish.strength < 1.0
        self.sampler: Sampler = SAMPLERS[name](schedule.begin_at(wish.strength) if shortened else schedule)
        self.noise = self.fresh_noise()
        self.begins_clean = shortened

    def _channels(self, folder: ModelFolder) -> int:
        """Of the latents: a UNet for filling is shown five more, the mask and what is around it."""
        shown = self.port.shape[1] or int(folder.unet.get("in_channels", 4))
        self.sees_mask = shown in (9, 33)
        if self.sees_mask and self.known.mask is None:
            raise ModelError(
                "This model only fills what is selected.", "Select a part of a picture and use Fill with words."
            )
        return (shown - 1) // 2 if self.sees_mask else shown

    def _check_size(self) -> None:
        for have, want in zip(self.shape[2:], self.port.shape[2:], strict=False):
            if want is not None and want != have:
                raise ModelError(
                    "This model only makes pictures of {width} x {height}.", "Choose this size.",
                    width=(self.port.shape[3] or 0) * 8, height=(self.port.shape[2] or 0) * 8,
                )

    def fresh_noise(self) -> Floats:
        return self.random.standard_normal(self.shape, dtype=np.float64).astype(np.float32)

    def run(self, progress: Progress) -> Floats:
        """The finished latents."""
        state = self.sampler.begin(self.noise, self.known.clean if self.begins_clean else None)
        count = len(self.sampler)
        for number in range(count):
            part = progress.part(number / count, (number + 1) / count)
            state = self.sampler.step(state, self._predicted(state, part), self.fresh_noise)
            state = self._with_known(state)
            progress((number + 1) / count)
        if not np.isfinite(state).all():
            raise ModelError(
                "The model gave no picture but numbers without meaning.",
                "Half precision often does this on a processor: use a model in full precision.",
            )
        return state

    def _predicted(self, state: Floats, progress: Progress) -> Floats:
        """What the UNet says, with guidance: away from what is to be avoided, towards what is wanted."""
        shown = self.sampler.input(state)
        if self.sees_mask and self.known.mask is not None and self.known.around is not None:
            shown = np.concatenate([shown, self.known.mask, self.known.around], axis=1)
        if self.words.avoided is None or "timestep_cond" in self.unet.inputs:
            return self._asked(shown, self.words.wanted, self.words.wanted_sum, progress)
        if self.port.shape[0] in (None, 2):
            sums = None
            if self.words.wanted_sum is not None and self.words.avoided_sum is not None:
                sums = np.concatenate([self.words.avoided_sum, self.words.wanted_sum])
            told = np.concatenate([self.words.avoided, self.words.wanted])
            avoided, wanted = np.split(self._asked(np.concatenate([shown, shown]), told, sums, progress), 2)
        else:
            avoided = self._asked(shown, self.words.avoided, self.words.avoided_sum, progress)
            wanted = self._asked(shown, self.words.wanted, self.words.wanted_sum, progress)
        return avoided + (wanted - avoided) * np.float32(self.wish.guidance)

    def _asked(self, shown: Floats, told: Floats, sums: Floats | None, progress: Progress) -> Floats:
        batch = shown.shape[0]
        feeds: dict[str, NDArray[Any]] = {
            self.port.name: shown,
            "timestep": np.full(self._time_shape(batch), self.sampler.time),
            "encoder_hidden_states": told,
        }
        if sums is not None:
            feeds["text_embeds"] = sums
        if "time_ids" in self.unet.inputs:
            feeds["time_ids"] = self._size_numbers(batch)
        if "timestep_cond" in self.unet.inputs:
            feeds["timestep_cond"] = guidance_numbers(
                self.wish.guidance, batch, self.unet.inputs["timestep_cond"].shape[-1] or 256
            )
        return self.unet.run(feeds, progress)[self.unet.outputs[0]]

    def _time_shape(self, batch: int) -> tuple[int, ...]:
        port = self.unet.port("timestep", "t")
        return () if len(port.shape) == 0 else ((batch,) if port.shape[0] == 2 else (1,))

    def _size_numbers(self, batch: int) -> Floats:
        """SDXL is told the size of the picture, where it was cropped and the size wanted."""
        height, width = self.wish.height, self.wish.width
        numbers = [height, width, 0, 0, height, width]
        if self.unet.inputs["time_ids"].shape[-1] == 5:
            numbers = [height, width, 0, 0, 6]
        return np.tile(np.array([numbers], np.float32), (batch, 1))

    def _with_known(self, state: Floats) -> Floats:
        """Outside the mask, the picture itself under as much noise as the state now holds."""
        if self.known.mask is None or self.known.clean is None or self.sees_mask:
            return state
        sigma = float(self.sampler.schedule.sigmas[self.sampler.at])
        return np.where(self.known.mask > 0, state, self.known.clean + self.noise * np.float32(sigma))


def guidance_numbers(guidance: float, batch: int, width: int) -> Floats:
    """Latent consistency models are told the guidance as sines and cosines of (guidance - 1) * 1000, (batch, width)."""
    half = width // 2
    angles = (guidance - 1.0) * 1000.0 * np.exp(np.arange(half) * (-np.log(10000.0) / (half - 1)))
    return np.tile(np.concatenate([np.sin(angles), np.cos(angles)]).astype(np.float32), (batch, 1))
