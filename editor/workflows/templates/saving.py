"""A project kept as a template, and projects made from one."""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.asset import Asset, Credits
from editor.library.library import Library
from editor.storage import OpenProject, open_project
from editor.storage.copying import no_progress
from editor.workflows.templates.naming import FORBIDDEN

SUFFIX = ".atelier-template"


def save_template(
    opened: OpenProject, library: Library, name: str = "", tags: tuple[str, ...] = (),
    progress: Callable[[float], object] = no_progress,
) -> Asset:
    """Put a copy of a project into the library, as a template. Raises ExpectedError."""
    title = " ".join((name or opened.path.stem).split())
    stem = FORBIDDEN.sub("-", title).strip(" .")[:100] or "template"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, stem + SUFFIX)
        opened.save_copy(path, progress)
        taken = library.take_in([path], copy=True, known=Credits(title=title, tags=tags))
    if not taken.assets:
        reason = taken.problems[0][1] if taken.problems else ""
        raise ExpectedError(tr("The template could not be put into the library: {reason}", reason=reason))
    return library.asset(taken.assets[0])


def new_from_template(template: Path, target: Path) -> Path:
    """A project of its own, with everything that the template holds. Raises ExpectedError when `target` exists."""
    if target.exists():
        raise ExpectedError(tr("{name} exists already.", name=str(target)))
    if not target.parent.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(target.parent)))
    with open_project(template, read_only=True) as opened:
        opened.save_copy(target)
    return target


def find_asset(library: Library) -> Callable[[str], Path]:
    """What `library:` in a cell means: an asset's number, its hash, or its name when only one is called so."""

    def find(reference: str) -> Path:
        if reference.isdecimal():
            return library.file_of(library.asset(int(reference)))
        if re.fullmatch(r"[0-9a-f]{12,64}", reference) and (asset := library.with_hash(reference)) is not None:
            return library.file_of(asset)
        return library.file_of(_named(library, reference))

    return find


def _named(library: Library, name: str) -> Asset:
    rows = library.catalogue.rows(
        "SELECT id FROM asset WHERE trashed IS NULL AND (name = ? COLLATE NOCASE OR title = ? COLLATE NOCASE) LIMIT 2",
        (name, name),
    )
    if not rows:
        raise ExpectedError(tr("The library has nothing named {name}.", name=name))
    if len(rows) > 1:
        raise ExpectedError(
            tr("The library has several things named {name}.", name=name), tr("Give the number of one instead.")
        )
    return library.asset(int(str(rows[0][0])))
