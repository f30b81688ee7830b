"""The filter primitives themselves: float32 premultiplied arrays in, one out.

Formulas are those of the W3C's Filter Effects Module Level 1, section 9, unless a function names another source.
Every function takes (primitive, source, second input or None, canvas, region of the primitive).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from render.color import Color, srgb_to_linear
from render.geometry import IntRect
from render.vector.filters import values
from render.vector.filters.images import Array, Canvas, premultiplied, unpremultiplied
from render.vector.filters.lighting import lighting
from render.vector.filters.turbulence import turbulence


def _over(top: Array, bottom: Array) -> Array:
    return np.asarray(top + bottom * (1 - top[..., 3:]))


def _blur_pixels(pixels: Array, x: float, y: float) -> Array:
    import cv2

    if x <= 0 and y <= 0:
        return pixels
    if x > 0 and y > 0:
        return np.asarray(cv2.GaussianBlur(pixels, _kernel_size(x, y), x, sigmaY=y, borderType=cv2.BORDER_CONSTANT))
    one = cv2.getGaussianKernel(2 * int(np.ceil(3 * max(x, y))) + 1, max(x, y), cv2.CV_32F)
    still = np.ones((1, 1), np.float32)
    horizontal, vertical = (one, still) if x > 0 else (still, one)
    return np.asarray(cv2.sepFilter2D(pixels, -1, horizontal, vertical, borderType=cv2.BORDER_CONSTANT))


def _kernel_size(x: float, y: float) -> tuple[int, int]:
    return (2 * int(np.ceil(3 * x)) + 1, 2 * int(np.ceil(3 * y)) + 1)


def blur(primitive: values.Blur, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    sx, sy = canvas.scale
    return _blur_pixels(source, primitive.x * sx, primitive.y * sy)


def _shifted(pixels: Array, dx: float, dy: float) -> Array:
    """Whole pixels only, so that a shift never blurs."""
    height, width = pixels.shape[:2]
    x, y = max(-width, min(width, int(dx))), max(-height, min(height, int(dy)))
    if not x and not y:
        return pixels
    result = np.zeros_like(pixels)
    result[max(0, y) : height + min(0, y), max(0, x) : width + min(0, x)] = pixels[
        max(0, -y) : height + min(0, -y), max(0, -x) : width + min(0, -x)
    ]
    return result


def offset(primitive: values.Offset, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    sx, sy = canvas.scale
    return _shifted(source, primitive.dx * sx, primitive.dy * sy)


def _flat(color: Color, canvas: Canvas, linear: bool) -> Array:
    red, green, blue = (srgb_to_linear(part) if linear else part for part in (color.red, color.green, color.blue))
    alpha = color.alpha
    return np.broadcast_to(np.array([red * alpha, green * alpha, blue * alpha, alpha], np.float32), canvas.shape)


def flood(primitive: values.Flood, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    return np.array(_flat(primitive.color, canvas, primitive.linear))


def drop_shadow(primitive: values.DropShadow, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    sx, sy = canvas.scale
    shadow = _shifted(source, primitive.dx * sx, primitive.dy * sy)
    alpha = _blur_pixels(np.ascontiguousarray(shadow[..., 3]), primitive.x * sx, primitive.y * sy)
    return _over(source, _flat(primitive.color, canvas, primitive.linear) * alpha[..., None])


def color_matrix(
    primitive: values.ColorMatrix, source: Array, _: Array | None, canvas: Canvas, region: IntRect
) -> Array:
    matrix = np.array(primitive.values, np.float32).reshape(4, 5)
    result = unpremultiplied(source) @ matrix[:, :4].T + matrix[:, 4]
    return premultiplied(np.clip(result, 0, 1))


def component_transfer(
    primitive: values.ComponentTransfer, source: Array, _: Array | None, canvas: Canvas, region: IntRect
) -> Array:
    straight = unpremultiplied(source)
    for index, function in enumerate(primitive.channels):
        straight[..., index] = np.clip(_transfer(function, straight[..., index]), 0, 1)
    return premultiplied(straight)


def _transfer(function: values.Transfer, channel: Array) -> Array:
    if function.kind == "linear":
        return np.asarray(function.slope * channel + function.intercept)
    if function.kind == "gamma":
        return np.asarray(function.amplitude * np.power(channel, function.exponent) + function.offset)
    if function.kind == "identity" or not function.table:
        return channel
    table = np.array(function.table, np.float32)
    if function.kind == "discrete":
        return np.asarray(table[np.minimum((channel * len(table)).astype(np.int32), len(table) - 1)])
    return np.asarray(np.interp(channel, np.linspace(0, 1, len(table)), table).astype(np.float32))


def blended(primitive: values.Blended, source: Array, second: Array | None, canvas: Canvas, region: IntRect) -> Array:
    """Skia blends in half floats."""
    import skia

    from render.vector.skia_values import BLENDS

    assert second is not None
    height, width = source.shape[:2]
    result = np.ascontiguousarray(second.astype(np.float16))
    info = skia.ImageInfo.Make(width, height, skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType)
    surface = skia.Surface.MakeRasterDirect(info, result)
    top = skia.Image.fromarray(
        np.ascontiguousarray(source.astype(np.float16)), skia.kRGBA_F16_ColorType, skia.kPremul_AlphaType
    )
    mode = BLENDS.get(primitive.mode, skia.BlendMode.kSrcOver)
    surface.getCanvas().drawImage(top, 0, 0, skia.SamplingOptions(), skia.Paint(BlendMode=mode))
    surface.flushAndSubmit()
    return result.astype(np.float32)


def composite(
    primitive: values.Composite, source: Array, second: Array | None, canvas: Canvas, region: IntRect
) -> Array:
    assert second is not None
    top, bottom, over, under = source, second, source[..., 3:], second[..., 3:]
    if primitive.operator == "arithmetic":
        k1, k2, k3, k4 = primitive.k
        result = np.clip(k1 * top * bottom + k2 * top + k3 * bottom + k4, 0, 1)
        result[..., :3] = np.minimum(result[..., :3], result[..., 3:])
        return np.asarray(result)
    if primitive.operator == "lighter":
        return np.asarray(np.minimum(top + bottom, 1))
    # Porter and Duff: how much of each of the two is seen.
    of_top, of_bottom = {
        "over": (1.0, 1 - over), "in": (under, 0.0), "out": (1 - under, 0.0), "atop": (under, 1 - over),
        "xor": (1 - under, 1 - over),
    }[primitive.operator]  # fmt: skip
    return np.asarray(top * of_top + bottom * of_bottom)


def merge(inputs: list[Array], canvas: Canvas) -> Array:
    result = np.zeros(canvas.shape, np.float32)
    for pixels in inputs:
        result = _over(pixels, result)
    return result


def tile(pixels: Array, region: IntRect) -> Array:
    """Repeat what stands in `region` over the whole canvas."""
    height, width = pixels.shape[:2]
    left, top = max(0, region.x), max(0, region.y)
    piece = pixels[top : max(top, min(height, region.bottom)), left : max(left, min(width, region.right))]
    if not piece.size:
        return np.zeros_like(pixels)
    rows = (np.arange(height) - top) % piece.shape[0]
    columns = (np.arange(width) - left) % piece.shape[1]
    return np.asarray(piece[rows[:, None], columns[None, :]])


def morphology(primitive: values.Morphology, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    import cv2

    sx, sy = canvas.scale
    x, y = primitive.x * sx, primitive.y * sy
    if x <= 0 and y <= 0:
        return source
    # A window larger than the picture changes nothing more, and would cost for ever.
    columns = min(2 * round(x) + 1, 2 * source.shape[1] + 1)
    rows = min(2 * round(y) + 1, 2 * source.shape[0] + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (max(1, columns), max(1, rows)))
    operation = cv2.dilate if primitive.operator == "dilate" else cv2.erode
    return np.asarray(operation(source, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0)))


def displacement(
    primitive: values.Displacement, source: Array, second: Array | None, canvas: Canvas, region: IntRect
) -> Array:
    assert second is not None
    sx, sy = canvas.scale
    straight = unpremultiplied(second)
    height, width = source.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width]
    shift_x = primitive.scale * sx * (straight[..., "RGBA".index(primitive.x_channel)] - 0.5)
    shift_y = primitive.scale * sy * (straight[..., "RGBA".index(primitive.y_channel)] - 0.5)
    from_x, from_y = np.rint(columns + shift_x).astype(np.int32), np.rint(rows + shift_y).astype(np.int32)
    inside = (from_x >= 0) & (from_x < width) & (from_y >= 0) & (from_y < height)
    moved = source[np.clip(from_y, 0, height - 1), np.clip(from_x, 0, width - 1)]
    return np.asarray(moved * inside[..., None], np.float32)


def convolution(
    primitive: values.Convolution, source: Array, _: Array | None, canvas: Canvas, region: IntRect
) -> Array:
    import cv2

    kernel = np.array(primitive.kernel, np.float32).reshape(primitive.rows, primitive.columns)[::-1, ::-1]
    pixels = unpremultiplied(source) if primitive.preserve_alpha else source
    left, top = primitive.target_x, primitive.target_y
    right, bottom = primitive.columns - 1 - left, primitive.rows - 1 - top
    border = {"duplicate": cv2.BORDER_REPLICATE, "wrap": cv2.BORDER_WRAP, "none": cv2.BORDER_CONSTANT}[primitive.edge]
    padded = cv2.copyMakeBorder(pixels, top, bottom, left, right, border, value=(0, 0, 0, 0))
    result = np.zeros_like(pixels)
    height, width = pixels.shape[:2]
    for row in range(primitive.rows):
        for column in range(primitive.columns):
            result += kernel[row, column] * padded[row : row + height, column : column + width]
    result = result / primitive.divisor
    if primitive.preserve_alpha:
        straight = np.clip(result[..., :3] + primitive.bias, 0, 1)
        return premultiplied(np.concatenate([straight, pixels[..., 3:]], axis=2))
    alpha = result[..., 3:] + primitive.bias
    covered = np.clip(alpha, 0, 1)
    return np.concatenate([np.clip(result[..., :3] + primitive.bias * alpha, 0, covered), covered], axis=2)


Effect = Callable[[Any, Array, Array | None, Canvas, IntRect], Array]
EFFECTS: dict[type, Effect] = {
    values.Blur: blur,
    values.DropShadow: drop_shadow,
    values.Offset: offset,
    values.Flood: flood,
    values.ColorMatrix: color_matrix,
    values.ComponentTransfer: component_transfer,
    values.Blended: blended,
    values.Composite: composite,
    values.Morphology: morphology,
    values.Turbulence: turbulence,
    values.Displacement: displacement,
    values.Convolution: convolution,
    values.Lighting: lighting,
}
