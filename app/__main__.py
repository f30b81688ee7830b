"""`python -m app`: the command line, and with `open` the window. No Qt is imported for anything but `open`."""

import sys

from app.commandline.main import main

if __name__ == "__main__":
    sys.exit(main())
