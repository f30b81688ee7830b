"""Live links to files of the library: which of them show an older state of their file, and bringing those up to date.

What is linked is noted beside it (`origin.file`, linked): a document, wherever it is shown (a layer of an image, a
frame on a page, a clip, a texture); a film or a sound in the bin of a timeline; a model in a scene. Each is brought up
to date in one edit, and undo shows the old state again. What was edited in the project since is not thrown away unless
that is wished.
"""

from collections.abc import Callable, Iterator

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.project.link_state import state_of_link
from editor.commands.registry import run
from editor.display.scene.placement import scene_of
from editor.document.project import Project
from editor.library.asset import Asset
from editor.library.library import Library
from editor.model.origin import Origin
from editor.model.record import DocumentRecord, Record
from editor.model.scene import SceneNode
from editor.model.video import Clip, MediaItem, MediaSource
from editor.workflows.library.origins import note_origins

LABEL = "Bring up to date"
KINDS = (DocumentRecord, MediaItem, SceneNode)


def outdated(project: Project, library: Library) -> list[tuple[Origin, Asset]]:
    """Notes of links whose file was edited since they were made, each with what the asset is now."""
    found = []
    for note in _links(project):
        asset = library.grown_from(note.hash)
        if asset is not None and asset.hash != note.hash:
            found.append((note, asset))
    return found


def _links(project: Project) -> Iterator[Origin]:
    for note in project.records.values():
        if isinstance(note, Origin) and note.linked and isinstance(project.get(note.parent or ""), KINDS):
            yield note


def bring_up_to_date(project: Project, library: Library, note: Origin, asset: Asset) -> str:
    """Show the edited file wherever the old one was shown, in one edit. The id of what follows the file now. Raises
    ExpectedError when the file is away or cannot be read; then nothing is changed."""
    linked = project.find(note.parent or "", Record)
    renew = next((make for kind, make in RENEW.items() if isinstance(linked, kind)), None)
    if renew is None:
        raise ExpectedError(tr("{name} is no link that follows its file.", name=note.name))
    with project.transaction(LABEL):
        new = renew(project, library, linked, asset)
        note_origins(project, (new,), asset, linked=True)
    return new


def edited_here(project: Project, note: Origin) -> bool:
    """Whether a linked document or model was edited in the project since its file was read: taking the file again
    would throw that away. Where it cannot be known, it counts as edited."""
    linked = note.parent or ""
    if isinstance(project.get(linked), MediaItem):
        return False  # everything that was set is on its clips, which stay
    return note.state != state_of_link(project, linked)


def refuse_edited(project: Project, note: Origin) -> None:
    """Raises ExpectedError for a link that was edited here."""
    if edited_here(project, note):
        name = getattr(project.get(note.parent or ""), "name", "") or note.name
        raise ExpectedError(
            tr("{name} was edited in this project; taking its file again would lose that.", name=name),
            tr("It was left as it is."),
        )


def bring_all_up_to_date(
    project: Project, library: Library, discard: bool = False
) -> tuple[list[str], list[tuple[Origin, str]]]:
    """Every link that is behind, each in an edit of its own. What follows the files now, and the links that could not,
    with why. One that was edited here is left alone and named, but for `discard`."""
    made, failed = list[str](), list[tuple[Origin, str]]()
    for note, asset in outdated(project, library):
        try:
            if not discard:
                refuse_edited(project, note)
            made.append(bring_up_to_date(project, library, note, asset))
        except ExpectedError as error:
            failed.append((note, str(error)))
    return made, failed


def _renew_document(project: Project, library: Library, old: Record, asset: Asset) -> str:
    """A new document in the place of the old one."""
    from editor.formats.registry import ImportOptions, import_file

    document = project.find(old.id, DocumentRecord)
    imported = import_file(project, library.file_of(asset), ImportOptions(name=document.name))
    if not imported.documents:
        raise ExpectedError(tr("{name} holds nothing that could be shown.", name=asset.name))
    new = imported.documents[0]
    run(project, "project.turn_links", document=old.id, to=new)
    run(project, "project.delete_document", document=old.id)
    return new


def _renew_media(project: Project, library: Library, old: Record, asset: Asset) -> str:
    """Clips keep their place, their cut and everything that was set on them."""
    from editor.formats.movie import import_file

    item = project.find(old.id, MediaItem)
    new, _report = import_file(project, item.parent or "", library.file_of(asset), linked=True)
    clips = tuple(
        clip.id for clip in project.records.values()
        if isinstance(clip, Clip) and isinstance(clip.source, MediaSource) and clip.source.item == item.id
    )  # fmt: skip
    if new == item.id:
        return new
    if clips:
        run(project, "video.replace_media", clips=clips, item=new)
    run(project, "video.remove_media", item=item.id)
    return new


def _renew_model(project: Project, library: Library, old: Record, asset: Asset) -> str:
    """The new model stands where the old one stood, turned and scaled as that was."""
    from editor.formats.mesh import import_model

    node = project.find(old.id, SceneNode)
    scene = scene_of(project, node.id).id
    above = node.parent if node.parent != scene else None
    (new, *others), _report = import_model(project, scene, library.file_of(asset), parent=above)
    if others:
        raise ExpectedError(tr("{name} holds several models now; import it again.", name=asset.name))
    run(project, "project.move", records=(new,), parent=node.parent, after=node.id)
    run(
        project, "scene.set_transform", node=new, translation=node.translation, rotation=node.rotation,
        scale=node.scale,
    )  # fmt: skip
    run(project, "scene.rename", record=new, name=node.name)
    if node.hidden:
        run(project, "scene.set_hidden", nodes=(new,), hidden=True)
    run(project, "scene.delete", nodes=(node.id,))
    project.select((new,))
    return new


RENEW: dict[type[Record], Callable[[Project, Library, Record, Asset], str]] = {
    DocumentRecord: _renew_document, MediaItem: _renew_media, SceneNode: _renew_model,
}  # fmt: skip
