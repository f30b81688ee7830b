"""Imported by the fork server: every format, so that a worker's first file takes no longer than its second."""

from editor.formats.registry import load_formats

load_formats()
