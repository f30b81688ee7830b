"""What a training run does, as data: which pictures, which network, how the input is spoiled, loss, steps, seed.

The same recipe, pictures and seed give the same run on the same machine, so a recipe file is how a model is
documented and made again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ml.errors import ModelError

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[int, Meta(ge=1)]


class Network(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`kind` is a name of `ml.training.networks`."""

    kind: str = "enlarger"
    channels: Annotated[int, Meta(ge=4, le=128)] = 32
    blocks: Annotated[int, Meta(ge=1, le=32)] = 8
    scale: Literal[1, 2, 3, 4] = 2


class Pictures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`longest_side`: larger pictures are reduced first, so that their finest detail is real and not a lens's blur.

    `patch` is the side of a training square in pixels of the input. `hold_out` pictures are never trained on.
    """

    longest_side: Annotated[int, Meta(ge=64, le=16384)] = 1600
    patch: Annotated[int, Meta(ge=8, le=256)] = 40
    hold_out: Annotated[float, Meta(ge=0.02, le=0.5)] = 0.1


class Spoiling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the input is made from the picture. `area` is the share reduced by averaging, the rest is bicubic.

    `jpeg` is the share of patches that go through JPEG at a quality from `jpeg_lowest` to 95. `noise` is the
    strongest normal noise, as a share of white; each patch draws its own strength.
    """

    area: Share = 0.0
    jpeg: Share = 0.0
    jpeg_lowest: Annotated[int, Meta(ge=10, le=95)] = 70
    noise: Annotated[float, Meta(ge=0.0, le=0.5)] = 0.0


class Steps(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rate` falls to nearly nothing along half a cosine. `average` keeps a running mean of the weights."""

    count: Annotated[int, Meta(ge=1, le=10_000_000)] = 20_000
    batch: Annotated[int, Meta(ge=1, le=256)] = 16
    rate: Annotated[float, Meta(gt=0.0, le=0.1)] = 5e-4
    average: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.999
    measure_every: Positive = 500
    keep_every: Positive = 1000
    precision: Literal["full", "mixed"] = "full"


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to make one model. `task` is a name of `ml.catalogue.tasks`; `licence` is what the result gets."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,60}$")]
    task: Literal["upscale", "denoise"]
    network: Network = Network()
    pictures: Pictures = Pictures()
    spoiling: Spoiling = Spoiling()
    loss: Literal["charbonnier", "l1", "l2"] = "charbonnier"
    steps: Steps = Steps()
    seed: Annotated[int, Meta(ge=0, lt=2**31)] = 0
    licence: str = ""

    def text(self) -> str:
        """One line of JSON, the same for equal recipes."""
        return msgspec.json.encode(self, order="sorted").decode()

    def digest(self) -> str:
        """What stands in the exported model, so that it can be traced to its recipe."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def read_recipe(path: Path) -> Recipe:
    """A recipe from a TOML file. Raises ModelError for one that is not a recipe."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Recipe)
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ModelError(
            "{file} is not a recipe: {reason}", "The recipes that come with the program show how one looks.",
            file=path.name, reason=str(error),
        ) from error


def parse_recipe(text: str) -> Recipe:
    """A recipe from what `Recipe.text` gave."""
    return msgspec.json.decode(text, type=Recipe)


def shipped_recipes(folder: Path) -> dict[str, Path]:
    """The recipes of a folder, by name."""
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}
