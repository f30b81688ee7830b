"""Where a picture comes from: a file, or bytes that some library can only read as a file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render.image_io.formats import EXTENSIONS, sniff
from render.image_io.values import ImageError, Limits

HEAD = 256


class Source:
    """`data` is the whole file, read once. Raises ImageError for a file that is missing, empty or too large."""

    def __init__(self, origin: Path | bytes, limits: Limits) -> None:
        self.limits = limits
        self.file = origin if isinstance(origin, Path) else None
        self.data = origin if isinstance(origin, bytes) else _read(origin, limits)
        if not self.data:
            raise ImageError("The file is empty.")
        self.format = sniff(self.data[:HEAD], self.file.name if self.file else "")

    @contextmanager
    def path(self) -> Iterator[str]:
        """A path with an extension that fits the bytes, for libraries that choose a decoder by name."""
        extensions = EXTENSIONS.get(self.format or "", ())
        if self.file is not None and self.file.suffix.lower().removeprefix(".") in extensions:
            yield str(self.file)
            return
        with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
            copy = Path(folder) / f"picture.{extensions[0] if extensions else 'bin'}"
            copy.write_bytes(self.data)
            yield str(copy)


def _read(path: Path, limits: Limits) -> bytes:
    try:
        if path.is_dir():
            raise ImageError("This is a folder, not a picture.")
        if path.stat().st_size > limits.file_bytes:
            raise ImageError(f"The file is larger than {limits.file_bytes >> 30} GiB.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ImageError("There is no such file.") from None
    except OSError as error:
        raise ImageError(f"The file cannot be read: {error.strerror or error}.") from error
