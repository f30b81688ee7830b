"""What an exported file says of its origin, as options of `export`, `convert` and `template`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from editor.formats.provenance.wishes import NoteWishes


def add_note_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what the file says")
    switch = argparse.BooleanOptionalAction
    group.add_argument("--credits", action=switch, default=True, help="whose works it shows, and on what terms")
    group.add_argument("--provenance", action=switch, default=True, help="which tools and models made it")
    group.add_argument("--metadata", action=switch, default=True, help="camera data and keywords of pictures")
    group.add_argument("--location", action="store_true", help="where a photo was taken, which is left out else")
    group.add_argument("--no-notes", action="store_true", help="none of all that")
    group.add_argument("--credits-file", action="store_true", help="write the credits beside it, as NAME.credits.txt")
    group.add_argument("--sidecar", action="store_true",
                       help="write FILE.xmp beside a picture whose format holds no notes")


def notes_of(arguments: argparse.Namespace) -> NoteWishes:
    from editor.formats.provenance.wishes import NoteWishes

    said = not arguments.no_notes
    return NoteWishes(
        made=said and arguments.provenance, credits=said and arguments.credits, kept=said and arguments.metadata,
        place=said and arguments.location, sidecar=said and arguments.sidecar, beside=arguments.credits_file,
    )


def note_words(notes: NoteWishes) -> tuple[str, ...]:
    """The options that `notes_of` reads so; none for what is usual."""
    words = [
        (not notes.credits, "--no-credits"), (not notes.made, "--no-provenance"), (not notes.kept, "--no-metadata"),
        (notes.place, "--location"), (notes.beside, "--credits-file"), (notes.sidecar, "--sidecar"),
    ]  # fmt: skip
    return tuple(word for wanted, word in words if wanted)
