"""`library`, the lasting half: folders that are watched, kept searches, collections, links of projects, repair."""

from __future__ import annotations

import argparse
import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.terminal import ProgressLine, say
from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.library.library import Library
    from editor.library.watching import Heard

Look = Callable[["Library"], None]


def configure(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("watch", help="take in what happens in followed folders, until Ctrl+C")
    sub.add_argument("--seconds", type=float, default=0.0, metavar="N", help="end by itself after so long")
    sub.add_argument("--no-thumbnails", action="store_true", help="leave looking at the files to `refresh`")
    sub = add("keep", help="keep a search under a name, as a smart folder")
    sub.add_argument("name")
    sub.add_argument("query", nargs="+", metavar="WORD")
    add("kept", help="the searches that are kept")
    sub = add("forget", help="forget kept searches by name")
    sub.add_argument("names", nargs="+", metavar="NAME")
    add("collections", help="all collections, with how much is in them")
    sub = add("collect", help="put assets into a collection, which is made when there is none of this name")
    sub.add_argument("name")
    sub.add_argument("assets", nargs="+", type=int, metavar="ID")
    sub = add("links", help="links of a project whose files were edited since")
    sub.add_argument("project", type=Path)
    sub.add_argument("--update", action="store_true", help="show the edited files; each is one step of the history")
    sub.add_argument("--discard", action="store_true", help="also those that were edited in the project since")
    sub = add("picture", help="write the thumbnail of an asset as a picture file")
    sub.add_argument("asset", type=int, metavar="ID")
    sub.add_argument("file", type=Path)
    add("repair", help="make a damaged catalogue anew from what can be read and from the kept files")


def watch(library: Library, arguments: argparse.Namespace, look: Look) -> None:
    from editor.library.places import followed
    from editor.library.watching import FolderWatch

    folders = followed(library.catalogue)
    if not folders:
        raise ExpectedError(tr("No folder is followed."), tr("Begin with: library follow FOLDER"))
    heard: queue.Queue[Heard] = queue.Queue()
    end = time.monotonic() + arguments.seconds if arguments.seconds > 0 else float("inf")
    with FolderWatch(library, heard.put):
        say(
            tr_count(
                "Watching 1 folder. Ctrl+C ends it.", "Watching {count} folders. Ctrl+C ends it.", count=len(folders)
            )
        )
        try:
            while time.monotonic() < end:
                try:
                    found = heard.get(timeout=0.2)
                except queue.Empty:
                    continue
                _say_heard(library, found)
                if not arguments.no_thumbnails and (found.taken.added or found.taken.edited):
                    look(library)
        except KeyboardInterrupt:
            return


def _say_heard(library: Library, found: Heard) -> None:
    for label, keys in (
        (tr("new"), found.taken.added), (tr("edited"), found.taken.edited), (tr("moved"), found.taken.moved)
    ):  # fmt: skip
        for key in keys[:20]:
            say(f"{label}: {library.asset(key).name}")
        if len(keys) > 20:
            say(f"{label}: " + tr("{count} more", count=len(keys) - 20))
    if found.away:
        say(tr_count("1 file is away.", "{count} files are away.", count=found.away))
    if found.problem:
        say(found.problem)
    for path, reason in found.taken.problems:
        say(f"{path}: {reason}")


def kept(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.collections import forget_search, keep_search, smart_folders
    from editor.workflows.library.likeness import FIELD, teach

    if arguments.action == "keep":
        keep_search(library.catalogue, arguments.name, " ".join(arguments.query))
    for name in getattr(arguments, "names", ()):
        found = [one for one in smart_folders(library.catalogue) if one.name.casefold() == name.casefold()]
        if not found:
            raise ExpectedError(tr("No search is kept as {name}.", name=name))
        for one in found:
            forget_search(library.catalogue, one.id)
    rest = smart_folders(library.catalogue)
    if any(f"{FIELD}:" in one.query for one in rest):
        teach(library)
    for one in rest:
        say(f"{one.name}: {one.query}  ({len(library.finder.find(one.query))})")
    if not rest:
        say(tr("No search is kept."))


def collections(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.collections import collect, make_collection
    from editor.library.collections import collections as all_collections

    if arguments.action == "collect":
        keys = [library.asset(key).id for key in arguments.assets]
        name = arguments.name.casefold()
        known = (one.id for one in all_collections(library.catalogue) if one.name.casefold() == name)
        place = next(known, None) or make_collection(library.catalogue, arguments.name)
        collect(library.catalogue, place, keys)
    found = {one.id: one for one in all_collections(library.catalogue)}
    for one in found.values():
        names, above = [one.name], one.parent
        while above is not None:
            names, above = [found[above].name, *names], found[above].parent
        say(f"{' / '.join(names)}  ({one.count})")
    if not found:
        say(tr("There is no collection."))


def links(library: Library, arguments: argparse.Namespace) -> int:
    from editor.storage import open_project
    from editor.workflows.library.links import bring_all_up_to_date, outdated

    with open_project(arguments.project, read_only=not arguments.update) as opened:
        if not arguments.update:
            behind = outdated(opened.project, library)
            for note, asset in behind:
                shown = opened.project.get(note.parent or "")
                say(tr("{name} shows an older state of {file}.", name=getattr(shown, "name", "?"), file=asset.name))
            if not behind:
                say(tr("Every link shows its file as it is."))
            return 0
        made, failed = bring_all_up_to_date(opened.project, library, arguments.discard)
    say(tr_count("1 link brought up to date.", "{count} links brought up to date.", count=len(made)))
    for note, reason in failed:
        say(f"{note.name}: {reason}")
    return 1 if failed else 0


def picture(library: Library, arguments: argparse.Namespace) -> None:
    import io

    from PIL import Image

    from editor.library.looks import thumbnails_of

    asset = library.asset(arguments.asset)
    data = thumbnails_of(library.catalogue, [asset.id]).get(asset.id)
    if data is None:
        raise ExpectedError(tr("{name} has no thumbnail.", name=asset.label), asset.problem)
    try:
        Image.open(io.BytesIO(data)).save(arguments.file)
    except (OSError, ValueError) as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=arguments.file.name, reason=error),
            tr("Give it a name that ends in .png, .jpg or .webp."),
        ) from error


def repair(folder: Path) -> int:
    """Works on a library that cannot be opened."""
    from editor.library.library import STORE
    from editor.library.repair import repair as make_anew

    with ProgressLine(tr("Repairing")) as line:
        done = make_anew(folder, STORE, Progress(line))
    say(
        tr(
            "Read from the old catalogue: {assets}. Found in the kept files: {found}.",
            assets=done.rows.get("asset", 0),
            found=done.found,
        )  # fmt: skip
    )
    for path in done.damaged:
        say(tr("{path} is damaged.", path=path))
    if done.aside is not None:
        say(tr("The old catalogue lies in {path}.", path=done.aside))
    say(tr("Look through followed folders with: library refresh"))
    return 0
