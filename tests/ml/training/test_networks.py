"""Networks start as the plain way, and their ONNX form gives the same numbers."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
import pytest

from ml.errors import ModelError
from ml.training.graph import Graph
from ml.training.recipe import Network
from ml.upscale.lanczos import enlarged
from tests.ml.training.pictures import drawn

if TYPE_CHECKING:
    from ml.training.networks import Trainable

# PyTorch is imported by the tests that run, not while they are gathered: that takes seconds and half a gigabyte.
pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="needs the extra `train`")
KINDS_AND_SCALES = [("enlarger", 2), ("enlarger", 3), ("enlarger", 4), ("denoiser", 1)]


def picture() -> np.ndarray:
    return drawn(2, 40)[:33].astype(np.float32) / np.float32(255)


def build(network: Network) -> Trainable:
    from ml.training import networks

    return networks.build(network)


def shaken(network: Trainable) -> Trainable:
    """With weights as after training: none of them nothing."""
    import torch

    torch.manual_seed(1)
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(0.05 * torch.randn_like(weights))
    return network


def through_torch(network: Trainable, given: np.ndarray) -> np.ndarray:
    import torch

    with torch.inference_mode():
        return network(torch.from_numpy(given.transpose(2, 0, 1)[None].copy()))[0].numpy().transpose(1, 2, 0)


@pytest.mark.parametrize(("kind", "scale"), KINDS_AND_SCALES)
def test_untrained_it_is_the_plain_way(kind: str, scale: int) -> None:
    network = build(Network(kind=kind, channels=8, blocks=2, scale=scale))  # type: ignore[arg-type]
    made = through_torch(network, picture())
    plain = enlarged(picture(), scale) if scale > 1 else picture()
    edge = 4 * scale
    assert made.shape == plain.shape
    assert np.abs(made - plain)[edge:-edge, edge:-edge].max() < 2e-5


@pytest.mark.parametrize(("kind", "scale"), KINDS_AND_SCALES)
def test_exported_it_gives_the_same_numbers(kind: str, scale: int) -> None:
    network = shaken(build(Network(kind=kind, channels=8, blocks=2, scale=scale)))  # type: ignore[arg-type]
    graph = Graph()
    network.write(graph)
    model = graph.model({"scale": str(scale)}).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for given in (picture(), picture()[:16, :21]):
        [made] = session.run(None, {"input": given.transpose(2, 0, 1)[None]})
        assert np.abs(made[0].transpose(1, 2, 0) - through_torch(network, given)).max() < 1e-4
    assert model == again(network, scale), "the same weights, another file"


def again(network: Trainable, scale: int) -> bytes:
    graph = Graph()
    network.write(graph)
    return graph.model({"scale": str(scale)}).SerializeToString()


def test_what_a_pixel_sees_is_no_more_than_it_says() -> None:
    """A pixel changed farther away than `reach` changes nothing here."""
    network = shaken(build(Network(kind="enlarger", channels=8, blocks=3, scale=2)))
    one = picture()
    other = one.copy()
    middle = 16
    other[middle - network.reach - 1, 20] += 0.5
    apart = np.abs(through_torch(network, one) - through_torch(network, other))
    assert apart[2 * middle : 2 * middle + 2, 40:42].max() == 0.0 and apart.max() > 0.1


def test_an_unknown_kind_is_said() -> None:
    from ml.training.networks import KINDS

    with pytest.raises(ModelError, match="no network called transformer"):
        build(Network(kind="transformer"))
    assert set(KINDS) == {"enlarger", "denoiser"}


