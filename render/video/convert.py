"""A decoded frame to upright RGBA with square pixels, at the size asked for.

`_to_rgba` is the one place that turns YUV into RGB: the pixel kernels at full size, FFmpeg's scaler where the picture
is shrunk on the way (it then converts only what is left) and for rarer formats. HDR pictures (PQ, HLG) go through a
tone curve to sRGB, since the studio composes in sRGB; see `render/video/tone.py`.
"""

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from render.kernels.yuv import Matrix, yuv_to_rgba
from render.video.media import VideoStream
from render.video.tone import tone_map

Pixels = NDArray[np.uint8]

MATRIX_TO_SWSCALE = {1: Colorspace.ITU709, 4: Colorspace.FCC, 5: Colorspace.ITU601, 6: Colorspace.ITU601,
                     7: Colorspace.SMPTE240M, 9: Colorspace.BT2020, 10: Colorspace.BT2020}
MATRIX_TO_KERNEL: dict[int, Matrix] = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020"}
KERNEL_FORMATS = {"yuv420p": 8, "yuvj420p": 8, "yuv420p10le": 10}
LARGEST_SD_HEIGHT = 576


def frame_to_pixels(frame: VideoFrame, stream: VideoStream, width: int, height: int) -> Pixels:
    """(height, width, 4) uint8, premultiplied, upright; `width` and `height` are those after rotation."""
    turned = stream.orientation[0] == 0
    stored_size = (height, width) if turned else (width, height)
    pixels = _to_rgba(frame, stream, *stored_size)
    if stream.has_alpha:
        _premultiply(pixels)
    return _upright(pixels, stream.orientation)


def matrix_of(stream: VideoStream) -> int:
    """The H.273 matrix: what the file says, else BT.601 for standard definition and BT.709 above, as players guess."""
    if stream.color.matrix in MATRIX_TO_SWSCALE:
        return stream.color.matrix
    return 6 if stream.height <= LARGEST_SD_HEIGHT else 1


def _to_rgba(frame: VideoFrame, stream: VideoStream, width: int, height: int) -> Pixels:
    whole = (width, height) == (frame.width, frame.height)
    if whole and frame.format.name in KERNEL_FORMATS and matrix_of(stream) in MATRIX_TO_KERNEL:
        pixels = _by_kernel(frame, stream)
    else:
        pixels = _by_scaler(frame, stream, width, height)
    if stream.color.is_hdr:
        return tone_map(pixels.astype(np.uint16, copy=False), stream.color)
    if pixels.dtype == np.uint16:
        pixels = (pixels >> 8).astype(np.uint8)
    return np.ascontiguousarray(pixels, dtype=np.uint8)


def _by_kernel(frame: VideoFrame, stream: VideoStream) -> NDArray[np.unsignedinteger]:
    depth = KERNEL_FORMATS[frame.format.name]
    kind = np.dtype(np.uint8 if depth == 8 else np.uint16)
    planes = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), dtype=kind).reshape(-1, plane.line_size // kind.itemsize)
        planes.append(rows[: plane.height, : plane.width])
    luma, chroma_u, chroma_v = planes
    matrix = MATRIX_TO_KERNEL[matrix_of(stream)]
    return yuv_to_rgba(luma, chroma_u, chroma_v, matrix, full_range=stream.color.full_range, depth=depth)


def _by_scaler(frame: VideoFrame, stream: VideoStream, width: int, height: int) -> NDArray[np.unsignedinteger]:
    shrinks = width < frame.width or height < frame.height
    interpolation = Interpolation.AREA if shrinks else Interpolation.BICUBIC
    exact = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
    deep = stream.color.is_hdr
    full = stream.color.full_range
    converted = VideoReformatter().reformat(
        frame, width, height, "rgba64le" if deep else "rgba",
        src_colorspace=MATRIX_TO_SWSCALE[matrix_of(stream)],
        interpolation=interpolation | exact,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(converted.to_ndarray())


def _premultiply(pixels: Pixels) -> None:
    alpha = pixels[..., 3:].astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * alpha + 127) // 255


def _upright(pixels: Pixels, orientation: tuple[int, int, int, int]) -> Pixels:
    """Quarter turns and flips: where x' = a·x + c·y and y' = b·x + d·y."""
    a, b, c, d = orientation
    if (a, b, c, d) == (1, 0, 0, 1):
        return pixels
    turned = pixels.transpose(1, 0, 2) if a == 0 else pixels
    flip_x, flip_y = (c if a == 0 else a) < 0, (b if a == 0 else d) < 0
    return np.ascontiguousarray(turned[:: -1 if flip_y else 1, :: -1 if flip_x else 1])
