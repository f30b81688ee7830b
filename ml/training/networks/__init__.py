"""The networks that a recipe can name. Another one is a module here that offers `Trainable`, and a line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor, nn

from ml.errors import ModelError
from ml.training.graph import Graph
from ml.training.networks.denoiser import Denoiser
from ml.training.networks.enlarger import Enlarger
from ml.training.recipe import Network

KINDS: Mapping[str, Callable[[Network], nn.Module]] = {"enlarger": Enlarger, "denoiser": Denoiser}


class Trainable(nn.Module):
    """What the trainer asks of a network, beside being a torch module."""

    scale: int
    reach: int

    def forward(self, picture: Tensor) -> Tensor:
        """(n, 3, h, w) to (n, 3, h * scale, w * scale)."""
        raise NotImplementedError

    def write(self, graph: Graph) -> None:
        """Put the same computation into an ONNX graph, from "input" to its output."""
        raise NotImplementedError


def build(recipe: Network) -> Trainable:
    """A network with its first weights. Raises ModelError for a kind that there is not."""
    if recipe.kind not in KINDS:
        raise ModelError(
            "There is no network called {kind}.", "Known are: {known}.", kind=recipe.kind, known=", ".join(KINDS)
        )
    return KINDS[recipe.kind](recipe)  # type: ignore[return-value]
