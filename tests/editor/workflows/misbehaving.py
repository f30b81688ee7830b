"""A converter whose files do what their names say, for the batch's child processes."""

from __future__ import annotations

import os
import time
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.formats.report import Report
from editor.workflows.convert import ConvertOptions


def convert(source: Path, target: Path, options: ConvertOptions) -> Report:
    if "crash" in source.name:
        os.abort()
    if "hang" in source.name:
        time.sleep(600)
    if "refused" in source.name:
        raise ExpectedError("No.")
    if "fault" in source.name:
        raise KeyError("inside")
    target.write_bytes(source.read_bytes())
    return Report(converted=("Something.",))
