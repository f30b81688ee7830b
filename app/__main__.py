"""`python -m app`: the command line, and with `open` the window. No Qt is imported for anything but `open`."""

import sys

from app.commandline.main import main as obey
from app.library.folder import name_fonts_folder


def main() -> int:
    """What the command `atelier` does."""
    name_fonts_folder()
    return obey()


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        # In a bundle there is no Python to start a worker with: the worker is this program, and asks here first.
        import multiprocessing

        multiprocessing.freeze_support()
    sys.exit(main())
