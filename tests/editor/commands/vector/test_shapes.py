"""What vector commands do to geometry, where the answer is plain."""

import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.vector.measure import Measure
from editor.document.project import Project
from editor.model.vector import Contour, EllipseShape, Group, Node, PathNode, PathShape, RectangleShape
from editor.model.vector.outlines import contours_path, outline_of, to_contours
from render.geometry import Point
from render.vector.skia_values import hits_fill


@pytest.fixture
def project() -> Project:
    made = Project.in_memory()
    run(made, "vector.new_document", width=400.0, height=300.0)
    return made


def page(project: Project) -> str:
    return project.documents()[0].id


def square(project: Project, x: float, y: float, size: float = 50.0) -> str:
    return str(run(project, "vector.add_rectangle", parent=page(project), x=x, y=y, width=size, height=size))


def test_scaling_changes_numbers_not_strokes(project: Project) -> None:
    key = square(project, 10, 10)
    run(project, "vector.scale", nodes=(key,), x=2.0, y=3.0, cx=10.0, cy=10.0)
    shape = project.find(key, RectangleShape)
    assert (shape.width, shape.height) == (100.0, 150.0)
    box = Measure(project).box(key)
    assert box is not None
    assert (box.x, box.y) == (10.0, 10.0)


def test_grouping_and_ungrouping_leaves_everything_in_place(project: Project) -> None:
    one, two = square(project, 10, 10), square(project, 100, 40)
    before = {key: Measure(project).box(key) for key in (one, two)}
    group = run(project, "vector.group", nodes=(one, two))
    run(project, "vector.rotate", nodes=(group,), degrees=90.0)
    run(project, "vector.rotate", nodes=(group,), degrees=-90.0)
    run(project, "vector.ungroup", groups=(group,))
    assert project.get(group) is None
    for key, box in before.items():
        now = Measure(project).box(key)
        assert now is not None and box is not None
        assert (now.x, now.y, now.width) == pytest.approx((box.x, box.y, box.width), abs=1e-6)


def test_moving_inside_a_turned_group_goes_where_the_pointer_goes(project: Project) -> None:
    one, two = square(project, 10, 10), square(project, 100, 40)
    group = run(project, "vector.group", nodes=(one, two))
    run(project, "vector.rotate", nodes=(group,), degrees=37.0)
    before = Measure(project).box(one)
    run(project, "vector.move", nodes=(one,), dx=12.0, dy=-5.0)
    after = Measure(project).box(one)
    assert before is not None and after is not None
    assert (after.x - before.x, after.y - before.y) == pytest.approx((12.0, -5.0))


def test_booleans(project: Project) -> None:
    one, two = square(project, 0, 0, 100), square(project, 50, 50, 100)
    made = run(project, "vector.boolean", nodes=(one, two), operation="difference")
    path = outline_of(project.find(made, PathShape))
    assert hits_fill(path, "nonzero", Point(20, 20))
    assert not hits_fill(path, "nonzero", Point(75, 75))
    assert project.get(one) is None
    with pytest.raises(ExpectedError):
        run(project, "vector.boolean", nodes=(made,))


def test_inserting_a_node_does_not_change_the_shape(project: Project) -> None:
    key = run(project, "vector.add_ellipse", parent=page(project), cx=100.0, cy=100.0, rx=80.0, ry=40.0)
    run(project, "vector.convert_to_path", shapes=(key,))
    before = outline_of(project.find(key, PathShape))
    run(project, "vector.insert_node", path=key, segment=(0, 1), at=0.3)
    run(project, "vector.insert_node", path=key, segment=(0, 4), at=0.7)
    after = outline_of(project.find(key, PathShape))
    assert len(after.verbs) == len(before.verbs) + 2
    for x in range(15, 190, 7):
        for y in range(55, 150, 9):
            assert hits_fill(before, "nonzero", Point(x, y)) == hits_fill(after, "nonzero", Point(x, y))


def test_a_smooth_node_keeps_its_handles_in_line(project: Project) -> None:
    nodes = (PathNode(0.0, 0.0), PathNode(50.0, 50.0, (30.0, 50.0), (80.0, 50.0), "smooth"), PathNode(100.0, 0.0))
    key = run(project, "vector.add_path", parent=page(project), contours=(Contour(nodes),))
    run(project, "vector.move_handle", path=key, node=(0, 1), side="after", x=50.0, y=80.0)
    node = project.find(key, PathShape).contours[0].nodes[1]
    assert node.before == pytest.approx((50.0, 30.0))


def test_contours_and_outlines_go_both_ways() -> None:
    ellipse = outline_of(EllipseShape(id="e", cx=5.0, cy=5.0, rx=3.0, ry=2.0))
    assert contours_path(to_contours(ellipse)) == ellipse


def test_aligning_and_distributing(project: Project) -> None:
    keys = (square(project, 0, 5), square(project, 70, 20), square(project, 200, 90))
    run(project, "vector.align", nodes=keys, edge="top", to="page")
    run(project, "vector.distribute", nodes=keys)
    boxes = [Measure(project).box(key) for key in keys]
    assert [box.y for box in boxes if box] == [0.0, 0.0, 0.0]
    assert [box.x for box in boxes if box] == [0.0, 100.0, 200.0]


def test_order_changes_among_siblings(project: Project) -> None:
    keys = [square(project, 10.0 * n, 0) for n in range(4)]

    def order() -> list[int]:
        return [keys.index(item.id) for item in project.children(project.find(keys[0], Node).parent, Node)]

    run(project, "vector.reorder", nodes=(keys[0],), to="front")
    assert order() == [1, 2, 3, 0]
    run(project, "vector.reorder", nodes=(keys[3],), to="backward")
    assert order() == [1, 3, 2, 0]
    run(project, "vector.reorder", nodes=(keys[0], keys[2]), to="back")
    assert order() == [2, 0, 1, 3]
    run(project, "vector.reorder", nodes=(keys[2],), to="forward")
    assert order() == [0, 2, 1, 3]


def test_wrong_ids_are_refused_in_a_sentence(project: Project) -> None:
    with pytest.raises(ExpectedError):
        run(project, "vector.move", nodes=("nothing",))
    with pytest.raises(ExpectedError):
        run(project, "vector.add_rectangle", parent=square(project, 0, 0))
    with pytest.raises(ExpectedError):
        run(project, "vector.scale", nodes=(square(project, 0, 0),), x=0.0)
    assert not [item for item in project.records.values() if isinstance(item, Group)]
