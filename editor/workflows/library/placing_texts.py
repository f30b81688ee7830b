"""Plain texts on their way into documents: as text that can be edited, in lines as broad as most of the page."""

from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.document.project import Project
from editor.library.kinds import extension_of
from editor.model.vector import Page

PLAIN = frozenset({"txt", "md"})
MOST = 100_000
SIZE, WIDTH, MARGIN = 24.0, 560.0, 20.0


def is_plain_text(path: Path) -> bool:
    return extension_of(path) in PLAIN


def text_of(path: Path) -> str:
    """What a file says. Raises ExpectedError when it cannot be read, says nothing or is a whole book."""
    try:
        data = path.read_bytes() if path.stat().st_size <= 4 * MOST else b""
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)) from error
    if not data and path.stat().st_size:
        raise ExpectedError(tr("{name} is too long for one text.", name=path.name), tr("Divide it into several files."))
    if b"\0" in data:
        raise ExpectedError(tr("{name} holds no text.", name=path.name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ExpectedError(tr("{name} holds no text.", name=path.name))
    return text


def add_text_on(project: Project, page: str, path: Path, name: str, at: tuple[float, float], width: float) -> str:
    """A text on a page with its top left corner at a point; its id."""
    key: str = run(
        project, "vector.add_text", parent=page, text=text_of(path), x=at[0], y=at[1], size=SIZE, width=width, name=name
    )
    return key


def text_document(project: Project, path: Path, name: str) -> str:
    """A drawing without a background that holds the text, for documents which show others; its id."""
    text = text_of(path)
    lines = sum(1 + int(len(line) * SIZE * 0.55 / WIDTH) for line in text.split("\n"))
    height = min(20_000.0, lines * SIZE * 1.4 + 2 * MARGIN)
    document: str = run(
        project, "vector.new_document", name=name, width=WIDTH + 2 * MARGIN, height=height, background=None
    )
    (page,) = project.children(document, Page)
    run(
        project, "vector.add_text", parent=page.id, text=text, x=MARGIN, y=MARGIN, size=SIZE, width=WIDTH, name=name
    )
    return document
