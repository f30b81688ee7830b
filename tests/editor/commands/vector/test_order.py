"""Objects brought above and below each other, several at once."""

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.vector import Node, Page


def test_several_keep_their_order_among_themselves() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document")
    (page,) = project.children(document, Page)
    a, b, c, d = [run(project, "vector.add_rectangle", parent=page.id) for _ in range(4)]

    def order() -> list[str]:
        return [node.id for node in project.children(page.id, Node)]

    run(project, "vector.reorder", nodes=(a, b), to="backward")
    assert order() == [a, b, c, d]
    run(project, "vector.reorder", nodes=(a, c), to="forward")
    assert order() == [b, a, d, c]
    run(project, "vector.reorder", nodes=(d, a), to="back")
    assert order() == [a, d, b, c]
    run(project, "vector.reorder", nodes=(d, a, b), to="front")
    assert order() == [c, a, d, b]
    run(project, "vector.reorder", nodes=(d, b), to="forward")
    assert order() == [c, a, d, b]
