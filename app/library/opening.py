"""What a double click does with an asset: each kind comes to use where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.actions.files import Files
    from app.session import Session
    from editor.library.asset import Asset
    from editor.library.library import Library

SWATCHES = 240


class Opening:
    """Works for the panel. Everything raises ExpectedError with a sentence where it cannot be."""

    def __init__(self, session: Session, files: Files, library: Library) -> None:
        self.session, self.files, self.library = session, files, library
        self.actions: dict[str, Callable[[Asset, Path], object]] = {
            "palette": self._take_colors, "document": self._open_project, "template": self._open_template,
            "font": self._write_with, "material": self._put_on, "ai_model": self._show_models,
            "brush": self._refuse, "lut": self._refuse, "preset": self._refuse, "text": self._refuse,
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
            "template": tr("New from template"),
            "font": tr("Write with this font"), "material": tr("Put on the chosen objects"),
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

    def _take_colors(self, asset: Asset, path: Path) -> None:
        """The colours join the swatches, the first one comes into the hand."""
        from editor.workflows.library.swatches import palette_colors

        found = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in palette_colors(path)]
        panel = self.files.window.parts.color
        added = panel.add_swatches(found[:SWATCHES])
        self.session.set_foreground(found[0])
        self.session.say(tr("{count} colours of {name} are among the swatches.", count=added, name=asset.label))

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

    def _refuse(self, asset: Asset, path: Path) -> None:
        raise ExpectedError(
            tr("Nothing in Atelier uses {name} yet.", name=asset.name),
            tr("It is kept and found here, and can be dragged into other programs."),
        )
