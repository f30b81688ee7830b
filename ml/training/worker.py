"""The process that trains: `python -m ml.training.worker FILE RUN`. What it has to say, it writes into the file."""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

from ml.errors import ModelError
from ml.training.tracking import State, Tracking, Wish

ENDS: dict[Wish, State] = {"run": "done", "pause": "paused", "stop": "stopped"}


def main(file: str, number: str) -> int:
    """Train one run to its end, or until it is asked to pause or stop. Returns the exit status."""
    tracking, key = Tracking(Path(file)), int(number)
    wish = tracking.begin(key, os.getpid())
    if wish != "run":
        tracking.end(key, ENDS[wish])
        return 0
    try:
        from ml.training.trainer import train

        tracking.end(key, ENDS[train(tracking, key)])
    except ModelError as error:
        tracking.end(key, "failed", error)
        return 1
    except sqlite3.OperationalError as error:
        tracking.end(key, "failed", ModelError(
            "The record of the training could not be written: {reason}.", "Free some space, then resume.",
            reason=str(error),
        ))
        return 1
    except MemoryError:
        tracking.end(key, "failed", ModelError(
            "There is not enough memory for this training.", "Use fewer or smaller pictures, or a smaller batch.",
        ))
        return 1
    except Exception:  # the log beside the checkpoints gets the traceback
        tracking.end(key, "failed", ModelError(
            "Training broke off by a fault of the program.", "{file} says where.",
            file=str(tracking.folder(key) / "log.txt"),
        ))
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
