"""`kit`: brand kits in the library, and documents brought in line with one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.commandline.actions import actions_of
from app.commandline.kit_contents import changed, configure_contents
from app.commandline.terminal import complain, plain, say, say_json, say_text
from app.library.folder import library_folder
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.library.library import Library
    from editor.workflows.kits.kit import Kit

TEXTS = {
    "list": "the kits in the library", "new": "make a kit", "show": "what a kit holds, with contrasts",
    "edit": "add to a kit, or take away", "apply": "give a document the colours, fonts and logos of a kit",
    "check": "what in a document is off brand", "export": "write a kit with its files, as one file or a folder",
    "import": "take a kit with its files into the library", "speak": "a text in a voice of a kit, as a WAV file",
    "trash": "throw a kit away; the library can restore it",
}  # fmt: skip


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    _, subs = actions_of(parser, TEXTS)
    for name, sub in subs.items():
        if name not in ("list", "import"):
            sub.add_argument("kit", metavar="KIT", help="its name")
    subs["show"].add_argument("--json", action="store_true")
    for name in ("new", "edit"):
        configure_contents(subs[name])
    subs["edit"].add_argument("--name", help="another name")
    subs["edit"].add_argument("--remove", action="append", default=[], metavar="NAME",
                              help="a colour, voice or logo by name, or a font by its use")
    for name in ("apply", "check"):
        subs[name].add_argument("project", type=Path, metavar="PROJECT")
        subs[name].add_argument("--document", metavar="D", help="which document; without it all, or the only one")
    subs["check"].add_argument("--replace", action="store_true", help="put the nearest of the kit in its place")
    subs["export"].add_argument("target", type=Path, metavar="OUT")
    subs["export"].add_argument("--folder", action="store_true", help="a folder, as packs take it")
    subs["speak"].add_argument("voice", metavar="VOICE", help="its name in the kit")
    subs["speak"].add_argument("text", metavar="TEXT")
    subs["speak"].add_argument("target", type=Path, metavar="OUT.wav")
    subs["import"].add_argument("source", type=Path, metavar="IN")


def run(arguments: argparse.Namespace) -> int:
    from editor.library.library import Library

    library = Library(library_folder())
    try:
        return ACTIONS[arguments.action](library, arguments) or 0
    finally:
        library.close()


def list_kits(library: Library, _: argparse.Namespace) -> None:
    from editor.workflows.kits.keeping import kits_of

    kits = kits_of(library)
    for item in kits:
        colors = " ".join(color.color for color in item.kit.colors[:6])
        say(f"{item.asset.id:>7}  {item.kit.name:<28}  {colors}".rstrip())
    if not kits:
        say(tr("There is no brand kit yet."))


def new(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.keeping import keep_new
    from editor.workflows.kits.kit import Kit

    kept = keep_new(library, changed(library, Kit(name=arguments.kit), arguments))
    say(f"{kept.asset.id}  {kept.kit.name}")


def edit(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.keeping import find_kit, keep

    kept = find_kit(library, arguments.kit)
    kit = _without(kept.kit, arguments.remove)
    if arguments.name:
        kit = msgspec.structs.replace(kit, name=arguments.name)
    keep(library, kept, changed(library, kit, arguments))


def show(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.colors import contrast, grade
    from editor.workflows.kits.keeping import file_of, find_kit
    from render.color import Color

    kit = find_kit(library, arguments.kit).kit
    if arguments.json:
        say_json(json.dumps(msgspec.to_builtins(kit), indent=1, ensure_ascii=False))
        return
    ground = kit.of_role("background")
    say_text(plain(kit.name) + (f": {kit.notes}" if kit.notes else ""))
    for item in kit.colors:
        ratio = contrast(Color.from_hex(item.color), Color.from_hex(ground.color)) if ground else 0.0
        against = (
            f"{number_text(ratio, 2, keep_zeros=True):>5} : 1 {grade(ratio)}"
            if ground is not None and ground != item
            else ""
        )
        say(f"  {item.color}  {item.role:<10}  {item.name:<20}  {against}".rstrip())
    for font in kit.fonts:
        say(f"  {font.use:<10}  {font.family} {font.weight}")
    for logo in kit.logos:
        missing = "" if file_of(library, logo.file) is not None else tr("(the file is missing)")
        say(f"  {logo.variant:<10}  {logo.name or logo.file.name} {missing}".rstrip())
    for voice in kit.voices:
        say_text(plain(f"  {voice.name:<10}  {voice.voice} {voice.speed}  ") + voice.notes.rstrip())


def _without(kit: Kit, names: list[str]) -> Kit:
    """Raises ExpectedError for a name that nothing in the kit has."""
    for name in names:
        kept = msgspec.structs.replace(
            kit, colors=tuple(item for item in kit.colors if item.name != name),
            voices=tuple(item for item in kit.voices if item.name != name),
            fonts=tuple(item for item in kit.fonts if item.use != name),
            logos=tuple(item for item in kit.logos if name not in (item.name, item.variant)),
        )  # fmt: skip
        if kept == kit:
            raise ExpectedError(tr("The kit {kit} holds nothing named {name}.", kit=kit.name, name=name))
        kit = kept
    return kit


def apply(library: Library, arguments: argparse.Namespace) -> None:
    from app.commandline.names import document_named
    from editor.storage import open_project
    from editor.workflows.kits.applying import apply_kit
    from editor.workflows.kits.keeping import file_of, find_kit

    kit = find_kit(library, arguments.kit).kit
    with open_project(arguments.project) as opened:
        document = document_named(opened.project, arguments.document) if arguments.document else None
        filled = apply_kit(opened.project, kit, lambda file: file_of(library, file), document)
    for notice in filled.notices:
        complain(notice)
    say(tr_count("1 place filled.", "{count} places filled.", count=filled.places))


def check(library: Library, arguments: argparse.Namespace) -> int:
    from app.commandline.names import document_named
    from editor.storage import open_project
    from editor.workflows.kits.checking import replace_strays, strays
    from editor.workflows.kits.keeping import find_kit

    kit = find_kit(library, arguments.kit).kit
    with open_project(arguments.project, read_only=not arguments.replace) as opened:
        found = strays(opened.project, kit, document_named(opened.project, arguments.document))
        for stray in found:
            say(f"{stray.value:<20} -> {stray.instead:<20} {len(stray.records)}")
        if arguments.replace and found:
            say(tr_count("1 object changed.", "{count} objects changed.", count=replace_strays(opened.project, found)))
    if not found:
        say(tr("Everything is on brand."))
    return 1 if found and not arguments.replace else 0


def export(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.carrying import carry_out
    from editor.workflows.kits.keeping import find_kit

    say(f"wrote {carry_out(library, find_kit(library, arguments.kit), arguments.target, arguments.folder)}")


def speak(library: Library, arguments: argparse.Namespace) -> None:
    import wave

    import numpy as np

    from app.ai.folder import models_folder
    from editor.base.jobs import Progress
    from editor.workflows.kits.keeping import find_kit
    from editor.workflows.kits.speaking import TASK, spoken
    from ml.catalogue.store import ModelStore
    from ml.runtime.runtime import Runtime

    kit = find_kit(library, arguments.kit).kit
    voice = next((item for item in kit.voices if item.name.casefold() == arguments.voice.casefold()), None)
    if voice is None:
        raise ExpectedError(tr("The kit {kit} holds nothing named {name}.", kit=kit.name, name=arguments.voice))
    if arguments.target.exists():
        raise ExpectedError(tr("{name} exists already.", name=str(arguments.target)))
    runtime = Runtime()
    try:
        samples, rate = spoken(voice, arguments.text, ModelStore(models_folder("")).for_task(TASK), runtime, Progress())
    finally:
        runtime.close()
    with wave.open(str(arguments.target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    say(f"wrote {arguments.target}")


def import_kit(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.carrying import bring_in

    kept = bring_in(library, arguments.source)
    say(f"{kept.asset.id}  {kept.kit.name}")


def trash(library: Library, arguments: argparse.Namespace) -> None:
    from editor.workflows.kits.keeping import find_kit, throw_away

    throw_away(library, find_kit(library, arguments.kit))


ACTIONS: dict[str, Callable[[Library, argparse.Namespace], int | None]] = {
    "list": list_kits, "new": new, "show": show, "edit": edit, "apply": apply, "check": check, "export": export,
    "speak": speak, "import": import_kit, "trash": trash,
}  # fmt: skip
