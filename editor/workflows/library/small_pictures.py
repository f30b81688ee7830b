"""A small copy of a picture file, fast: JPEG is decoded at a fraction, the studio's own reader takes the rest."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 256
MOST_PIXELS = 400_000_000


@dataclass(frozen=True)
class SmallPicture:
    """`pixels` (h, w, 4) uint8 sRGB, straight alpha, no side longer than asked; `width` and `height` of the whole one,
    upright."""

    pixels: NDArray[np.uint8]
    width: int
    height: int


def small_picture(path: Path, side: int = SIDE) -> SmallPicture:
    """Raises ExpectedError for what is no picture that the studio reads."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata; the pixels count
            return _by_pillow(path, side)
    except UnidentifiedImageError:
        return _by_studio(path, side)
    except Image.DecompressionBombError as error:
        raise ExpectedError(tr("{name} is too large to be looked at.", name=path.name)) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, KeyError, TypeError, AttributeError):
        return _by_studio(path, side)


def small_picture_of(data: bytes, name: str, side: int = SIDE) -> SmallPicture:
    """Of a usual picture that lies inside the file `name`. Raises ExpectedError when it cannot be read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _shrink_opened(io.BytesIO(data), side)
    except (
        OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, KeyError, TypeError, AttributeError,
        Image.DecompressionBombError,
    ) as error:  # fmt: skip
        raise ExpectedError(tr("The preview in {name} cannot be read.", name=name)) from error


def _by_pillow(path: Path, side: int) -> SmallPicture:
    from PIL import Image

    with Image.open(path) as opened:
        careful = opened.mode.startswith(("I", "F")) or opened.format in ("PSD", "TGA", "DDS")
    if careful:
        return _by_studio(path, side)  # 16-bit and layered files need the studio's own care
    return _shrink_opened(path, side)


def _shrink_opened(source: Path | IO[bytes], side: int) -> SmallPicture:
    from PIL import Image, ImageOps

    with Image.open(source) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise Image.DecompressionBombError
        orientation = opened.getexif().get(274, 1)
        opened.draft("RGB", (side * 2, side * 2))
        image = _shrunk(_in_srgb(opened), side)
        image.getexif()[274] = orientation
        upright = ImageOps.exif_transpose(image)
        if orientation in (5, 6, 7, 8):
            width, height = height, width
        return SmallPicture(np.asarray(upright.convert("RGBA"), np.uint8), width, height)


def _in_srgb(opened: "Image") -> "Image":
    """With its profile applied, where that is quick and possible; RGB or RGBA."""
    profile = opened.info.get("icc_profile")
    if profile and opened.mode in ("RGB", "CMYK", "L"):
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            made = ImageCms.profileToProfile(opened, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            made = None
        if made is not None:
            return made
    has_alpha = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
    return opened.convert("RGBA" if has_alpha else "RGB")


def _shrunk(image: "Image", side: int) -> "Image":
    from PIL import Image

    image.thumbnail((side, side), Image.Resampling.BOX if max(image.size) > side * 8 else Image.Resampling.LANCZOS)
    return image


def _by_studio(path: Path, side: int) -> SmallPicture:
    from editor.formats.image import load
    from render.kernels.convert import premultiply

    image, _ = load(path)
    pixels = image.pixels
    step = max(1, max(image.width, image.height) // (side * 4))
    rough = np.ascontiguousarray(pixels[::step, ::step])
    return SmallPicture(shrink_premultiplied(as_bytes(premultiply(rough)), side), image.width, image.height)


def as_bytes(pixels: NDArray[np.generic]) -> NDArray[np.uint8]:
    """uint8 of any of the four depths; light is shown with the curve of sRGB."""
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, np.uint8)
    if pixels.dtype == np.uint16:
        return (np.asarray(pixels, np.uint16) >> 8).astype(np.uint8)
    return (np.clip(np.nan_to_num(np.asarray(pixels, np.float32)), 0, 1) * 255 + 0.5).astype(np.uint8)


def shrink_premultiplied(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """(h, w, 4) premultiplied to straight, with no side longer than `side`."""
    import cv2

    scale = min(1.0, side / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    alpha = small[:, :, 3:]
    color = np.where(alpha > 0, small[:, :, :3] * 255.0 / np.maximum(alpha, 1.0), 0.0)
    return np.clip(np.concatenate([color, alpha], axis=2) + 0.5, 0, 255).astype(np.uint8)
