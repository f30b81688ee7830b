"""What a double click does with an asset: each kind comes to use where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.brushes import take_brushes
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.actions.files import Files
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.library.asset import Asset
    from editor.library.kinds import AssetKind
    from editor.library.library import Library

SWATCHES = 240
MOST_NAMED = 3
NOT_PLACED: dict[AssetKind, str] = {
    "brush": "A brush comes into the hand, not into the document.",
    "preset": "Presets of other programs cannot be used here yet.",
    "font": "A font is written with, not placed.",
    "material": "A material is put on the objects of a scene, not placed.",
    "template": "A template begins a new project.",
    "kit": "A brand kit is chosen for a project, not placed.",
    "ai_model": "An AI model is used by the AI tools, not placed.",
    "other": "Atelier cannot import files of this kind yet.",
}
"""English, shown through `tr`."""


def files_of(library: Library, assets: Sequence[int], progress: Progress) -> tuple[list[Path], list[ExpectedError]]:
    """Where the files of assets lie, and why some are not to be had."""
    paths, away = list[Path](), list[ExpectedError]()
    for number, key in enumerate(assets):
        progress(number / len(assets))
        try:
            paths.append(library.file_of(library.asset(key)))
        except ExpectedError as error:
            away.append(error)
    return paths, away


def told_once(errors: Sequence[ExpectedError]) -> ExpectedError:
    """Many of one kind as one message: how many, and the first few."""
    if len(errors) == 1:
        return errors[0]
    few = " ".join(error.sentence for error in errors[:MOST_NAMED])
    count = len(errors)
    return ExpectedError(
        tr_count("1 file could not be brought in.", "{count} files could not be brought in.", count=count), few
    )


def take_colors(files: Files, path: Path, name: str) -> None:
    """The colours of a palette join the swatches, the first one comes into the hand."""
    from editor.workflows.library.swatches import palette_colors

    found = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in palette_colors(path)]
    added = files.window.parts.color.add_swatches(found[:SWATCHES])
    files.session.set_foreground(found[0])
    files.session.say(
        tr_count(
            "1 colour of {name} is among the swatches.",
            "{count} colours of {name} are among the swatches.",
            count=added,
            name=name,
        )
    )


def why_not_placed(asset: Asset, linked: bool = False) -> str:
    """Why an asset cannot be placed in a document, for a menu; "" when it can."""
    from editor.formats.registry import importer_for
    from editor.workflows.library.placing_texts import is_plain_text

    name = Path(f"file.{asset.extension}")
    if asset.kind == "preset" and asset.extension == "atelier-preset":
        return tr("A preset is applied: double-click it, or drag it onto a layer, a shape or a clip.")
    if asset.kind in NOT_PLACED:
        return tr(NOT_PLACED[asset.kind])
    if asset.kind == "palette":
        return tr("Its colours have no file to follow; add them to the swatches.") if linked else ""
    if asset.kind == "lut":
        return tr("A color lookup comes as a copy that stays in the project.") if linked else ""
    if is_plain_text(name):
        return tr("A text comes as a copy that can be edited.") if linked else ""
    return "" if importer_for(name) is not None else tr("Atelier cannot import files of this kind yet.")


class Opening:
    """Works for the panel. Everything raises ExpectedError with a sentence where it cannot be."""

    def __init__(self, session: Session, files: Files, library: Library) -> None:
        self.session, self.files, self.library = session, files, library
        self.actions: dict[str, Callable[[Asset, Path], object]] = {
            "palette": self._take_colors, "document": self._open_project, "template": self._open_template,
            "kit": self._show_kit, "font": self._write_with, "material": self._put_on, "ai_model": self._show_models,
            "brush": self._take_brush, "preset": self._use_preset,
            "other": self._show_folder,
        }  # fmt: skip

    def open(self, key: int) -> None:
        """The usual thing to do with an asset of its kind."""
        asset = self.library.asset(key)
        path = self.library.file_of(asset)
        self.actions.get(asset.kind, self._place)(asset, path)

    def label_of(self, asset: Asset) -> str:
        """What `open` does, for a menu."""
        return {
            "palette": tr("Add its colours to the swatches"), "document": tr("Open"),
            "template": tr("New from template"), "brush": tr("Paint with this brush"),
            "font": tr("Write with this font"), "material": tr("Put on the chosen objects"),
            "kit": tr("Show the brand kit"), "preset": tr("Apply the preset"),
            "ai_model": tr("Show among the AI models"), "other": tr("Show in the file manager"),
        }.get(asset.kind, tr("Place in the document"))  # fmt: skip

    def _place(self, asset: Asset, path: Path) -> None:
        self.files.incoming.bring_in([path])

    def _open_project(self, asset: Asset, path: Path) -> None:
        """A project is opened where it lies; timelines of other programs come in as documents."""
        self.files.open_path(path) if path.suffix == ".atelier" else self._place(asset, path)

    def _open_template(self, asset: Asset, path: Path) -> None:
        """A new project from it; the template itself stays as it is."""
        from app.actions.templates import new_from

        new_from(self.files.window, path, asset.label)

    def _show_kit(self, asset: Asset, path: Path) -> None:
        from app.kits.dialog import KitsDialog

        KitsDialog(self.files.window, asset.id).exec()

    def _take_colors(self, asset: Asset, path: Path) -> None:
        take_colors(self.files, path, asset.label)

    def _take_brush(self, asset: Asset, path: Path) -> None:
        """Also a picture, where someone asks for it as a tip. Of some programs' brushes only the file is kept."""
        from editor.formats.brush.reading import can_read

        if not can_read(asset.extension):
            self._refuse(asset, path)
        take_brushes(self.session, path, asset.label)

    def paint_with(self, key: int) -> None:
        """A picture as a brush tip."""
        asset = self.library.asset(key)
        self._take_brush(asset, self.library.file_of(asset))

    def _write_with(self, asset: Asset, path: Path) -> None:
        """The chosen texts are set in the font; without any it is only said how it is called."""
        from editor.display.vector.fonts import make_available
        from editor.model.vector import TextShape

        family = make_available(path)
        project = self.session.required_project()
        texts = [key for key in project.selection if isinstance(project.get(key), TextShape)]
        if texts:
            self.session.run("vector.set_type", shapes=tuple(texts), family=family)
        self.session.say(tr("The font {name} can be used now.", name=family))

    def _put_on(self, asset: Asset, path: Path) -> None:
        from editor.model.scene import SceneNode
        from editor.workflows.library.materials import put_on
        from editor.workflows.library.origins import note_origins

        project = self.session.required_project()
        nodes = tuple(
            key for key in project.selection if isinstance(node := project.get(key), SceneNode) and node.mesh
        )
        if self.session.family != "scene" or not nodes:
            raise ExpectedError(tr("Choose objects of a scene first."), tr("The material is put on them then."))
        with project.transaction("Assign material"):
            made = put_on(project, self.session.document, nodes, path, asset.label)
            note_origins(project, (made,), asset)

    def _show_models(self, asset: Asset, path: Path) -> None:
        from app.actions.table import ACTIONS

        ACTIONS["ai.models"].perform(self.files.window)

    def _show_folder(self, asset: Asset, path: Path) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _use_preset(self, asset: Asset, path: Path) -> None:
        """Onto what is chosen, into the hand or into the export dialog. Of other programs' presets only the file is
        kept."""
        from app.presets.using import is_preset, use_preset

        if not is_preset(Path(asset.name)):
            self._refuse(asset, path)
        use_preset(self.files.window, path, asset)

    def _refuse(self, asset: Asset, path: Path) -> None:
        raise ExpectedError(
            tr("Nothing in Atelier uses {name} yet.", name=asset.name),
            tr("It is kept and found here, and can be dragged into other programs."),
        )
