"""A project and its media on their way to tasks, and opened there."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.storage import open_project
from editor.workflows.farm.contents import Content, content_of
from editor.workflows.farm.tasks import Given

VOLATILE = ("job", "thumbnail")
"""Tables that say nothing of what a document looks like; with them every look at a project would be a new content."""


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """`contents`: the project first, then its media. `files` by digest."""

    contents: tuple[Content, ...]
    files: dict[str, Path]


@contextmanager
def packed_project(project: Path) -> Iterator[tuple[Any, Packed]]:
    """The project, opened for reading, and its state of this moment as files; another may edit it meanwhile.

    Raises ExpectedError when the project or one of its media cannot be read.
    """
    with open_project(project, read_only=True) as opened, tempfile.TemporaryDirectory(prefix="atelier-farm-") as folder:
        copy = Path(folder) / project.name
        opened.save_copy(copy)
        _plain(copy)
        contents, files = [content_of(copy)], {}
        files[contents[0].digest] = copy
        for row in opened.media.rows():
            found = opened.media.find(row.id)
            if found is None:
                raise ExpectedError(tr("{name} is missing, and the farm needs it.", name=row.name))
            contents.append(msgspec.structs.replace(content_of(found), name=row.name))
            files[contents[-1].digest] = found
        yield opened.project, Packed(contents=tuple(contents), files=files)


def opened_project(given: Given) -> Any:
    """The project of a task, which is its first shared file; kept open for the next task."""

    def make() -> Any:
        if given.on_worker:
            _put_media_beside(given)
        return open_project(given.shared[0], read_only=True)

    return given.keep(f"project {given.contents[0].digest}", make, lambda opened: opened.close()).project


def _put_media_beside(given: Given) -> None:
    path = given.shared[0]
    beside = path.with_suffix(".media")
    for content, source in zip(given.contents[1:], given.shared[1:], strict=False):
        beside.mkdir(exist_ok=True)
        link = beside / content.name
        if link.exists():
            continue
        link.unlink(missing_ok=True)  # what it led to may have made room and come again
        try:
            link.symlink_to(source)
        except FileExistsError:
            continue  # another worker of this machine was faster
        except OSError:
            partial = link.with_name(f".{link.name}.{os.getpid()}.part")
            shutil.copyfile(source, partial)
            partial.replace(link)


def _plain(copy: Path) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        for table in VOLATILE:
            if connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0]:
                connection.execute(f"DELETE FROM {table}")
        connection.execute("PRAGMA journal_mode = DELETE")
