"""Takes noise out of a picture: a small network that says what the noise is (Zhang et al., "DnCNN", 2017)."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from ml.training.graph import Graph
from ml.training.networks.collapsible import Collapsible
from ml.training.recipe import Network


class Denoiser(nn.Module):
    """(n, 3, height, width) encoded RGB to the same size; 0 to 1, not clipped. Untrained it changes almost nothing."""

    def __init__(self, recipe: Network) -> None:
        super().__init__()
        self.scale = 1
        self.head = Collapsible(3, recipe.channels)
        self.body = nn.ModuleList(Collapsible(recipe.channels, recipe.channels, gain=0.3) for _ in range(recipe.blocks))
        self.tail = Collapsible(recipe.channels, 3, identity=False, gain=0.0)

    def forward(self, picture: Tensor) -> Tensor:
        features = functional.relu(self.head(picture))
        for layer in self.body:
            features = functional.relu(layer(features))
        cleaned: Tensor = picture - self.tail(features).float()
        return cleaned

    @property
    def reach(self) -> int:
        """How many pixels of the input around one count for it."""
        return len(self.body) + 2

    def write(self, graph: Graph) -> None:
        """The same as ONNX."""
        features = graph.relu(graph.convolution("input", *self.head.weights()))
        for layer in self.body:
            assert isinstance(layer, Collapsible)
            features = graph.relu(graph.convolution(features, *layer.weights()))
        graph.output(graph.subtract("input", graph.convolution(features, *self.tail.weights())))
