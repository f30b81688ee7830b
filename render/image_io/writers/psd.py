"""A flattened Photoshop file, 8 bit, through psd-tools. Layers are the raster family's exporter's matter."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from psd_tools import PSDImage
from psd_tools.constants import Resource
from psd_tools.psd.image_resources import ImageResource

from render.image_io.prepared import Prepared
from render.image_io.values import Pixels
from render.image_io.writers.pillow import as_image


def encode(prepared: Prepared) -> bytes:
    psd = PSDImage.frompil(as_image(replace(prepared, channels=_on_white(prepared.channels))))
    metadata = prepared.metadata
    resources = psd.image_resources
    found = {
        Resource.ICC_PROFILE: metadata.icc,
        Resource.XMP_METADATA: metadata.xmp,
        Resource.EXIF_DATA_1: metadata.exif,
    }
    for key, data in found.items():
        if data is not None and not (key is Resource.ICC_PROFILE and prepared.channels.shape[2] < 3):
            resources[key] = ImageResource(key=key, data=data)
    target = BytesIO()
    psd.save(target)
    return target.getvalue()


def _on_white(channels: Pixels) -> Pixels:
    """Photoshop stores the colours of a transparent composite blended with white; its readers undo that."""
    if channels.shape[2] in (1, 3):
        return channels
    alpha = channels[..., -1:].astype(np.float32) / 255.0
    color = np.rint(channels[..., :-1] * alpha + 255.0 * (1.0 - alpha)).astype(np.uint8)
    return np.concatenate([color, channels[..., -1:]], axis=-1)
