"""Assets on the way into documents: as files that any drop target takes, and as ids for those who know assets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from editor.base.errors import ExpectedError
from editor.library.library import Library

ASSET_MIME = "application/x-atelier-asset"
LINKED = b"linked"


def mime_of(library: Library, assets: list[int], linked: bool = False) -> QMimeData:
    """Files that are away are left out."""
    data = QMimeData()
    paths = []
    for key in assets:
        try:
            paths.append(library.file_of(library.asset(key)))
        except ExpectedError:
            continue
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setData(ASSET_MIME, LINKED if linked else b"copied")
    return data


def is_linked(data: QMimeData) -> bool:
    """Whether what is dragged shall follow the asset's file."""
    return bytes(data.data(ASSET_MIME).data()) == LINKED


def local_paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
