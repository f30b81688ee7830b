"""Make the sample project, and render it: what `dev.py run` shows where there is no display."""

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from editor.document.project import Project
from editor.formats.registry import ExportOptions, Progress, no_progress

EXPORTS: tuple[tuple[str, str, ExportOptions], ...] = (
    ("Lake at dusk", "lake.png", ExportOptions()),
    ("Still life", "still-life.png", ExportOptions(background="#f6efe6")),
    ("Poster", "poster.png", ExportOptions(scale=1.5)),
    ("Poster", "poster.pdf", ExportOptions(settings={"dpi": 150})),
    ("Film", "film.mp4", ExportOptions()),
)


def make_sample(path: Path, progress: Progress = no_progress) -> Path:
    """Write the sample project and, in `Name.media` beside it, its music. Raises ExpectedError when it exists."""
    from editor.storage import create_project
    from editor.workflows.sample.music import write_music

    with create_project(path) as opened:
        music = opened.path.with_suffix(".media") / "music.wav"
        music.parent.mkdir(exist_ok=True)
        write_music(music)
        fill(opened.project, music, progress)
        return opened.path


def fill(project: Project, music: Path, progress: Progress = no_progress) -> dict[str, str]:
    """Make the documents of the sample in an empty project. Returns their ids by name."""
    from editor.workflows.sample.film import make_film
    from editor.workflows.sample.image import make_image
    from editor.workflows.sample.poster import make_poster
    from editor.workflows.sample.still import make_still

    picture = make_image(project)
    progress(0.6)
    still = make_still(project, picture)
    progress(0.7)
    poster = make_poster(project, picture, still)
    progress(0.8)
    film = make_film(project, picture, still, poster, music)
    progress(1.0)
    return {"Lake at dusk": picture, "Still life": still, "Poster": poster, "Film": film}


def render_sample(folder: Path, progress: Progress = no_progress) -> Iterator[Path]:
    """Make the sample in memory and write every output; each path is given when its file is whole."""
    from editor.display.display import Display
    from editor.formats.registry import export_document
    from editor.workflows.sample.music import write_music

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="atelier-") as place:
        music = Path(place) / "music.wav"
        write_music(music)
        project = Project.in_memory()
        documents = fill(project, music)
        display = Display(project)
        try:
            for number, (name, file, options) in enumerate(EXPORTS):
                share = partial(_share, progress, number)
                export_document(display, documents[name], folder / file, options, share)
                yield folder / file
        finally:
            display.close()


def _share(progress: Progress, number: int, share: float) -> None:
    """One output's progress as its part of the whole."""
    progress((number + share) / len(EXPORTS))
