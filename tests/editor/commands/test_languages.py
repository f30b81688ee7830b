"""A project made in one language replays to the same hash in another."""

from editor.base.translation import language, set_language
from editor.commands.registry import run
from editor.commands.replay import replay_project
from editor.document.project import Project
from editor.model.raster import PixelLayer


def test_names_that_commands_make_up_replay_in_the_language_of_their_time() -> None:
    project = Project.in_memory()
    try:
        set_language("fr")
        document = run(project, "raster.new_document", width=4, height=4)
        run(project, "raster.add_layer", document=document)
    finally:
        set_language("en")
    run(project, "raster.add_layer", document=document)
    names = [layer.name for layer in project.children(document, PixelLayer)]
    assert names[0] != "Background" and names[2] == "Layer 3"
    replayed = replay_project(project, Project.in_memory())
    assert replayed.equal and (replayed.different, replayed.refused) == ([], [])
    assert language() == "en"
