"""A 3 x 3 convolution that is trained wide and exported narrow.

While training, a kernel is the product of a 3 x 3 convolution to `WIDER` times the channels and a 1 x 1 one back,
plus the identity. The product is itself one 3 x 3 kernel, so it is multiplied out before each use (cheap: it does not
depend on the picture) and the exported model holds only that (the collapsible blocks of Bhardwaj et al., "SESR", 2022).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

WIDER = 4


class Collapsible(nn.Module):
    """`identity` adds the input where channels in and out are the same number; `gain` scales the first weights."""

    def __init__(self, before: int, after: int, *, identity: bool = True, gain: float = 1.0) -> None:
        super().__init__()
        inner = WIDER * max(before, after)
        self.widen = nn.Parameter(torch.randn(inner, before, 3, 3) * (2.0 / (9 * before)) ** 0.5)
        self.narrow = nn.Parameter(torch.randn(after, inner) * gain * (1.0 / inner) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(after))
        self.identity: Tensor
        same = torch.zeros(after, before, 3, 3)
        if identity and before == after:
            same[:, :, 1, 1] = torch.eye(after)
        self.register_buffer("identity", same, persistent=False)

    def kernel(self) -> Tensor:
        """(after, before, 3, 3)"""
        product = torch.einsum("oe,eihw->oihw", self.narrow, self.widen)
        return product + self.identity

    def forward(self, features: Tensor) -> Tensor:
        return functional.conv2d(features, self.kernel(), self.bias, padding=1)

    def weights(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Kernel and bias as the exported model holds them."""
        with torch.no_grad():
            return self.kernel().cpu().numpy(), self.bias.cpu().numpy()
