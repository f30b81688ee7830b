"""What stands where something is missing: a hatched field, never an error at opening."""

from dataclasses import dataclass

import numpy as np

from editor.display.engine import Pixels, Request

STRIPE = 24.0
LIGHT, DARK = 0.42, 0.36


@dataclass(frozen=True)
class Placeholder:
    """Implements `Drawing`. `sentence` says what is missing; views show it as text above the hatching."""

    sentence: str
    size: tuple[float, float] = (400.0, 300.0)

    @property
    def key(self) -> str:
        return f"placeholder:{self.size}"

    def draw(self, request: Request) -> Pixels:
        region, scale = request.region, request.scale
        rows = (np.arange(region.height)[:, None] + region.y) / scale
        columns = (np.arange(region.width)[None, :] + region.x) / scale
        inside = (rows >= 0) & (columns >= 0) & (columns < self.size[0]) & (rows < self.size[1])
        grey = np.where((rows + columns) % (2 * STRIPE) < STRIPE, LIGHT, DARK)
        pixels = np.stack([grey, grey, grey, np.ones_like(grey)], axis=-1) * inside[..., None]
        peak = {"uint8": 255, "uint16": 65535}.get(request.dtype, 1)
        return np.ascontiguousarray((pixels * peak).astype(request.dtype))
