"""Pictures as a model's input wants them: layout, size, number type, scale. Read off the model, not off a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.runtime.signature import Port

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ImageInput:
    """One picture input. `width` and `height` are None where any size goes."""

    name: str
    layout: Literal["NCHW", "NHWC"]
    channels: int
    width: int | None
    height: int | None
    dtype: str


def image_input(port: Port) -> ImageInput:
    """How a port takes pictures. Raises ModelError for one that takes something else."""
    if len(port.shape) == 4:
        for layout, channel in (("NCHW", 1), ("NHWC", 3)):
            count = port.shape[channel]
            if count in (1, 3, 4):
                sides = [side for place, side in enumerate(port.shape) if place not in (0, channel)]
                return ImageInput(port.name, layout, count, sides[1], sides[0], port.dtype)  # type: ignore[arg-type]
    raise ModelError("This model does not take pictures: its input {name} has another shape.", name=port.name)


def feed(
    picture: Floats, wanted: ImageInput, mean: tuple[float, ...] = (0.0,), std: tuple[float, ...] = (1.0,),
    scale: float = 1.0, bgr: bool = False,
) -> NDArray[Any]:
    """A batch of one from (height, width, channels) float32, 0 to 1: (value * scale - mean) / std, in the model's
    layout and type. The picture must have the input's size already."""
    values = picture[..., ::-1] if bgr else picture
    values = np.subtract(values * np.float32(scale), np.asarray(mean, np.float32)) / np.asarray(std, np.float32)
    if wanted.layout == "NCHW":
        values = values.transpose(2, 0, 1)
    if wanted.dtype.startswith(("uint", "int")):
        values = np.rint(values)
    return np.ascontiguousarray(values[None].astype(wanted.dtype))


def picture_of(output: NDArray[Any], channels: tuple[int, ...] = (1, 2, 3, 4)) -> Floats:
    """An output as (height, width, channels) float32, whatever layout it came in. The batch must be one."""
    values = np.asarray(output, np.float32)
    while values.ndim > 3 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 2:
        return values[..., None]
    if values.shape[0] in channels and values.shape[-1] not in channels:
        values = values.transpose(1, 2, 0)
    return np.ascontiguousarray(values)
