"""`library`: what a person has, taken in, found, described and thrown away from the terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.commandline import library_keeping
from app.commandline.terminal import ProgressLine, say, say_json, say_text
from app.library.folder import library_folder
from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.numbers import moment_text, number_text, size_text
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.library.asset import Asset
    from editor.library.library import Library

SHOWN = 100


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    _configure_intake(actions.add_parser)
    _configure_search(actions.add_parser)
    library_keeping.configure(actions.add_parser)
    for name, text in (
        ("refresh", "look through followed folders, and make what thumbnails are missing"),
        ("folders", "the folders that are followed"), ("duplicates", "files that lie on the disk more than once"),
        ("verify", "read every file that the library keeps and compare it with its hash"),
    ):  # fmt: skip
        actions.add_parser(name, help=text)
    for name, text in (
        ("follow", "know a folder and what comes into it"), ("unfollow", "follow a folder no longer"),
        ("uses", "read projects and note what they show"),
    ):  # fmt: skip
        sub = actions.add_parser(name, help=text)
        sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")


def _configure_intake(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("add", help="take in files and folders")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument("--copy", action="store_true", help="keep the bytes in the library; else the files stay in place")
    sub.add_argument("--no-thumbnails", action="store_true", help="leave looking at the files to `refresh`")
    for name in ("author", "source", "licence"):
        sub.add_argument(f"--{name}", default="")
    sub.add_argument("--tag", action="append", default=[], metavar="TAG")


def _configure_search(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("search", help="find assets, such as: tree -tag:oak rating>=3 color:#2a8")
    sub.add_argument("query", nargs="*", metavar="WORD")
    sub.add_argument("--sort", choices=("added", "modified", "name", "rating", "size", "kind"), default="added")
    sub.add_argument("--limit", type=int, default=SHOWN, metavar="N")
    sub.add_argument("--trash", action="store_true", help="what lies in the trash")
    sub.add_argument("--json", action="store_true")
    for name, text in (
        ("show", "everything about some assets"), ("edit", "rate, name, tag and describe assets"),
        ("trash", "throw assets away; they can be restored"), ("restore", "take assets out of the trash"),
        ("empty", "forget what lies in the trash for good"), ("alike", "pictures that look like one"),
    ):  # fmt: skip
        sub = add(name, help=text)
        if name == "alike":
            sub.add_argument("pictures", nargs="+", metavar="ID|FILE")
        elif name != "empty":
            sub.add_argument("assets", nargs="+", type=int, metavar="ID")
        if name == "show":
            sub.add_argument("--json", action="store_true")
        if name == "edit":
            sub.add_argument("--rating", type=int, choices=range(6))
            for field in ("title", "notes", "author", "source", "licence"):
                sub.add_argument(f"--{field}")
            sub.add_argument("--tag", action="append", default=[])
            sub.add_argument("--untag", action="append", default=[])


def run(arguments: argparse.Namespace) -> int:
    from editor.library.library import Library

    if arguments.action == "repair":
        return library_keeping.repair(library_folder())
    library = Library(library_folder())
    try:
        return ACTIONS[arguments.action](library, arguments) or 0
    finally:
        library.close()


def add(library: Library, arguments: argparse.Namespace) -> int:
    from editor.library.asset import Credits
    from editor.library.licences import checked_licence

    known = Credits(
        author=arguments.author, source=arguments.source, licence=checked_licence(arguments.licence),
        tags=tuple(arguments.tag),
    )  # fmt: skip
    with ProgressLine(tr("Importing")) as line:
        taken = library.take_in(arguments.paths, copy=arguments.copy, known=known, progress=Progress(line))
    say(
        tr(
            "{added} new, {known} known, {moved} moved, {edited} edited.",
            added=len(taken.added),
            known=len(taken.known),
            moved=len(taken.moved),
            edited=len(taken.edited),
        )  # fmt: skip
    )
    for path, reason in taken.problems:
        say(f"{path}: {reason}")
    if not arguments.no_thumbnails:
        _look(library)
    return 1 if taken.problems and not taken.assets else 0


def search(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.search.results import assets_by_id
    from editor.workflows.library.likeness import FIELD, teach

    query = " ".join(arguments.query)
    if f"{FIELD}:" in query:
        teach(library)
    ids = library.finder.find(query, sort=arguments.sort, trashed=arguments.trash)
    some = [int(key) for key in ids[: max(arguments.limit, 0)]]
    assets = assets_by_id(library.catalogue, some)
    if arguments.json:
        say_json(json.dumps([msgspec.to_builtins(_fields(assets[key])) for key in some], ensure_ascii=False, indent=1))
        return
    for key in some:
        say(_line(assets[key]))
    if not some:
        say(tr("Nothing was found."))
    if len(ids) > len(some):
        say(tr("{shown} of {all}.", shown=len(some), all=len(ids)))


def show(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.places import places_of
    from editor.library.tags import tags_of
    from editor.library.usage import uses_of

    known: list[dict[str, object]] = []
    for key in arguments.assets:
        asset = library.asset(key)
        values: dict[str, object] = {name: value for name, value in _fields(asset).items() if value not in ("", None)}
        values["tags"] = tags_of(library.catalogue, key)
        values["places"] = [str(path) for path in places_of(library.catalogue, key)]
        values["uses"] = [
            f"{path}: {use.document or use.label}" for path, use in uses_of(library.catalogue, asset.hash)
        ]
        known.append(values)
    if arguments.json:
        say_json(json.dumps(known, ensure_ascii=False, indent=1))
        return
    for number, values in enumerate(known):
        if number:
            say("")
        for name, value in values.items():
            text = _readable(name, value)
            if text:
                (say_text if name == "notes" else say)(f"{name}: {text}")


def _readable(name: str, value: object) -> str:
    """A value as a person says it; "" for what only the program needs."""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, float) and name in ("added", "modified", "trashed"):
        return moment_text(value)
    if name == "size":
        return size_text(int(str(value)))
    if name == "rating":
        return "★" * int(str(value))
    if name == "seconds":
        return number_text(float(str(value)), 2, keep_zeros=True)
    if name == "stored":
        return tr("in the library") if value else ""
    return "" if name == "looked" else str(value)


def edit(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.edits import edit_assets
    from editor.library.tags import tag_assets, untag_assets

    keys = [library.asset(key).id for key in arguments.assets]
    given = {name: getattr(arguments, name) for name in ("rating", "title", "notes", "author", "source", "licence")}
    edit_assets(library.catalogue, keys, **{name: value for name, value in given.items() if value is not None})
    if arguments.tag:
        tag_assets(library.catalogue, keys, arguments.tag)
    if arguments.untag:
        untag_assets(library.catalogue, keys, arguments.untag)


def trash(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.trash import restore, to_trash

    keys = [library.asset(key).id for key in arguments.assets]
    (to_trash if arguments.action == "trash" else restore)(library.catalogue, keys)


def empty(library: Library, _: argparse.Namespace) -> None:
    from editor.library.trash import empty_trash
    from editor.library.usage import place_of_use
    from editor.workflows.library.origins import read_changed_projects, what_must_stay

    with ProgressLine(tr("Where assets are used")) as line:
        read_changed_projects(library, progress=Progress(line))
    needed = what_must_stay(library)
    say(tr("{count} forgotten.", count=empty_trash(library.catalogue, library.content)))
    for asset, uses in needed:
        users = ", ".join(dict.fromkeys(place_of_use(path, use) for path, use in uses))
        say(tr("{names} stays in the trash, because this needs it: {users}.", names=asset.name, users=users))


def alike(library: Library, arguments: argparse.Namespace) -> None:
    """Of assets by id; of any other picture by its file, which need not be an asset."""
    from editor.library.search.results import assets_by_id
    from editor.workflows.library.alike import alike as like
    from editor.workflows.library.likeness import ALIKE

    for name in arguments.pictures:
        asset = library.asset(int(name)) if name.isdigit() else library.at(Path(name))
        if asset is not None:
            found = [(key, score) for key, score in like(library, asset.id, 20) if score >= ALIKE]
            for other, score in found:
                say(f"{number_text(score, 2, keep_zeros=True)}  {_line(library.asset(other))}")
        else:
            found = [(key, 0.0) for key in _like_file(library, Path(name))]
            assets = assets_by_id(library.catalogue, [key for key, _ in found])
            for key, _ in found:
                say(_line(assets[key]))
        if not found:
            say(tr("Nothing looks like {name}.", name=name))


def _like_file(library: Library, path: Path) -> list[int]:
    from editor.workflows.library.likeness import FIELD, teach
    from editor.workflows.library.pictured import on_white
    from editor.workflows.library.small_pictures import small_picture

    value = teach(library).value_of_picture(on_white(small_picture(path).pixels))
    return [int(key) for key in library.finder.find(f"{FIELD}:{value}")[:20]]


def refresh(library: Library, _: argparse.Namespace) -> int:
    from editor.library.places import followed
    from editor.library.places import refresh as visit

    failed = 0
    for folder in followed(library.catalogue):
        try:
            with ProgressLine(folder.name) as line:
                taken = visit(library.catalogue, library.content, folder, Progress(line))
            say(f"{folder}: " + tr("{count} new", count=len(taken.added)))
        except ExpectedError as error:
            failed = 1
            say(f"{folder}: {error}")
    _look(library)
    return failed


def folders(library: Library, arguments: argparse.Namespace) -> None:
    from editor.library.places import follow, followed, unfollow

    for path in getattr(arguments, "paths", ()):
        (follow if arguments.action == "follow" else unfollow)(library.catalogue, path)
    rest = followed(library.catalogue)
    for path in rest:
        say(str(path) if path.is_dir() else tr("{path} (away)", path=path))
    if not rest:
        say(tr("No folder is followed."))


def uses(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.library.origins import read_uses

    for path in arguments.paths:
        say(f"{path}: {read_uses(library, path)}")


def duplicates(library: Library, _: argparse.Namespace) -> None:
    from editor.library.duplicates import duplicates as find

    twice = find(library.catalogue)
    if not twice:
        say(tr("No file lies on the disk twice."))
    for found in twice:
        say(f"{size_text(found.wasted)}  " + "  ".join(str(path) for path in found.places))


def verify(library: Library, _: argparse.Namespace) -> int:
    from editor.library.keeping import let_go_of_lost

    with ProgressLine(tr("Checking")) as line:
        damaged = list(library.content.damaged(line))
    lost = let_go_of_lost(library.catalogue, library.content)
    for path in damaged:
        say(str(path))
    for asset in lost:
        say(tr("{name} is not in the library any more.", name=asset.name))
    say(tr("Nothing is damaged.") if not damaged + lost else tr("{count} damaged.", count=len(damaged + lost)))
    if damaged or lost:
        say(tr("Import the files again with --copy to put them right."))
    return 1 if damaged or lost else 0


def _look(library: Library) -> None:
    from editor.workflows.library.updating import look_at_new

    with ProgressLine(tr("Looking")) as line:
        looked = look_at_new(library, Progress(line))
    for key, problem in looked.problems.items():
        say(f"{library.asset(key).name}: {problem}")


def _line(asset: Asset) -> str:
    stars = "★" * asset.rating
    return f"{asset.id:>7}  {asset.kind:<8}  {asset.label}  {stars}".rstrip()


def _fields(asset: Asset) -> dict[str, object]:
    return {name: getattr(asset, name) for name in asset.__struct_fields__}


ACTIONS: dict[str, Callable[[Library, argparse.Namespace], int | None]] = {
    "add": add, "search": search, "show": show, "edit": edit, "trash": trash, "restore": trash, "empty": empty,
    "alike": alike, "refresh": refresh, "folders": folders, "follow": folders, "unfollow": folders, "uses": uses,
    "duplicates": duplicates, "verify": verify, "keep": library_keeping.kept, "kept": library_keeping.kept,
    "forget": library_keeping.kept, "collections": library_keeping.collections, "collect": library_keeping.collections,
    "links": library_keeping.links, "picture": library_keeping.picture,
    "watch": lambda library, arguments: library_keeping.watch(library, arguments, _look),
}  # fmt: skip
