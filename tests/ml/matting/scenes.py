"""Pictures made in the test whose subject is known."""

import cv2
import numpy as np


def disc_scene(width=240, height=180, seed=1):
    """An orange disc with a soft edge before a bluish wall: sRGB (height, width, 3) and the true alpha."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot(x - width * 0.52, y - height * 0.5)
    alpha = np.clip((min(width, height) * 0.3 - distance) / 3 + 0.5, 0, 1).astype(np.float32)
    wall = np.float32([0.35, 0.45, 0.6]) + 0.1 * (y / height)[..., None]
    subject = np.float32([0.9, 0.45, 0.1]) + 0.05 * np.sin(x / 7)[..., None]
    noise = cv2.GaussianBlur(chance.normal(0, 0.03, (height, width, 3)).astype(np.float32), (0, 0), 1)
    picture = alpha[..., None] * subject + (1 - alpha[..., None]) * wall + noise
    return np.clip(picture, 0, 1).astype(np.float32), alpha


def texture(width=240, height=180, seed=2):
    """Gravel: the same everywhere, without any subject."""
    noise = np.random.default_rng(seed).normal(0.5, 0.25, (height, width)).astype(np.float32)
    gray = np.clip(cv2.GaussianBlur(noise, (0, 0), 1.2) * 1.5 - 0.25, 0, 1)
    return np.repeat(gray[..., None], 3, axis=2)


def overlap(first, second):
    """Intersection over union of two masks."""
    return float((first & second).sum() / max(int((first | second).sum()), 1))
