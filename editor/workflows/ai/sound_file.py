"""Sound that a tool made, written beside the project and put into the bin as an imported file is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run

if TYPE_CHECKING:
    from editor.document.project import Project

RESERVE = 256 << 20
"""Bytes of disk that stay free."""


def write_sound(project: Project, name: str, rate: int, channels: int, blocks: Iterable[NDArray[np.float32]]) -> Path:
    """Blocks of (samples, channels) float32 as a FLAC file of 16 bits in the project's folder of media.

    Whatever ends it early leaves no file behind. Raises ExpectedError when it cannot be written.
    """
    if project.media is None:
        raise ExpectedError(tr("Films and sounds stay in their own files: save the project first."))
    try:
        project.media.folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(project.media.folder, name)
        partial = target.with_name(f".{target.name}.part")
        try:
            _encode(partial, rate, channels, blocks)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=name, reason=error.strerror or str(error))
        ) from error
    return target


def put_in_bin(project: Project, document: str, path: Path) -> str:
    """The id of a bin item for a sound file."""
    import msgspec

    from editor.formats.movie import facts_of_file

    assert project.media is not None
    facts, _ = facts_of_file(path, "")
    facts = msgspec.structs.replace(facts, media=project.media.add(path))
    item: str = run(project, "video.import_media", document=document, facts=facts)
    return item


def _encode(path: Path, rate: int, channels: int, blocks: Iterable[NDArray[np.float32]]) -> None:
    import av
    from av.audio.frame import AudioFrame

    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), "w", format="flac") as container:
        stream: Any = container.add_stream("flac", rate=rate, layout=layout, format="s16")
        written = 0
        for block in blocks:
            if shutil.disk_usage(path.parent).free < RESERVE:
                raise OSError(None, tr("the disk is full"))
            if not len(block):
                continue
            whole = np.rint(np.clip(block, -1.0, 1.0) * 32767).astype(np.int16).reshape(1, -1)
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(whole), format="s16", layout=layout)
            frame.sample_rate, frame.pts = rate, written
            written += len(block)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _free_name(folder: Path, name: str) -> Path:
    stem = re.sub(r"[^\w .,()+-]+", "_", name).strip(" .")[:80] or "sound"
    for number in range(1, 10_000):
        path = folder / (f"{stem}.flac" if number == 1 else f"{stem} {number}.flac")
        if not path.exists():
            return path
    raise OSError(None, tr("there are too many files of that name"))
