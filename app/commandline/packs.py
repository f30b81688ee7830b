"""`pack` and `sync`: packs of assets, made and checked, taken in, and shared through a bucket."""

from __future__ import annotations

import argparse
import getpass
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.commandline.packs_coming import Bar, pull_tree, say_installed, size_shown, take_in_file
from app.commandline.packs_status import configure_status, drop_begun, status
from app.commandline.terminal import say
from app.packs.place import keep_buckets, known_buckets, open_bucket, packs_folder, place_at, signing_key, told
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count
from sync.errors import SyncError

if TYPE_CHECKING:
    from sync.credentials import Place
    from sync.packs.building import Description
    from sync.packs.signing import SigningKey
    from sync.transfer import Limits

SLOWEST, FASTEST = 0.001, 100_000.0
"""Megabytes a second. With less, one piece of a file takes longer than stores wait."""
HOST = re.compile(r"[A-Za-z0-9.:_-]+")


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    (_configure_pack if verb == "pack" else _configure_sync)(actions.add_parser)


def _configure_pack(add: Callable[..., argparse.ArgumentParser]) -> None:
    build = add("build", help="make a signed pack of a folder")
    build.add_argument("folder", type=Path, metavar="FOLDER")
    build.add_argument("output", type=Path, metavar="FILE", help="the pack; its name should end in .atelierpack")
    for name, text in (
        ("name", "small letters, digits and hyphens"), ("version", "such as 1.2.0"), ("author", "who made it"),
        ("licence", "an SPDX expression, such as CC0-1.0"),
    ):  # fmt: skip
        build.add_argument(f"--{name}", required=True, help=text)
    build.add_argument("--title", default="", help="what people read")
    build.add_argument("--description", default="", metavar="TEXT")
    build.add_argument("--needs", action="append", default=[], metavar="NAME=VERSION",
                       help="another pack, at least so new")
    build.add_argument("--file-licence", action="append", default=[], metavar="PATH=LICENCE",
                       help="a file with another licence than the pack's")
    build.add_argument("--overwrite", action="store_true", help="replace whatever file is there")
    add("key", help="show your public key; one is made at the first call and kept in the system's keyring")
    for name, text in (("verify", "check a pack, every byte"), ("install", "check a pack and take it in")):
        sub = add(name, help=text)
        sub.add_argument("pack", type=Path, metavar="PACK", help="a pack file or folder")
        if name == "install":
            _configure_intake(sub)
    add("list", help="the packs that are here")
    remove = add("remove", help="take one version of a pack away")
    remove.add_argument("name", metavar="NAME")
    remove.add_argument("version", metavar="VERSION")
    remove.add_argument("--anyway", action="store_true", help="although other packs need it")


def _configure_sync(add: Callable[..., argparse.ArgumentParser]) -> None:
    texts = {
        "push": "send a pack to a bucket", "pull": "fetch a pack from a bucket", "list": "the packs in a bucket",
        "login": "keep a bucket's key in the system's keyring",
    }  # fmt: skip
    for name, text in texts.items():
        sub = add(name, help=text)
        sub.add_argument("bucket", metavar="BUCKET[/FOLDER]")
        sub.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", ""), metavar="ADDRESS",
                         help="the server, such as https://s3.example.org; Amazon's own without it")
        sub.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
        if name in ("push", "pull"):
            sub.add_argument("pack", metavar="PACK" if name == "push" else "NAME[=VERSION]")
            sub.add_argument("--threads", type=int, default=8, metavar="N", help="how many transfers at once")
            sub.add_argument("--rate", type=float, default=0.0, metavar="MB", help="megabytes a second at most")
            sub.add_argument("--dry-run", action="store_true", help="only say what would be moved")
        if name == "push":
            sub.add_argument("--mend", action="store_true", help="look at every file in the bucket again")
            sub.add_argument("--accept-key", action="store_true", help="although another author's versions are there")
        if name == "pull":
            _configure_intake(sub)
    configure_status(add)


