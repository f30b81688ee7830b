"""Makes a picture larger: Lanczos, and what a small residual network knows better.

The network works on the small picture and gives the pixels of each small pixel's square as channels (sub-pixel
convolution, Shi et al. 2016). Lanczos stands in it as a fixed convolution, so an untrained network is Lanczos exactly
and the exported model needs nothing beside it.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ml.training.graph import Graph
from ml.training.networks.collapsible import Collapsible
from ml.training.recipe import Network

TAPS = 7
SLOPE = 0.1


class Enlarger(nn.Module):
    """(n, 3, height, width) encoded RGB to (n, 3, height * scale, width * scale); 0 to 1, not clipped."""

    def __init__(self, recipe: Network) -> None:
        super().__init__()
        self.scale = recipe.scale
        channels, squares = recipe.channels, recipe.scale**2
        self.head = Collapsible(3, channels)
        self.body = nn.ModuleList(Collapsible(channels, channels, gain=0.3) for _ in range(recipe.blocks))
        self.tail = Collapsible(channels, 3 * squares, identity=False, gain=0.0)
        self.base: Tensor
        self.register_buffer("base", torch.from_numpy(np.tile(phases(recipe.scale), (3, 1, 1, 1))), persistent=False)

    def forward(self, picture: Tensor) -> Tensor:
        first = features = functional.leaky_relu(self.head(picture), SLOPE)
        for layer in self.body:
            features = functional.leaky_relu(layer(features), SLOPE)
        padded = functional.pad(picture, (TAPS // 2,) * 4, mode="replicate")
        plain = functional.conv2d(padded, self.base, groups=3)
        return functional.pixel_shuffle(self.tail(features + first).float() + plain.float(), self.scale)

    @property
    def reach(self) -> int:
        """How many pixels of the input around one count for it."""
        return len(self.body) + 2

    def write(self, graph: Graph) -> None:
        """The same as ONNX."""
        first = graph.leaky(graph.convolution("input", *self.head.weights()), SLOPE)
        features = first
        for layer in self.body:
            assert isinstance(layer, Collapsible)
            features = graph.leaky(graph.convolution(features, *layer.weights()), SLOPE)
        detail = graph.convolution(graph.add(features, first), *self.tail.weights())
        padded = graph.pad_edges("input", TAPS // 2)
        plain = graph.convolution(padded, self.base.cpu().numpy(), None, groups=3, padding=0)
        graph.output(graph.depth_to_space(graph.add(detail, plain), self.scale))


def phases(scale: int) -> NDArray[np.float32]:
    """Lanczos-3 as (scale * scale, 1, 7, 7) kernels on the small picture, one for each pixel of a small pixel's
    square, in the order of rows. Each sums to 1."""

    def weight(distance: float) -> float:
        if abs(distance) < 1e-9:
            return 1.0
        if abs(distance) >= 3.0:
            return 0.0
        angle = math.pi * distance
        return 3.0 * math.sin(angle) * math.sin(angle / 3.0) / angle**2

    rows = []
    for place in range(scale):
        offset = (place + 0.5) / scale - 0.5
        taps = np.asarray([weight(tap - offset) for tap in range(-(TAPS // 2), TAPS // 2 + 1)])
        rows.append(taps / taps.sum())
    kernels = [np.outer(vertical, horizontal) for vertical in rows for horizontal in rows]
    return np.asarray(kernels, np.float32)[:, None]
