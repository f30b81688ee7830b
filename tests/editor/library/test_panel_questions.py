"""What the panel asks of the catalogue: what many assets share, steps back, what could be typed next, likeness."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from editor.base.errors import ExpectedError
from editor.library.collections import collect, collected, keep_search, make_collection, take_out
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.library.search.completing import completions
from editor.library.search.results import assets_by_id
from editor.library.summary import missing_among, summary_of
from editor.library.tags import tag_assets, tags_of, untag_assets
from editor.library.trash import empty_trash, to_trash
from editor.library.undoing import Steps
from editor.workflows.library.likeness import teach
from editor.workflows.library.updating import look_at_new


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name * 10)
    made.take_in([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")])
    yield made
    made.close()


def keys(library: Library) -> list[int]:
    return sorted(int(key) for key in library.finder.find(""))


def test_many_assets_have_in_common_what_all_of_them_have(library: Library) -> None:
    first, second, third = keys(library)
    edit_assets(library.catalogue, [first, second], author="Ada", rating=3)
    tag_assets(library.catalogue, [first, second], ["Tree"])
    tag_assets(library.catalogue, [second], ["Oak"])
    both = summary_of(library.catalogue, [first, second])
    assert (both.count, both.rating, both.texts["author"], both.tags) == (2, 3, "Ada", ("Tree",))
    every = summary_of(library.catalogue, [first, second, third])
    assert (every.rating, every.texts["author"], every.tags) == (None, None, ())
    assert every.size == sum(asset.size for asset in assets_by_id(library.catalogue, keys(library)).values())
    assert summary_of(library.catalogue, []).count == 0
    assert summary_of(library.catalogue, range(1, 50_000)).count == 3


def test_a_file_that_is_away_is_known_as_missing(library: Library) -> None:
    first = keys(library)[0]
    library.catalogue.write(lambda c: c.execute("UPDATE place SET missing = 1 WHERE asset = ?", (first,)))
    assert missing_among(library.catalogue, keys(library)) == {first}


def test_steps_go_back_and_forth_and_leave_the_rest_alone(library: Library) -> None:
    catalogue, (first, second, third) = library.catalogue, keys(library)
    shelf = make_collection(catalogue, "Shelf")
    steps = Steps(catalogue)
    steps.do("Rate", [first, second], lambda: edit_assets(catalogue, [first, second], rating=4))
    steps.do("Tag", [first], lambda: tag_assets(catalogue, [first], ["Tree"]))
    steps.do("Collect", [second, third], lambda: collect(catalogue, shelf, [second, third]))
    steps.do("Throw away", [third], lambda: to_trash(catalogue, [third]))
    steps.do("Nothing", [first], lambda: None)
    edit_assets(catalogue, [first], author="Ada")  # by somebody else
    assert [steps.undo() for _ in range(5)] == ["Throw away", "Collect", "Tag", "Rate", ""]
    assert [asset.rating for asset in assets_by_id(catalogue, keys(library)).values()] == [0, 0, 0]
    assert (tags_of(catalogue, first), collected(catalogue, shelf), len(keys(library))) == ([], [], 3)
    assert library.asset(first).author == "Ada"
    assert len(library.finder.find("tree")) == 0
    assert [steps.redo() for _ in range(5)] == ["Rate", "Tag", "Collect", "Throw away", ""]
    assert (tags_of(catalogue, first), collected(catalogue, shelf)) == (["Tree"], [second, third])
    assert library.finder.find("tree").tolist() == [first]
    steps.undo()
    steps.do("Rate", [first], lambda: edit_assets(catalogue, [first], rating=1))
    assert steps.redo() == "", "a new step ends what could be done again"


def texts(library: Library, typed: str) -> list[str]:
    return [one.text for one in completions(library.catalogue, typed)]


def test_what_could_come_next(library: Library) -> None:
    first, second, _ = keys(library)
    tag_assets(library.catalogue, [first, second], ["Old oak", "Oakum"])
    edit_assets(library.catalogue, [first], author="Ada Byron")
    assert texts(library, "")[:2] == ["tag:", "kind:"]
    assert texts(library, "harbour ra") == ["rating"]
    assert texts(library, "rating")[0] == ">=3"
    assert texts(library, "tag:oak") == ["Oakum", '"Old oak"']
    assert texts(library, "tree (author:a") == ['"Ada Byron"']
    assert texts(library, "kind:mo") == ["model"]
    assert texts(library, "is:mis") == ["missing"]
    assert texts(library, "color:bl") == ["black", "blue"]
    assert texts(library, "harbour ") == []
    assert texts(library, "shoe:4") == []
    (one,) = completions(library.catalogue, "tree tag:oaku")
    assert "tree tag:oaku"[: one.start] + one.text == "tree tag:Oakum"


@given(st.text(max_size=40))
def test_whatever_is_typed_a_completion_fits_behind_it(typed: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        try:
            for one in completions(library.catalogue, typed):
                assert 0 <= one.start <= len(typed)
        finally:
            library.close()


@pytest.fixture
def pictures(tmp_path: Path) -> Iterator[Library]:
    generator = np.random.default_rng(3)
    rough = [generator.integers(0, 255, (6, 8, 3), np.uint8) for _ in range(4)]
    made = Library(tmp_path / "pictures")
    for number, small in enumerate(rough):
        Image.fromarray(small).resize((160, 120), Image.Resampling.BICUBIC).save(tmp_path / f"{number}.png")
    Image.open(tmp_path / "0.png").resize((100, 75)).save(tmp_path / "copy.jpg", quality=60)
    made.take_in([*sorted(tmp_path.glob("*.png")), tmp_path / "copy.jpg"])
    look_at_new(made, workers=1)
    yield made
    made.close()


def test_like_finds_what_looks_alike_the_most_alike_first(pictures: Library, tmp_path: Path) -> None:
    likeness = teach(pictures)
    names = {asset.name: key for key, asset in assets_by_id(pictures.catalogue, pictures.finder.find("")).items()}
    value = likeness.value_of_asset(names["0.png"])
    assert not likeness.is_ready(value)
    found = pictures.finder.find(f"like:{value}")
    assert likeness.is_ready(value)
    assert found[:2].tolist() == [names["0.png"], names["copy.jpg"]]
    assert pictures.finder.find(f"like:{value} ext:jpg").tolist() == [names["copy.jpg"]]
    assert names["0.png"] not in pictures.finder.find(f"-like:{value}")
    stranger = np.asarray(Image.open(tmp_path / "0.png").convert("RGB"), np.uint8)[:, ::-1]
    value = likeness.value_of_picture(stranger)
    assert likeness.picture_of(value)
    keep_search(pictures.catalogue, "Mirror", f"like:{value}")
    assert pictures.finder.find(f"like:{value}")[0] == names["0.png"]
    with pytest.raises(ExpectedError, match="not in the library"):
        pictures.finder.find("like:0123456789ab")


def test_like_is_refused_in_a_sentence_where_nobody_taught_it(library: Library) -> None:
    with pytest.raises(ExpectedError, match="like"):
        library.finder.find("like:abc")


def test_steps_pass_over_what_was_deleted_for_good(library: Library, tmp_path: Path) -> None:
    one, other, third = keys(library)
    steps = Steps(library.catalogue)
    made = make_collection(library.catalogue, "made")
    steps.do("tag", [one, third], lambda: tag_assets(library.catalogue, [one, third], ["new"]))
    steps.do("collect", [one, third], lambda: collect(library.catalogue, made, [one, third]))
    steps.do("take out", [one, third], lambda: take_out(library.catalogue, made, [one, third]))
    steps.do("untag", [one, third], lambda: untag_assets(library.catalogue, [one, third], ["new"]))
    to_trash(library.catalogue, [third])
    assert empty_trash(library.catalogue, library.content) == 1
    (tmp_path / "later.png").write_bytes(b"later")
    assert library.take_in([tmp_path / "later.png"]).added == [third], "SQLite gives a free number again"
    assert (steps.undo(), steps.undo()) == ("untag", "take out")
    assert (tags_of(library.catalogue, one)[-1:], tags_of(library.catalogue, third)) == (["new"], [])
    assert collected(library.catalogue, made) == [one]
    assert (steps.undo(), steps.undo(), steps.undo()) == ("collect", "tag", "")
    assert [steps.redo() for _ in range(5)] == ["tag", "collect", "take out", "untag", ""]


def test_a_step_that_fails_can_be_tried_again(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, (one, *_) = Steps(library.catalogue), keys(library)
    steps.do("rate", [one], lambda: edit_assets(library.catalogue, [one], rating=4))

    def full(_action: object) -> None:
        raise ExpectedError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(library.catalogue, "write", full)
        with pytest.raises(ExpectedError, match="full"):
            steps.undo()
    assert steps.undo() == "rate"
    assert library.asset(one).rating != 4


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(order=[2, 1, 0], moved=[1, 2], before=None, out=False)  # one of two keeps its place while the order changes
@given(
    order=st.permutations(range(3)), moved=st.lists(st.integers(0, 2), min_size=1, unique=True),
    before=st.none() | st.integers(0, 2), out=st.booleans(),
)  # fmt: skip
def test_undo_gives_a_collection_its_order_again(
    library: Library, order: list[int], moved: list[int], before: int | None, out: bool
) -> None:
    assets = keys(library)
    made = make_collection(library.catalogue, "made")
    collect(library.catalogue, made, [assets[at] for at in order])
    if out:
        take_out(library.catalogue, made, [assets[order[0]]])
    old = collected(library.catalogue, made)
    steps, some = Steps(library.catalogue), [assets[at] for at in moved]
    target = None if before is None else assets[before]
    steps.do("move", some, lambda: collect(library.catalogue, made, some, target))
    new = collected(library.catalogue, made)
    steps.undo()
    assert collected(library.catalogue, made) == old
    steps.redo()
    assert collected(library.catalogue, made) == new


def test_what_a_step_takes_back_is_searched_as_it_was(library: Library) -> None:
    steps, (one, *_) = Steps(library.catalogue), keys(library)
    edit_assets(library.catalogue, [one], title="Winter")
    steps.do("name", [one], lambda: edit_assets(library.catalogue, [one], title="Summer", rating=2))
    assert (library.finder.find("winter").tolist(), library.finder.find("summer").tolist()) == ([], [one])
    steps.undo()
    assert (library.finder.find("winter").tolist(), library.finder.find("summer").tolist()) == ([one], [])


def test_very_many_assets_are_asked_for_at_once(library: Library) -> None:
    assert sorted(assets_by_id(library.catalogue, list(range(300_000)))) == keys(library)
