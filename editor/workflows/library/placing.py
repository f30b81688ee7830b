"""Bringing files into a document: one way for every editor, as a copy or as a live link that follows its file.

What comes in depends on the document and on the file:

    document        picture             drawing, other document   film, sound         3D model
    image           a layer (a link: a  a live link in a layer    a live link         a live link
                    document in one)
    drawing, page   a live link in a frame, for all of them (a sound stands by itself, here and in an image)
    timeline        a clip              a clip of a document      a clip              a clip of a document
    scene           a texture on what is under the pointer, else a picture that     the model itself
                    stands there (a sound has no place)

A clip's copy and its link are two items of the bin, so that only the link follows. The copy's file, unless it is large,
is kept beside the project, where nobody edits it.

A colour lookup becomes an adjustment layer of an image or the look of a clip; elsewhere it has no place.
A plain text becomes text that can be edited: on a page as such, elsewhere as a drawing that holds it.

Whatever it is, it is one edit, and a note beside what was made says which file it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.lut.reading import is_lookup
from editor.formats.registry import ImportOptions, format_of, import_file
from editor.formats.report import Report
from editor.library.asset import Asset
from editor.model.embed import Embed
from editor.model.record import DocumentRecord
from editor.model.scene import SceneMesh, SceneNode, Vector3
from editor.model.video import Clip, MediaItem
from editor.workflows.library.origins import note_origins
from editor.workflows.library.placing_lookups import put_lookup_on
from editor.workflows.library.placing_texts import WIDTH, add_text_on, is_plain_text, text_document
from editor.workflows.library.small_pictures import small_picture
from render.geometry import Affine

PLACED = 0.8
"""How much of the page a placed document takes at most."""
ENCODED = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
"""Pictures that a texture holds as they are; others become documents that the texture shows."""
KnownAsset = Callable[[Path], Asset | None]


@dataclass(frozen=True)
class Spot:
    """Where something falls, in the measures of its document: `at` is the middle in an image or on a page, or a point
    of the world; None leaves it to the document. `part` is a page; `track` and `time` are a timeline's; `node` is what
    lies under the pointer in a scene, or the row of the list of layers that it fell on."""

    at: tuple[float, ...] | None = None
    part: str | None = None
    track: str = ""
    time: Fraction = Fraction(0)
    node: str = ""


@dataclass
class Placed:
    """`documents` are new ones of the project, `alone` those of them that nothing shows; `refused` says of files why
    they did not come in."""

    documents: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    reports: dict[Path, Report] = field(default_factory=dict)
    refused: dict[Path, ExpectedError] = field(default_factory=dict)


def place_files(
    project: Project,
    paths: Sequence[Path],
    host: str = "",
    spot: Spot = Spot(),
    *,
    linked: bool = False,
    known: KnownAsset = lambda path: None,
    progress: Progress | None = None,
) -> Placed:
    """Bring files into a document in one edit; without one they become documents of their own. A file that cannot be
    read is left out and named; raises ExpectedError when none came in."""
    progress, placed = progress or Progress(), Placed()
    with project.transaction("Bring in"):
        for number, path in enumerate(paths):
            progress(number / len(paths), path.name)
            spot = _place_one(project, path, host, spot, linked, known, placed)
        if placed.refused and len(placed.refused) == len(set(paths)):
            raise next(iter(placed.refused.values()))
    project.blobs.prepare()
    return placed


def _place_one(
    project: Project, path: Path, host: str, spot: Spot, linked: bool, known: KnownAsset, placed: Placed
) -> Spot:
    """Where the next file belongs. Of a file that cannot come in nothing stays but why."""
    documents, alone = len(placed.documents), len(placed.alone)
    try:
        with project.trial():
            return _Placing(project, path, host, spot, linked, known(path), placed).place()
    except ExpectedError as error:
        del placed.documents[documents:], placed.alone[alone:]
        placed.reports.pop(path, None)
        placed.refused[path] = error
        return spot


class _Placing:
    """One file on its way into one document."""

    def __init__(
        self, project: Project, path: Path, host: str, spot: Spot, linked: bool, asset: Asset | None, placed: Placed
    ) -> None:
        self.project, self.path, self.host, self.spot = project, path, host, spot
        self.linked, self.asset, self.placed = linked, asset, placed
        self.is_text, self.is_lookup = is_plain_text(path), is_lookup(path)
        self.format = None if self.is_text or self.is_lookup else format_of(path)
        if self.is_text and linked:
            raise ExpectedError(
                tr("{name} comes as text that can be edited, not as a link.", name=path.name), tr("Place a copy of it.")
            )
        if self.is_lookup and linked:
            raise ExpectedError(
                tr("{name} comes as a copy, not as a link.", name=path.name), tr("Place a copy of it.")
            )
        self.title = asset.label if asset is not None else path.stem

    def place(self) -> Spot:
        """Do it; where the next file belongs comes back."""
        if self.is_lookup:
            return self._put_lookup()
        shown = self.project.get(self.host) if self.host else None
        family = shown.family if isinstance(shown, DocumentRecord) else ""
        return getattr(self, f"_into_{family}", self._alone)()

    def _put_lookup(self) -> Spot:
        self._note(*put_lookup_on(self.project, self.path, self.title, self.host, self.spot.track, self.spot.time))
        self.placed.reports[self.path] = Report()
        return self.spot

    def _note(self, *records: str) -> None:
        if self.asset is not None:
            note_origins(self.project, records, self.asset, self.linked)

    def _import(self, into: str | None = None) -> tuple[str, ...]:
        options = ImportOptions(name=self.title, into=into, at=self.spot.at or ())
        imported = import_file(self.project, self.path, options)
        self.placed.reports[self.path] = imported.report
        if not imported.documents:
            raise ExpectedError(tr("{name} holds nothing that could be shown.", name=self.path.name))
        return imported.documents

    def _document(self) -> str:
        """The file as a document of the project, noted."""
        made = (text_document(self.project, self.path, self.title),) if self.is_text else self._import()
        self.placed.documents += made
        self._note(*made)
        return made[0]

    def _alone(self) -> Spot:
        """A document that stands by itself: there is nothing to put it into, or it has nothing to show there."""
        self.placed.alone.append(self._document())
        return self.spot

    # The five editors

    def _into_raster(self) -> Spot:
        if self.family == "raster" and not self.linked:
            self._import(self.host)
            self._note(*self.project.selection)
            return self.spot
        if self._is_sound():
            return self._alone()
        made = self._document()
        left, top, share = self._fitted(made)
        source, place = Embed(document=made), Affine.scaling(share).then(Affine.translation(left, top))
        run(self.project, "raster.add_embed", document=self.host, source=source, transform=place)
        return self.spot

    def _into_vector(self) -> Spot:
        if self._is_sound():
            return self._alone()
        if self.is_text:
            return self._text_on_page()
        made = self._document()
        page = self.spot.part or self._first_part()
        left, top, share = self._fitted(made)
        width, height = (length * share for length in self._size(made))
        run(self.project, "vector.add_embed", parent=page, document=made, x=left, y=top, width=width, height=height)
        return self.spot

    def _text_on_page(self) -> Spot:
        """Text that can be edited at once; the spot is the middle of its first line."""
        page = self.spot.part or self._first_part()
        page_width, page_height = self._size(self.host, self.spot.part)
        width = min(WIDTH, PLACED * page_width)
        x, y = (self.spot.at or (page_width / 2, page_height * (1 - PLACED)))[:2]
        at = (max(0.0, x - width / 2), max(0.0, y))
        self._note(add_text_on(self.project, page, self.path, self.title, at, width))
        return self.spot

    def _into_video(self) -> Spot:
        if self.family in ("vector", "scene") or self._is_timeline():
            made = self._document()
            track = self._track("video")
            key = run(self.project, "video.add_embed", track=track, document=made, start=self.spot.time)
        else:
            from editor.formats.movie import import_file as import_media

            follows = self.linked and self.asset is not None
            item, self.placed.reports[self.path] = import_media(self.project, self.host, self.path, follows)
            self._note(item)
            facts = self.project.find(item, MediaItem).facts
            track = self._track("video" if facts.has_video or facts.still else "audio")
            key = run(self.project, "video.add_clip", track=track, item=item, start=self.spot.time)
            if not follows:
                self._hold(facts.media)
        return replace(self.spot, time=self.project.find(key, Clip).end)

    def _hold(self, media: str) -> None:
        """A copy out of the library stays as it was when its file is edited; the library's own bytes never are."""
        if self.asset is not None and self.project.media is not None and self.path.stem != self.asset.hash:
            self.project.media.hold(media)

    def _into_scene(self) -> Spot:
        if self.family == "scene":
            self._import(self.host)
            self._note(*self.project.selection)
            return self.spot
        source = self._texture_source()
        material = self._material_under() or self._standing_picture(source)
        media_type = ENCODED[self.path.suffix.lower()] if isinstance(source, str) else ""
        texture: str = run(
            self.project, "scene.set_texture", material=material, name=self.title, media_type=media_type, source=source
        )
        if isinstance(source, str):
            self._note(texture)
        return replace(self.spot, node="")

    # What they need

    def _size(self, document: str, part: str | None = None) -> tuple[float, float]:
        display = Display(self.project)
        try:
            return display.size(document, part)
        finally:
            display.close()

    def _first_part(self) -> str:
        display = Display(self.project)
        try:
            return next(iter(display.parts(self.host)), self.host)
        finally:
            display.close()

    def _fitted(self, made: str) -> tuple[float, float, float]:
        """Left, top and scale at which a document stands around the spot, no larger than most of the page."""
        page_width, page_height = self._size(self.host, self.spot.part)
        width, height = self._size(made)
        share = min(1.0, PLACED * page_width / max(1.0, width), PLACED * page_height / max(1.0, height))
        x, y = (self.spot.at or (page_width / 2, page_height / 2))[:2]
        return x - width * share / 2, y - height * share / 2, share

    def _track(self, kind: str) -> str:
        """The track under the pointer where it fits, else the first free one of its kind, else a new one."""
        from editor.display.timeline import tracks_of

        free = [track for track in tracks_of(self.project, self.host, kind) if not track.locked]  # type: ignore[arg-type]
        wanted = next((track for track in free if track.id == self.spot.track), free[0] if free else None)
        if wanted is not None:
            return wanted.id
        return str(run(self.project, "video.add_track", document=self.host, media=kind))

    def _texture_source(self) -> str | Embed:
        if self.family == "raster" and not self.linked and self.path.suffix.lower() in ENCODED:
            return self.project.blobs.put(self.path.read_bytes())
        if self._is_sound():
            raise ExpectedError(tr("A sound has no place in a 3D scene."), tr("Drop it on a timeline."))
        return Embed(document=self._document())

    @property
    def family(self) -> str:
        """Of what the file becomes."""
        return "vector" if self.format is None else self.format.family

    def _is_timeline(self) -> bool:
        return self.format is not None and self.format.name.startswith("timeline")

    def _is_sound(self) -> bool:
        if self.format is None or self.family != "video" or self.format.name != "media":
            return False
        from editor.formats.movie import facts_of_file

        return not facts_of_file(self.path, "")[0].has_video

    def _material_under(self) -> str:
        """The material of the mesh under the pointer, made when it has none; "" where nothing is."""
        node = self.project.get(self.spot.node) if self.spot.node else None
        if not isinstance(node, SceneNode) or node.mesh is None:
            return ""
        mesh = self.project.find(node.mesh, SceneMesh)
        found = next((part.material for part in mesh.parts if part.material), None)
        if found is not None:
            return found
        made: str = run(self.project, "scene.add_material", document=self.host, name=self.title)
        run(self.project, "scene.assign_material", nodes=(node.id,), material=made)
        return made

    def _standing_picture(self, source: str | Embed) -> str:
        """An upright plane of the picture's shape, one metre high; its material comes back."""
        if isinstance(source, Embed):
            width, height = self._size(source.document)
        else:
            small = small_picture(self.path, 64)
            width, height = float(small.width), float(small.height)
        x, y, z = self._point()
        node: str = run(
            self.project, "scene.add_shape", document=self.host, shape="plane", name=self.title,
            translation=(x, y + 0.5, z),
        )  # fmt: skip
        run(self.project, "scene.scale", nodes=(node,), factors=(width / height, 1.0, 1.0))
        run(self.project, "scene.rotate", nodes=(node,), axis=(1.0, 0.0, 0.0), degrees=90.0)
        self.project.select((node,))
        mesh = self.project.find(self.project.find(node, SceneNode).mesh or "", SceneMesh)
        return mesh.parts[0].material or ""

    def _point(self) -> Vector3:
        at = self.spot.at
        return (at[0], at[1], at[2]) if at is not None and len(at) == 3 else (0.0, 0.0, 0.0)
