"""Sounds of strangers, heard before they are fetched: decoded in a process of its own, and no longer than it takes to
know them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.workflows.catalogues.reading import host_of
from editor.workflows.children import in_children
from render.audio import SAMPLE_RATE

if TYPE_CHECKING:
    from editor.workflows.catalogues.catalogues import Catalogues
    from editor.workflows.catalogues.source import Found, Source

MOST_SECONDS = 60
DECODING_SECONDS = 30.0


@dataclass(frozen=True)
class Heard:
    """`samples` (n, 2) int16, `rate` of them a second."""

    samples: NDArray[np.int16]
    rate: int = SAMPLE_RATE


def host_to_agree(source: Source, found: Found) -> str:
    """The host that a sound is heard from, where that is none of the catalogue's own; "" when nobody is to be asked."""
    host = host_of(found.sound)
    return "" if not found.sound or host in source.hosts else host


def hear(
    catalogues: Catalogues, source: Source, found: Found, agreed: frozenset[str] = frozenset(),
    progress: Progress | None = None,
) -> Heard:  # fmt: skip
    """The first minute of a work. `agreed` are hosts besides the catalogue's that a person agreed to. Raises
    ExpectedError, and Cancelled."""
    progress = progress or Progress()
    data = catalogues.sound(source, found, agreed, progress)
    if not data:
        raise ExpectedError(tr("There is nothing to hear of it before it is fetched."))
    with tempfile.TemporaryDirectory(prefix="atelier-hear-") as folder:
        path = Path(folder, "sound")
        path.write_bytes(data)
        (done,) = in_children([path], _decoded, workers=1, seconds=DECODING_SECONDS, check=progress.check)
    if done.result is None:
        raise ExpectedError(tr("This sound cannot be played: {reason}", reason=done.failure))
    return Heard(done.result)


def _decoded(path: Path) -> NDArray[np.int16]:
    from render.audio.reader import AudioReader
    from render.video.errors import MediaError

    try:
        with AudioReader(path) as reader:
            count = min(MOST_SECONDS, float(reader.stream.duration)) * SAMPLE_RATE
            samples = reader.read(0, round(count))
    except MediaError as error:
        raise ExpectedError(tr(str(error))) from error
    return (np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
