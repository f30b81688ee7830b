"""The files that a timeline of another program names.

Only files beside the timeline or below its folder are looked at: a timeline is untrusted. The others are kept by name;
their clips say what is missing until the person shows where it is.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.report import ReportBuilder
from editor.model.video import ZERO, MediaFacts


class MediaFinder:
    """Answers with facts for each address, once."""

    def __init__(self, project: Project, folder: Path, report: ReportBuilder) -> None:
        self._project, self._folder, self._report = project, folder.resolve(), report
        self._known: dict[str, MediaFacts] = {}

    def facts(self, url: str, item: Any, available: Fraction) -> MediaFacts:
        """What is known of the file behind a clip; `available` is how long the timeline says it is."""
        key = url or f"clip:{item.name}"
        if key not in self._known:
            self._known[key] = self._found(url) or self._missing(key, url, item, available)
        return self._known[key]

    def _found(self, url: str) -> MediaFacts | None:
        from editor.formats.movie import facts_of_file

        path = self._path(url)
        if path is None or self._project.media is None:
            return None
        try:
            facts, _ = facts_of_file(path, "")
            return MediaFacts(
                **{name: getattr(facts, name) for name in facts.__struct_fields__ if name != "media"},
                media=self._project.media.add(path),
            )
        except ExpectedError:
            return None

    def _path(self, url: str) -> Path | None:
        """The file, when it lies in the timeline's folder under its address or, moved along, under its name."""
        parsed = urlparse(url)
        if not url or parsed.scheme not in ("", "file"):
            return None
        named = Path(unquote(parsed.path))
        for path in (self._folder / named if not named.is_absolute() else named, self._folder / named.name):
            resolved = path.resolve()
            if resolved.is_relative_to(self._folder) and resolved.is_file():
                return resolved
        return None

    def _missing(self, key: str, url: str, item: Any, available: Fraction) -> MediaFacts:
        name = Path(unquote(urlparse(url).path)).name or item.name or tr("Unknown file")
        self._report.dropped(tr("{name}: its file is not beside the timeline.", name=name))
        return MediaFacts(
            media=f"missing:{key}", name=name, duration=available or ZERO, has_video=True, has_audio=True
        )