def _configure_intake(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--accept-key", action="store_true", help="although another author's key signed it")
    sub.add_argument("--into-library", action="store_true", help="show its files in the asset library")
    sub.add_argument("--alone", action="store_true", help="without the packs that it needs")
    sub.add_argument("--yes", action="store_true", help="agree beforehand to packs by authors new to you")


def run(arguments: argparse.Namespace) -> int:
    with told():
        ACTIONS[arguments.verb][arguments.action](arguments)
    return 0


# Packs


def build(arguments: argparse.Namespace) -> None:
    from app.packs.notes import note_built
    from editor.library.licences import checked_licence
    from sync.packs.building import Description, describe, write_archive

    key = signing_key()
    description = Description(
        arguments.name, arguments.version, arguments.author, checked_licence(arguments.licence), arguments.title,
        arguments.description, dependencies=_pairs(arguments.needs),
        licences={path: checked_licence(each) for path, each in _pairs(arguments.file_licence).items()},
    )
    if not description.licence:
        raise ExpectedError(tr("A pack has a licence, such as CC0-1.0."))
    if not arguments.overwrite:
        _check_replaceable(arguments.output, description, key)
    with Bar(tr("Packing")) as bar:
        pack = describe(arguments.folder, description, key, bar)
        write_archive(arguments.folder, pack, arguments.output, bar)
    note_built(pack, arguments.folder, arguments.output)
    say(
        tr_count(
            "wrote {path}: {name}, 1 file, {size} MB", "wrote {path}: {name}, {count} files, {size} MB",
            path=str(arguments.output), name=pack.manifest.label, count=len(pack.manifest.files),
            size=size_shown(pack.manifest.size),
        )
    )  # fmt: skip


def _check_replaceable(target: Path, description: Description, key: SigningKey) -> None:
    """Raises ExpectedError where something lies that is not an earlier build of this very pack."""
    from sync.packs.sources import ArchiveSource
    from sync.packs.verifying import read_signed

    if not os.path.lexists(target):
        return
    try:
        there = read_signed(ArchiveSource(target)).manifest
        known = (there.name, there.version, there.author.key) == (description.name, description.version, key.public)
    except SyncError:
        known = False
    if not known:
        raise ExpectedError(
            tr("There is another file already: {path}.", path=str(target)),
            tr("Give another name, or --overwrite to replace it."),
        )


def _pairs(items: list[str]) -> dict[str, str]:
    pairs = dict(item.partition("=")[::2] for item in items)
    if not all(pairs.values()):
        raise ExpectedError(tr("A pair is written with an equals sign, such as papers=1.0.0."))
    return pairs


def show_key(arguments: argparse.Namespace) -> None:
    say(signing_key().public)


def verify(arguments: argparse.Namespace) -> None:
    from sync.packs.verifying import verify as verify_pack

    with Bar(tr("Checking")) as bar:
        manifest = verify_pack(arguments.pack, bar).manifest
    say(
        tr_count(
            "{name} is as {author} signed it: 1 file, {size} MB, {licence}",
            "{name} is as {author} signed it: {count} files, {size} MB, {licence}",
            name=manifest.label, author=manifest.author.name, count=len(manifest.files),
            size=size_shown(manifest.size), licence=manifest.licence,
        )
    )  # fmt: skip


def install(arguments: argparse.Namespace) -> None:
    packs = take_in_file(arguments.pack, arguments.accept_key, arguments.alone, arguments.yes)
    say_installed(packs, arguments.into_library)


def list_packs(arguments: argparse.Namespace) -> None:
    from sync.packs.installing import installed

    for pack in installed(packs_folder()):
        found = pack.manifest
        say(f"{found.label}  {found.title}  {found.author.name}  {found.licence}")


def remove(arguments: argparse.Namespace) -> None:
    from app.library.folder import library_folder
    from app.packs.offering import withdraw
    from editor.library.library import Library
    from sync.packs.installing import removable
    from sync.packs.installing import remove as remove_pack

    name, version, anyway = arguments.name, arguments.version, arguments.anyway
    folder = removable(packs_folder(), name, version, anyway)  # before anything of the library is touched
    library = Library(library_folder())
    try:
        count = withdraw(library, folder)
    finally:
        library.close()
    remove_pack(packs_folder(), name, version, anyway)
    if count:
        say(
            tr_count(
                "1 asset of the library lay in it and is in its trash.",
                "{count} assets of the library lay in it and are in its trash.",
                count=count,
            )
        )


# Buckets


def place_of(arguments: argparse.Namespace) -> Place:
    place = place_at(arguments.bucket, arguments.endpoint, arguments.region)
    if place.endpoint:
        try:
            parts = urlsplit(place.endpoint)
            good = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        except ValueError:
            good = False
        if not good or not HOST.fullmatch(parts.hostname or "") or parts.query or parts.username:
            raise ExpectedError(
                tr("{address} is not the address of a server.", address=place.endpoint[:200]),
                tr("Write it like https://s3.example.org or http://localhost:9000."),
            )
    return place


def push(arguments: argparse.Namespace) -> None:
    """From where the pack lies: what is sent is neither installed nor trusted here."""
    from app.packs.notes import begun, note_published
    from sync.packs.verifying import check_complete, open_source, read_signed
    from sync.transfer import plan_push
    from sync.transfer import push as push_pack

    limits, source = _limits(arguments), open_source(Path(arguments.pack))
    pack = read_signed(source)
    check_complete(source, pack.manifest)
    place, path = place_of(arguments), Path(arguments.pack)
    bucket = open_bucket(place)
    plan = plan_push(bucket, pack, arguments.mend, arguments.accept_key)
    if plan.published:
        note_published(pack.digest, place)
        say(tr("{name} is in the bucket already.", name=pack.manifest.label))
        return
    if arguments.dry_run:
        say(
            tr_count(
                "would send up to 1 file, {size} MB",
                "would send up to {count} files, {size} MB",
                count=len(plan.files),
                size=size_shown(plan.size),
            )
        )
        return
    with begun("push", pack.manifest, place, plan.size, path), Bar(tr("Sending")) as bar:
        pointer = push_pack(bucket, pack, source, limits, bar, arguments.mend, arguments.accept_key)
    note_published(pack.digest, place)
    say(tr("{name} is in the bucket.", name=pack.manifest.label))
    if pointer.latest != pack.manifest.version:
        say(tr("The latest version there is {version}.", version=str(pointer.latest)))


def _limits(arguments: argparse.Namespace) -> Limits:
    from sync.transfer import Limits

    if not arguments.threads > 0:
        raise ExpectedError(tr("Transfers at once are 1 or more."))
    if not (arguments.rate == 0 or SLOWEST <= arguments.rate <= FASTEST):  # not a number is neither
        raise ExpectedError(tr("A rate is 0 for as fast as it goes, or {least} MB a second and more.",
                               least=number_text(SLOWEST, 3)))  # fmt: skip
    return Limits(arguments.threads, int(arguments.rate * 1e6))


def pull(arguments: argparse.Namespace) -> None:
    limits, place = _limits(arguments), place_of(arguments)
    packs = pull_tree(place, arguments.pack, limits, arguments)
    say_installed(packs, arguments.into_library)


def list_bucket(arguments: argparse.Namespace) -> None:
    from app.packs.shelf import packs_in

    for entry in packs_in(open_bucket(place_of(arguments)), packs_folder()):
        size = tr("{size} MB", size=size_shown(entry.size))
        say(f"{entry.name}  {entry.version}  {entry.author}  {entry.licence}  {size}  {tr(entry.state)}  "
            f"({', '.join(entry.versions)})")


def login(arguments: argparse.Namespace) -> None:
    from app.packs.keys import keep_credentials
    from sync.credentials import Credentials

    place = place_of(arguments)
    try:
        access, secret = input(tr("Access key: ")).strip(), getpass.getpass(tr("Secret key: ")).strip()
    except EOFError:
        access = secret = ""
    if not access or not secret:
        raise ExpectedError(tr("Both halves of the key are asked for here, and there was no answer."))
    keep_credentials(place, Credentials(access, secret))
    keep_buckets([*(each for each in known_buckets() if each != place), place])


def show_status(arguments: argparse.Namespace) -> None:
    status([place_of(arguments)] if arguments.bucket else known_buckets(), arguments)


def drop(arguments: argparse.Namespace) -> None:
    drop_begun(arguments.pack)


ACTIONS: dict[str, dict[str, Callable[[Any], None]]] = {
    "pack": {
        "build": build, "key": show_key, "verify": verify, "install": install, "list": list_packs, "remove": remove,
    },
    "sync": {"push": push, "pull": pull, "list": list_bucket, "login": login, "status": show_status, "drop": drop},
}  # fmt: skip
