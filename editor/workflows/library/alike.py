"""Pictures that look like another one, by the fingerprints of the looks."""

import numpy as np

from editor.base.jobs import Progress
from editor.library.library import Library
from editor.library.looks import fingerprints
from ml.similarity.fingerprint import Fingerprint
from ml.similarity.likeness import COPY_SCORE, likeness


def alike(library: Library, asset: int, count: int = 200) -> list[tuple[int, float]]:
    """Other assets and how much they look like this one, from 0 to 1, the most alike first."""
    ids, hashes, vectors = fingerprints(library.catalogue)
    own = np.flatnonzero(ids == asset)
    if not len(own):
        return []
    wanted = Fingerprint(hashes[own[0]], vectors[own[0]])
    scores = likeness([wanted], hashes, vectors)
    scores[own] = -1.0
    order = np.argsort(-scores, kind="stable")[:count]
    return [(int(ids[index]), float(scores[index])) for index in order if scores[index] > 0]


def look_alikes(library: Library, progress: Progress | None = None) -> list[list[int]]:
    """Groups of assets that are changed copies of one another: cropped, scaled, compressed again."""
    progress = progress or Progress()
    ids, hashes, vectors = fingerprints(library.catalogue)
    group = np.arange(len(ids))
    for index in range(len(ids)):
        progress(index / len(ids))
        scores = likeness([Fingerprint(hashes[index], vectors[index])], hashes[index + 1 :], vectors[index + 1 :])
        for other in np.flatnonzero(scores >= COPY_SCORE) + index + 1:
            group[group == group[other]] = group[index]
    together = [[int(key) for key in ids[group == name]] for name in np.unique(group)]
    return sorted((keys for keys in together if len(keys) > 1), key=lambda keys: -len(keys))
