"""Some megabytes of disk set aside while a project is open, so that a full disk finds us able to finish.

A hidden file beside the project holds the space. When a write finds the disk full, the file is removed and the write
tried again; with space to spare it comes back.
"""

import os
import shutil
from contextlib import suppress
from pathlib import Path

RESERVE_BYTES = 8 << 20
SPARE_FACTOR = 8
CHUNK = 1 << 20


class Reserve:
    """`held` says whether the space is set aside now. A folder too full or not writable simply gives none."""

    def __init__(self, project: Path, size: int = RESERVE_BYTES) -> None:
        self.path = project.with_name(f".{project.name}.reserve")
        self.size = size
        self.held = False
        self.hold()

    def hold(self) -> bool:
        """Set the space aside where the disk has plenty of it."""
        if self.held:
            return True
        try:
            if shutil.disk_usage(self.path.parent).free < self.size * SPARE_FACTOR:
                return False
            self._fill()
        except OSError:
            self.remove()
            return False
        self.held = True
        return True

    def give_up(self) -> bool:
        """Free the space; True when there was some to free."""
        was_held, self.held = self.held, False
        self.remove()
        return was_held

    def remove(self) -> None:
        self.held = False
        with suppress(OSError):  # a clean-up must never stand in the way of the work
            self.path.unlink(missing_ok=True)

    def _fill(self) -> None:
        with open(self.path, "wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, self.size)
                return
            for _ in range(self.size // CHUNK):
                file.write(bytes(CHUNK))
