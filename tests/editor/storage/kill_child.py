"""The program that test_kill kills: it edits a project file and says after each edit what is on the disk now.

    python -m tests.editor.storage.kill_child

reads lines of JSON ({"path", "kind", "seed"}) and forks a child for each, so that a kill costs no start of Python. The
child writes "ack {head} {content hash}" after each committed edit, the parent "ended" when the child is dead.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
from contextlib import suppress
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, run, run_live
from editor.model.record import DocumentRecord
from editor.storage import OpenProject, open_project, opening
from editor.storage.blobs import FileBlobs

TILE_BYTES = 256 * 256 * 4


def say(line: str) -> None:
    """One write of less than PIPE_BUF bytes: a kill never leaves half a line."""
    os.write(1, (line + "\n").encode())


def acknowledge(opened: OpenProject) -> None:
    say(f"ack {opened.project.history.head} {opened.project.content_hash()}")


def documents(opened: OpenProject) -> list[str]:
    found = [item.id for item in opened.project.documents() if type(item).kind == "raster.document"]
    return found or [run(opened.project, "raster.new_document", name="First", width=512, height=512)]


def edit(opened: OpenProject, chance: random.Random) -> None:
    """One small edit of any kind, undo, redo and travel among them."""
    project = opened.project
    document = chance.choice(documents(opened))
    choice = chance.randrange(10)
    if choice < 2:
        project.undo()
    elif choice == 2:
        project.redo()
    elif choice == 3:
        project.travel(chance.choice([0, *(entry.id for entry in project.history)]))
    elif choice == 4:
        run(project, "raster.new_document", name=f"D{chance.random()}", width=chance.randrange(1, 999), height=300)
    elif choice == 5 and len(project.records) > 40:
        run(project, "project.delete", records=[chance.choice(list(project.records))])
    elif choice == 6:
        place(opened, chance, document, 1)
    elif choice == 7:
        run(project, "project.rename_document", document=document, name=f"N{chance.random()}")
    else:
        run(project, "raster.add_layer", document=document, name="ä" * chance.randrange(2000))


def place(opened: OpenProject, chance: random.Random, document: str, count: int) -> None:
    tiles = [(x, 0, opened.project.blobs.put(chance.randbytes(TILE_BYTES))) for x in range(count)]
    run(opened.project, "raster.place_pixels", document=document, tiles=tiles, width=256 * count, height=256)


def import_pictures(opened: OpenProject, chance: random.Random) -> None:
    """Edits of some megabytes, with so little memory allowed that blobs wait in the temporary file."""
    place(opened, chance, chance.choice(documents(opened)), chance.randrange(4, 30))


def drag(opened: OpenProject, chance: random.Random) -> None:
    """A gesture of many live steps and one commit; some are cancelled."""
    project = opened.project
    document = chance.choice(documents(opened))
    gesture = project.gesture("Drag")
    for _ in range(chance.randrange(1, 60)):
        run_live(project, gesture, "project.rename_document", document=document, name=f"G{chance.random()}")
    if chance.random() < 0.2:
        gesture.cancel()
    else:
        gesture.commit()


def checkpoint(opened: OpenProject, chance: random.Random) -> None:
    edit(opened, chance)
    opened.store.checkpoint()


def copy(opened: OpenProject, chance: random.Random) -> None:
    """Version points, and copies written by another thread while edits go on."""
    if not any(thread.name == "copy" for thread in threading.enumerate()):
        target = opened.path.with_name("copy.atelier")
        threading.Thread(target=opened.save_copy, args=(target,), name="copy", daemon=True).start()
    edit(opened, chance)
    if chance.random() < 0.2:
        opened.versions.save(f"V{opened.project.history.head}")


def compact(opened: OpenProject, chance: random.Random) -> None:
    for _ in range(5):
        edit(opened, chance)
    opened.compact()


def reopen(opened: OpenProject, chance: random.Random) -> None:
    """Closing and opening are moments like others."""
    edit(opened, chance)
    acknowledge(opened)
    opened.close()
    again = open_project(opened.path)
    opened.__dict__.clear()
    opened.__dict__.update(again.__dict__)


KINDS = {
    "edit": edit, "import": import_pictures, "drag": drag, "checkpoint": checkpoint, "copy": copy,
    "compact": compact, "reopen": reopen, "rollback": edit,
}  # fmt: skip


def work(path: Path, kind: str, seed: int) -> None:
    """Edit until killed."""
    chance = random.Random(seed)
    if kind == "rollback":
        opening.place_of = lambda folder: "network"
    opened = open_project(path)
    if kind == "import":
        opened.blobs._memory = 3 << 20
    assert isinstance(opened.blobs, FileBlobs) and not opened.read_only, opened.notices
    acknowledge(opened)
    while True:
        with suppress(ExpectedError):
            KINDS[kind](opened, chance)
        acknowledge(opened)


def serve() -> None:
    load_commands()
    assert DocumentRecord is not None
    say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                work(Path(order["path"]), order["kind"], order["seed"])
            except BaseException as error:
                say(f"error {error!r}")
                raise
            finally:
                os._exit(1)
        say(f"pid {child}")
        os.waitpid(child, 0)
        say("ended")


if __name__ == "__main__":
    serve()
