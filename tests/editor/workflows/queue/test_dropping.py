"""Files that are dropped: half written ones, bad ones, many, twice the same name; circles; what a game project gets."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from editor.base.errors import ExpectedError
from editor.workflows.queue.applying import apply_recipe
from editor.workflows.queue.notes import notes_after
from editor.workflows.queue.orders import Order, Used
from editor.workflows.queue.placing import OutputAway
from editor.workflows.queue.recipes import Recipe, read_recipe, recipe_text, write_recipe
from editor.workflows.queue.store import QueueStore
from editor.workflows.queue.textures import TextureOptions, make_texture
from editor.workflows.queue.watching import look, trouble, watch, watches

RECIPE = Recipe(name="Web", about="Für das Netz", steps=(("convert", "{input}", "{output}/{stem}.webp"),))


def read(_path: Path) -> Recipe:
    return RECIPE


@pytest.fixture
def store(tmp_path: Path) -> Iterator[QueueStore]:
    opened = QueueStore(tmp_path / "queue.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


def fail(store: QueueStore, keys: list[int], sentence: str) -> None:
    for _ in keys:
        order = store.claim("me", {"compute": 1})
        assert order is not None
        store.end(order.id, "me", "failed", sentence, Used(), retry=False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says who writes")
def test_a_file_that_a_program_still_writes_is_waited_for(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    watch(store, folder, tmp_path / "r", tmp_path / "out")
    with open(folder / "slow.png", "wb") as writer:
        writer.write(b"half")
        writer.flush()
        assert [look(store, read) for _ in range(3)] == [[], [], []], "its size stays, and still somebody writes"
    assert len(look(store, read)) == 1


def test_five_hundred_files_and_a_restart(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    watch(store, folder, tmp_path / "r", tmp_path / "out")
    for number in range(500):
        (folder / f"{number}.png").write_bytes(b"x")
    assert look(store, read) == []
    again = QueueStore(store.path)
    made = look(again, read)
    assert len(made) == 500
    assert look(store, read) == look(again, read) == []
    assert {Path(one.arguments[3]).stem for one in again.orders()} == {str(number) for number in range(500)}
    again.close()


def test_bad_files_are_put_aside_with_the_sentence_and_told_once(
    store: QueueStore, folder: Path, tmp_path: Path
) -> None:
    watch(store, folder, tmp_path / "r", tmp_path / "out")
    (folder / "sub").mkdir()
    for name in ("a.png", "b.png", "c.png", "d.png", "sub/a.png"):
        (folder / name).write_bytes(b"no picture")
    look(store, read)
    fail(store, look(store, read), "This is no picture.")
    (folder / "d.png").write_bytes(b"a better one, meanwhile")
    assert look(store, read) == []
    refused = folder / "_refused"
    assert sorted(path.relative_to(refused).as_posix() for path in refused.rglob("*.png")) == [
        "a.png", "b.png", "c.png", "sub/a.png",
    ]  # fmt: skip
    assert (refused / "sub" / "a.png.txt").read_text() == "This is no picture.\n"
    (note,) = notes_after(store, 0)
    assert "a.png: This is no picture." in note.text
    assert "and 1 more" in note.text
    assert len(look(store, read)) == 1, "the one that was replaced is tried again"
    (folder / "a.png").write_bytes(b"no picture either")
    look(store, read)
    look(store, read)
    fail(store, [1, 2], "This is no picture.")
    look(store, read)
    assert (refused / "a 2.png").exists(), "the same name twice"
    assert look(store, read) == []


def test_circles_are_refused(store: QueueStore, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for one in (first, second):
        one.mkdir()
    with pytest.raises(ExpectedError, match="cannot go"):
        watch(store, first, tmp_path / "r", first / "out")
    (tmp_path / "link").symlink_to(first)
    with pytest.raises(ExpectedError, match="cannot go"):
        watch(store, first, tmp_path / "r", tmp_path / "link" / "out")
    watch(store, first, tmp_path / "r", second)
    with pytest.raises(ExpectedError, match="round in a circle"):
        watch(store, second, tmp_path / "r", first)
    watch(store, second, tmp_path / "r", tmp_path / "end")
    assert len(watches(store)) == 2


def test_what_is_wrong_with_a_folder_is_said(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    def refuse(path: Path) -> Recipe:
        raise ExpectedError("It is no recipe.")

    watch(store, folder, tmp_path / "r", tmp_path / "out")
    (one,) = watches(store)
    assert trouble(one, read) == ""
    assert trouble(one, refuse) == "It is no recipe."
    (folder / "a.png").write_bytes(b"x")
    assert look(store, refuse) == []
    folder.rename(tmp_path / "away")
    assert "no folder" in trouble(one, read)
    assert look(store, read) == []


# Applying


def make(call: list[str]) -> tuple[int, str]:
    """Stands for `convert`: the target gets the bytes of the source, upside down; an empty source is refused."""
    data = Path(call[1]).read_bytes()
    if data == b"bad":
        return 1, "This is no picture."
    Path(call[2]).write_bytes(data[::-1])
    return 0, ""


def test_results_have_stable_names_and_nobody_is_overwritten(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    output.mkdir()
    (output / "own.webp").write_bytes(b"a person's own")
    for name in ("hero.png", "hero.jpg", "own.png"):
        (folder / name).write_bytes(name.encode())
    first = apply_recipe(store, RECIPE, folder / "hero.png", output, make)
    second = apply_recipe(store, RECIPE, folder / "hero.jpg", output, make)
    third = apply_recipe(store, RECIPE, folder / "own.png", output, make)
    assert (first.results, second.results, third.results) == (("hero.webp",), ("hero-jpg.webp",), ("own-png.webp",))
    assert (output / "own.webp").read_bytes() == b"a person's own"
    (output / "hero.webp.meta").write_text("guid: 1")
    stamp = (output / "hero.webp").stat().st_mtime_ns
    again = apply_recipe(store, RECIPE, folder / "hero.png", output, make)
    assert (again.results, again.unchanged) == (("hero.webp",), ("hero.webp",))
    assert (output / "hero.webp").stat().st_mtime_ns == stamp
    (folder / "hero.png").write_bytes(b"new")
    changed = apply_recipe(store, RECIPE, folder / "hero.png", output, make)
    assert (changed.results, changed.unchanged) == (("hero.webp",), ())
    assert (output / "hero.webp").read_bytes() == b"wen"
    assert (output / "hero.webp.meta").read_text() == "guid: 1"
    report = json.loads((output / "hero.jpg.report.json").read_text())
    assert report["done"] is True
    assert report["notes"] == ["hero.webp is from another file; this one is hero-jpg.webp."]
    assert not list(output.glob(".atelier-stage*"))


def test_a_failure_leaves_no_half_result_and_a_sentence(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    (folder / "bad.png").write_bytes(b"bad")
    killed = tmp_path / "out" / ".atelier-stage-killed"
    killed.mkdir(parents=True)
    os.utime(killed, (1.0, 1.0))
    two = Recipe(name="Two", steps=(*RECIPE.steps, ("convert", "{input}", "{output}/second")))
    applied = apply_recipe(store, two, folder / "bad.png", tmp_path / "out", make, Path("sub"))
    assert (applied.done, applied.sentence, len(applied.steps)) == (False, "This is no picture.", 1)
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == ["bad.png.report.json"]


@pytest.mark.parametrize("engine", ["unity", "godot"])
def test_reports_stay_out_of_sight_of_game_engines(
    store: QueueStore, folder: Path, tmp_path: Path, engine: str
) -> None:
    game = tmp_path / "game"
    output = game / "Assets" / "Textures"
    output.mkdir(parents=True)
    (game / "ProjectSettings").mkdir() if engine == "unity" else (game / "project.godot").touch()
    (folder / "a.png").write_bytes(b"x")
    apply_recipe(store, RECIPE, folder / "a.png", output, make)
    assert sorted(path.name for path in output.iterdir()) == [".atelier-reports", "a.webp"]


def test_a_recipe_is_written_and_read_again(tmp_path: Path) -> None:
    steps = (("convert", "a\nb", "{work}"),)
    odd = Recipe(name='A "quoted" \\ name\x7f', about="é {input}", files=("png",), steps=steps)
    path = tmp_path / "odd.atelier-recipe"
    write_recipe(path, odd)
    assert read_recipe(path, frozenset({"convert"})) == odd
    assert "[" in recipe_text(odd)


def test_every_recipe_that_comes_along_is_one() -> None:
    from app.commandline.main import VERBS
    from app.queue.place import SHIPPED
    from editor.workflows.queue.recipes import recipes_in

    assert len(recipes_in(SHIPPED)) == 6
    for path in recipes_in(SHIPPED):
        assert read_recipe(path, frozenset(VERBS)).about


def test_textures_have_sides_that_are_powers_of_two(tmp_path: Path) -> None:
    picture = np.zeros((300, 1000, 4), np.uint8)
    picture[:, :500] = (255, 0, 0, 255)
    Image.fromarray(picture).save(tmp_path / "a.png")
    make_texture(tmp_path / "a.png", tmp_path / "b.png", TextureOptions(power_of_two="nearest", longest=512))
    made = np.asarray(Image.open(tmp_path / "b.png"))
    assert made.shape == (256, 512, 4) or made.shape == (128, 512, 4)
    assert tuple(made[10, 10]) == (255, 0, 0, 255)
    edge = made[10, made.shape[1] // 2 - 1]
    assert edge[3] == 0 or edge[0] > 250, "what is transparent does not darken the edge"


def test_a_normal_map_of_a_slope(tmp_path: Path) -> None:
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (64, 1))
    Image.fromarray(np.dstack([ramp] * 3)).save(tmp_path / "height.png")
    make_texture(tmp_path / "height.png", tmp_path / "n.png", TextureOptions(normal_map=1.0))
    middle = np.asarray(Image.open(tmp_path / "n.png").convert("RGB"))[32, 32].astype(int)
    assert middle[0] < 127, "it rises to the right, so it faces left"
    assert abs(middle[1] - 128) <= 1
    assert middle[2] > 200
    Image.fromarray(np.dstack([ramp.T] * 3)).save(tmp_path / "height.png")
    make_texture(tmp_path / "height.png", tmp_path / "n.png", TextureOptions(normal_map=1.0))
    assert np.asarray(Image.open(tmp_path / "n.png").convert("RGB"))[32, 32][1] > 127, "downwards higher faces up"


def test_orders_are_dropped_files(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    watch(store, folder, tmp_path / "r", tmp_path / "out")
    (folder / "a.png").write_bytes(b"x")
    look(store, read)
    order: Order = store.order(look(store, read)[0])
    assert order.tell == "never"
    assert order.arguments[-2:] == ("--from", str(folder))


def test_what_a_person_put_or_changed_where_a_result_lies_stays(
    store: QueueStore, folder: Path, tmp_path: Path
) -> None:
    output, source = tmp_path / "out", folder / "k.jpg"
    source.write_bytes(b"one")
    assert apply_recipe(store, RECIPE, source, output, make).results == ("k.webp",)
    (output / "k.webp").unlink()
    (output / "k.webp").write_bytes(b"a person's own")
    os.utime(source)
    again = apply_recipe(store, RECIPE, source, output, make)
    assert again.results == ("k-jpg.webp",)
    assert (output / "k.webp").read_bytes() == b"a person's own"
    (output / "k-jpg.webp").write_bytes(b"touched up by hand")
    assert apply_recipe(store, RECIPE, source, output, make).results == ("k-2.webp",)
    assert (output / "k-jpg.webp").read_bytes() == b"touched up by hand"


def test_the_result_of_a_file_that_was_cleared_away_is_kept(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (folder / "hero.jpg").write_bytes(b"jpg")
    apply_recipe(store, RECIPE, folder / "hero.jpg", output, make)
    (folder / "hero.jpg").unlink()
    (folder / "hero.png").write_bytes(b"png")
    assert apply_recipe(store, RECIPE, folder / "hero.png", output, make).results == ("hero-png.webp",)
    assert (output / "hero.webp").read_bytes() == b"gpj"


def test_a_file_that_is_replaced_meanwhile_publishes_nothing(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    source = folder / "a.png"
    source.write_bytes(b"old")

    def slow(call: list[str]) -> tuple[int, str]:
        answer = make(call)
        source.write_bytes(b"the new one")
        return answer

    applied = apply_recipe(store, RECIPE, source, tmp_path / "out", slow)
    assert (applied.done, applied.results) == (False, ())
    assert "was changed while" in applied.sentence
    assert not (tmp_path / "out" / "a.webp").exists()


def test_a_newer_file_stops_the_order_of_the_older_one(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    watch(store, folder, tmp_path / "r", tmp_path / "out")
    states = []
    for running in (False, True):
        (folder / "a.png").write_bytes(b"x" * (running + 1))
        look(store, read)
        (first,) = look(store, read)
        if running:
            store.claim("me", {"compute": 1})
        (folder / "a.png").write_bytes(b"newer" * (running + 1))
        look(store, read)
        (second,) = look(store, read)
        states.append((store.order(first).state, store.order(first).stop, store.order(second).state))
        if running:
            store.end(first, "me", "cancelled", "", Used())
        store.cancel(second)
    assert states == [("cancelled", False, "queued"), ("running", True, "queued")]


def test_while_the_output_is_away_nothing_is_refused(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExpectedError, match="cannot|Nothing can"):
        watch(store, folder, tmp_path / "r", tmp_path / "file" / "out")
    watch(store, folder, tmp_path / "r", output)
    assert output.is_dir(), "it is looked at once"
    (folder / "good.png").write_bytes(b"good")
    look(store, read)
    (key,) = look(store, read)
    output.rename(tmp_path / "away")
    (one,) = watches(store)
    assert "no folder" in trouble(one, read)
    output.write_bytes(b"in the way")
    with pytest.raises(OutputAway):
        apply_recipe(store, RECIPE, folder / "good.png", output, make)
    for _ in range(5):
        store.write(lambda connection: connection.execute("UPDATE job SET not_before = 0"))
        assert store.claim("me", {"compute": 1}) is not None
        assert store.end(key, "me", "failed", "Nothing can be written.", Used(), is_away=True) == "waiting"
    assert store.order(key).attempts == 0
    (folder / "other.png").write_bytes(b"waits")
    assert look(store, read) == look(store, read) == []
    assert (folder / "good.png").exists()
    output.unlink()
    (tmp_path / "away").rename(output)
    look(store, read)
    assert len(look(store, read)) == 1


def test_a_failure_with_the_disk_away_says_nothing_about_the_file(
    store: QueueStore, folder: Path, tmp_path: Path
) -> None:
    (folder / "good.png").write_bytes(b"good")

    def unplugged(call: list[str]) -> tuple[int, str]:
        Path(call[2]).parent.rmdir()
        return 1, "It cannot be written."

    with pytest.raises(OutputAway):
        apply_recipe(store, RECIPE, folder / "good.png", tmp_path / "out", unplugged)


def test_a_link_does_not_lead_results_elsewhere(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    output, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    for one in (output, elsewhere):
        one.mkdir()
    (output / "sub").symlink_to(elsewhere)
    (folder / "a.png").write_bytes(b"x")
    with pytest.raises(ExpectedError, match="leads out"):
        apply_recipe(store, RECIPE, folder / "a.png", output, make, Path("sub"))
    assert list(elsewhere.iterdir()) == []


def test_two_files_of_one_name_have_two_reports(store: QueueStore, folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (folder / name).mkdir()
        (folder / name / "x.png").write_bytes(name.encode())
    for _ in range(2):
        for name in ("a", "b"):
            apply_recipe(store, RECIPE, folder / name / "x.png", tmp_path / "out", make)
    reports = sorted((tmp_path / "out").glob("*.report.json"))
    assert [path.name for path in reports] == ["x.png-2.report.json", "x.png.report.json"]
    assert [json.loads(path.read_text())["results"] for path in reports] == [["x-png.webp"], ["x.webp"]]
