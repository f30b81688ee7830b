"""Thumbnails and facts for whatever was not looked at yet: in child processes, so that no file stops the rest."""

from dataclasses import dataclass, field
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.library.asset import Asset
from editor.library.kinds import AssetKind
from editor.library.library import Library
from editor.library.looks import Look, keep_looks, not_looked_at
from editor.workflows.children import in_children
from editor.workflows.library.looking import VERSION, look_at

BATCH = 24
SECONDS_A_FILE = 60.0


@dataclass(frozen=True)
class Piece:
    """What a child gets: no more than it needs to open the file."""

    asset: int
    path: Path
    kind: AssetKind


@dataclass
class Looked:
    """How many files were looked at; `problems` by asset."""

    seen: int = 0
    problems: dict[int, str] = field(default_factory=dict)


def look_at_new(library: Library, progress: Progress | None = None, workers: int = 2) -> Looked:
    """Look at all assets that nobody looked at. What is done stays when the work is stopped, which raises Cancelled."""
    progress = progress or Progress()
    assets = not_looked_at(library.catalogue, VERSION)
    pieces, waiting, looked = list[Piece](), list[tuple[int, Look]](), Looked()
    for asset in assets:
        _sort_out(library, asset, pieces, waiting)
    keep_looks(library.catalogue, VERSION, waiting)
    waiting = []
    try:
        for done in in_children(pieces, look_at_piece, workers=workers, seconds=SECONDS_A_FILE, check=progress.check):
            looked.seen += 1
            if done.failure:
                looked.problems[done.piece.asset] = done.failure
            waiting.append((done.piece.asset, done.result or Look(problem=done.failure)))
            if len(waiting) >= BATCH:
                keep_looks(library.catalogue, VERSION, waiting)
                waiting = []
            progress(looked.seen / len(pieces), done.piece.path.name)
    finally:
        keep_looks(library.catalogue, VERSION, waiting)
    return looked


def look_at_piece(piece: Piece) -> Look:
    """In a child process."""
    return look_at(piece.path, piece.kind)


def _sort_out(library: Library, asset: Asset, pieces: list[Piece], waiting: list[tuple[int, Look]]) -> None:
    """What nobody knows needs no child; files that are away now are looked at when they are back."""
    if asset.kind == "other":
        waiting.append((asset.id, Look()))
        return
    try:
        pieces.append(Piece(asset.id, library.file_of(asset), asset.kind))
    except ExpectedError:
        return
