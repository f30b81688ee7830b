"""Fingerprints of pictures beside ImageHash's, and searches among ten thousand pictures."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from ml.similarity.fingerprint import LENGTH, VIEWS, Fingerprint, all_views, fingerprint
from ml.similarity.index import Entry, PictureIndex
from tests.benchmarks import Benchmark, PeerMissing, best
from tests.ml.similarity.pictures import scene

MANY = 10_000
WORDS = "harbour red boat evening garden rose tower night portrait dog cat mountain snow street".split()


@cache
def pictures() -> list[np.ndarray]:
    return [scene(seed, 480, 360) for seed in range(40)]


def ours() -> float:
    """Seven hashes and a vector of 40 pictures."""
    return best(lambda: [fingerprint(picture) for picture in pictures()], rounds=5)


def imagehash() -> float:
    """Difference hash, perceptual hash, wavelet hash and colour hash of the same 40: about as much as a fingerprint."""
    try:
        import imagehash as peer
    except ImportError as error:
        raise PeerMissing("ImageHash is not installed: pip install ImageHash") from error
    from PIL import Image

    images = [Image.fromarray(picture) for picture in pictures()]

    def work() -> None:
        for image in images:
            for kind in (peer.dhash, peer.phash, peer.whash, peer.colorhash):
                kind(image)

    return best(work, rounds=3)


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def index() -> PictureIndex:
    """Ten thousand fingerprints drawn by chance, with names and keywords."""
    made, random = PictureIndex(Path(_kept().name) / "index.sqlite"), np.random.default_rng(1)

    def entry(number: int) -> Entry:
        vector = random.normal(size=LENGTH).astype(np.float32) ** 2
        found = Fingerprint(
            random.integers(0, 2**63, VIEWS, dtype=np.uint64), vector / np.linalg.norm(vector)
        )
        one, two, three = random.choice(WORDS, 3)
        return Entry(
            f"/pictures/{one}s/{two}_{three}_{number}.jpg", number, 1.0, number.to_bytes(16, "big"), 4000, 3000, found,
            ", ".join(random.choice(WORDS, 2)), "red landscape large", bytes(3000),
        )

    made.put(entry(number) for number in range(MANY))
    made.make_ready()
    return made


def search_like() -> float:
    views, kept = all_views(scene(1)), index()
    return best(lambda: kept.entries([hit.place for hit in kept.like(views, 100)]), rounds=5)


def search_words() -> float:
    kept = index()
    return best(lambda: kept.entries([hit.place for hit in kept.by_words("red boat", 100)]), rounds=5)


BENCHMARKS = (
    Benchmark("fingerprints of 40 pictures", ours, peer="ImageHash", theirs=imagehash, target=1.0),
    Benchmark("look-alikes among 10,000 pictures", search_like, limit=0.1),
    Benchmark("words among 10,000 pictures", search_words, limit=0.1),
)
