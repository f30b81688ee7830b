"""The queue from the terminal: real calls of the command line, in order, with recipes and recurring work."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PIL import Image

from app.commandline.main import main


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATELIER_QUEUE", str(tmp_path / "queue.sqlite"))
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (64, 48), (200, 30, 60)).save(tmp_path / "a.png")
    return tmp_path


def out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_calls_are_queued_and_done_in_order(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "add", "--", "convert", "a.png", "b.jpg"]) == 0
    first = out(capsys).strip()
    assert main(["jobs", "add", "--after", first, "--label", "Second", "--", "convert", "b.jpg", "c.webp"]) == 0
    second = out(capsys).strip()
    assert main(["jobs", "list"]) == 0
    assert "waiting" in out(capsys)
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert "done        Second" in out(capsys)
    assert Image.open(place / "c.webp").size == (64, 48)
    assert main(["jobs", "show", second]) == 0
    shown = out(capsys)
    assert "wrote c.webp" in shown
    assert "s of CPU" in shown
    assert main(["jobs", "clear"]) == 0
    assert out(capsys) == "2 forgotten.\n"


def test_a_failure_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    main(["jobs", "add", "--tries", "1", "--", "convert", "nowhere.png", "b.jpg"])
    capsys.readouterr()
    main(["jobs", "run", "--until-idle"])
    assert "There is no file nowhere.png." in out(capsys)
    main(["jobs", "list", "--all", "--json"])
    (order,) = json.loads(out(capsys))
    assert order["state"] == "failed"


def test_only_calls_of_this_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "add", "--", "rm", "-rf", "/"]) == 1
    assert "is no call of this program" in capsys.readouterr().err
    assert main(["jobs", "add"]) == 1
    assert main(["jobs", "cancel", "77"]) == 1


def test_a_dropped_file_goes_through_the_recipe(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "in").mkdir()
    (place / "web.atelier-recipe").write_text(
        'name = "Web"\nfiles = ["png"]\n'
        'steps = [["convert", "{input}", "{work}/s.png", "--width", "32"],\n'
        '         ["convert", "{work}/s.png", "{output}/{stem}.webp"]]\n'
    )
    assert main(["jobs", "watch", "in", "web.atelier-recipe", "out"]) == 0
    (place / "a.png").rename(place / "in" / "rose.png")
    assert main(["jobs", "apply", "web.atelier-recipe", "in/rose.png", "--output", "out"]) == 0
    assert Image.open(place / "out" / "rose.webp").size == (32, 24)
    report = json.loads((place / "out" / "rose.png.report.json").read_text())
    assert report["done"]
    assert report["results"] == ["rose.webp"]
    assert [step["code"] for step in report["steps"]] == [0, 0]
    capsys.readouterr()
    main(["jobs", "watches"])
    assert "(web.atelier-recipe)" in out(capsys)
    assert main(["jobs", "unwatch", "1"]) == 0


def test_a_recipe_stops_at_the_first_failure_and_reports_it(place: Path) -> None:
    (place / "bad.atelier-recipe").write_text(
        'name = "Bad"\nsteps = [["convert", "{work}/none.png", "{output}/x.png"],\n'
        '         ["convert", "{input}", "{output}/y.png"]]\n'
    )
    assert main(["jobs", "apply", "bad.atelier-recipe", "a.png", "--output", "out"]) == 1
    report = json.loads((place / "out" / "a.png.report.json").read_text())
    assert not report["done"]
    assert report["results"] == []
    (place / "worse.atelier-recipe").write_text('name = "Worse"\nsteps = [["open", "{input}"]]\n')
    assert main(["jobs", "watch", ".", "worse.atelier-recipe", "out"]) == 1


def test_recurring_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "every", "0 2 * * *", "Nightly", "--", "convert", "a.png", "b.jpg"]) == 0
    assert main(["jobs", "every", "--zone", "Europe/Paris", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9", "Call Ada"]) == 0
    capsys.readouterr()
    main(["jobs", "recurring"])
    text = out(capsys)
    assert "Nightly  [Every day, 02:00]  convert a.png b.jpg" in text
    assert "Call Ada" in text
    assert main(["jobs", "every", "now and then", "Never"]) == 1
    assert main(["jobs", "drop", "1", "2"]) == 0


def test_a_paused_queue_begins_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["jobs", "add", "--", "convert", "a.png", "b.jpg"])
    main(["jobs", "pause"])
    capsys.readouterr()
    main(["jobs", "list"])
    assert "paused" in out(capsys)
    main(["jobs", "resume"])
    assert main(["jobs", "settings", "--rest-on-battery", "no", "--least-free-mb", "10"]) == 0
    assert "least-free-mb: 10" in out(capsys)


def test_single_orders_are_held_moved_and_let_go(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        main(["jobs", "add", "--label", name, "--", "convert", "a.png", f"{name}.jpg"])
    assert main(["jobs", "priority", "2", "50"]) == 0
    assert main(["jobs", "hold", "1"]) == 0
    capsys.readouterr()
    main(["jobs", "list"])
    assert "paused      one" in out(capsys)
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert "done        two" in out(capsys)
    assert main(["jobs", "release", "1"]) == 0
    main(["jobs", "list"])
    shown = out(capsys)
    assert "queued      one" in shown
    assert "About 1 min left." in shown, "one like it was done before"


def test_reminders_and_what_was_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "remind", "in 20 minutes", "Send the proofs"]) == 0
    assert main(["jobs", "recurring"]) == 0
    assert "Send the proofs" in out(capsys)
    assert main(["jobs", "remind", "some day", "x"]) == 1
    assert "is no moment" in capsys.readouterr().err
    main(["jobs", "add", "--tries", "1", "--label", "Broken", "--", "convert", "nowhere.png", "b.jpg"])
    main(["jobs", "run", "--until-idle"])
    capsys.readouterr()
    assert main(["jobs", "notes"]) == 0
    assert "Failed: Broken\n    There is no file nowhere.png." in out(capsys)


def test_recipes_by_name_on_files_and_folders(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "recipes"]) == 0
    assert "game-texture" in out(capsys)
    assert main(["jobs", "apply", "game-texture", "a.png", "--output", "out"]) == 0
    assert Image.open(place / "out" / "a.png").size == (64, 64) or Image.open(place / "out" / "a.png").size == (64, 32)
    (place / "pictures" / "sub").mkdir(parents=True)
    Image.new("RGB", (30, 20)).save(place / "pictures" / "sub" / "b.png")
    Image.new("RGB", (30, 20)).save(place / "pictures" / "c.png")
    (place / "pictures" / "note.txt").write_text("no picture")
    capsys.readouterr()
    assert main(["jobs", "batch", "web-1600", "pictures", "--output", "web"]) == 0
    assert out(capsys) == "2 files are queued.\n"
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert sorted(path.relative_to(place / "web").as_posix() for path in (place / "web").rglob("*.webp")) == [
        "c.webp", "sub/b.webp",
    ]  # fmt: skip
    assert main(["jobs", "batch", "nothing", "pictures", "--output", "web"]) == 1
    assert "There is no recipe nothing." in capsys.readouterr().err


def test_a_game_gets_its_intake_by_a_watch_folder(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the drop to the folder of a Godot project, with a bad file beside a good one."""
    (place / "drop").mkdir()
    (place / "game" / "textures").mkdir(parents=True)
    (place / "game" / "project.godot").touch()
    (place / "game" / "textures" / "stone.png.import").write_text("kept")
    Image.new("RGB", (300, 140), (9, 90, 200)).save(place / "drop" / "stone.jpg")
    (place / "drop" / "bad.png").write_bytes(b"this is no picture")
    assert main(["jobs", "watch", "drop", "game-texture", "game/textures"]) == 0
    main(["jobs", "settings", "--rest-on-battery", "no", "--least-free-mb", "0", "--watts-a-core", "6"])
    assert "watts-a-core: 6" in out(capsys)
    from app.commandline.jobs_plans import read_recipe_file
    from app.queue.place import queue_path
    from editor.workflows.queue.store import QueueStore
    from editor.workflows.queue.watching import look

    store = QueueStore(queue_path())
    look(store, read_recipe_file)
    keys = look(store, read_recipe_file)
    assert len(keys) == 2
    store.write(lambda connection: connection.execute("UPDATE job SET most_attempts = 1"))  # no pauses of 10 s here
    assert main(["jobs", "run", "--until-idle"]) == 0
    store.write(lambda connection: connection.execute("UPDATE job SET state = 'failed' WHERE state = 'waiting'"))
    look(store, read_recipe_file)
    store.close()
    assert Image.open(place / "game" / "textures" / "stone.png").size == (256, 128)
    assert sorted(path.name for path in (place / "game" / "textures").iterdir()) == [
        ".atelier-reports", "stone.png", "stone.png.import",
    ]  # fmt: skip
    report = json.loads((place / "game" / "textures" / ".atelier-reports" / "bad.png.report.json").read_text())
    assert report["done"] is False
    assert report["sentence"]
    assert (place / "drop" / "_refused" / "bad.png").exists()
    assert (place / "drop" / "_refused" / "bad.png.txt").read_text().strip() == report["sentence"]


def test_a_damaged_queue_is_repaired(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["jobs", "add", "--", "convert", "a.png", "b.jpg"])
    capsys.readouterr()
    assert main(["jobs", "repair"]) == 0
    assert out(capsys) == "The queue is whole.\n"
    (place / "queue.sqlite").write_bytes(b"rubbish" * 1000)
    for end in ("-wal", "-shm"):
        (place / f"queue.sqlite{end}").unlink(missing_ok=True)
    assert main(["jobs", "repair"]) == 0
    assert "It was put aside as queue.damaged-" in out(capsys)
    assert main(["jobs", "list"]) == 0


def test_the_runner_of_a_window_finishes_what_is_queued_when_the_window_is_gone(place: Path) -> None:
    """The real runner, whose input we hold as a window does."""
    from app.queue.place import queue_path
    from app.queue.service import QueueService
    from editor.workflows.queue.measuring import is_process_alive
    from editor.workflows.queue.orders import Wish
    from editor.workflows.queue.store import QueueStore

    store = QueueStore(queue_path())
    store.set("rest_on_battery", "0")
    store.set("least_free_bytes", "0")
    keys = [store.add(Wish(arguments=("convert", "a.png", f"{name}.jpg"), folder=str(place))) for name in "bcd"]
    service = QueueService(queue_path())
    service.start()
    deadline = time.monotonic() + 60
    while not store.orders(("running",)) and time.monotonic() < deadline:
        time.sleep(0.02)
    QueueService(queue_path()).start()
    assert len(store.runners(is_process_alive)) == 1, "one runner is enough"
    service.close()
    while store.runners(is_process_alive) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert {store.order(key).state for key in keys} == {"done"}
    assert store.runners(is_process_alive) == [], "it ends when all is done"
    store.close()


@pytest.mark.parametrize(
    "step",
    [
        ["convert", "{input}", "/somewhere/{stem}.webp"], ["convert", "{input}", "{output}/../{stem}.webp"],
        ["convert", "{input}", "{stem}.webp"], ["convert", "{input}", "{input}"],
        ["ai", "run", "mosaic", "{input}", "--output", "{work}/../../x"], ["do", "/a.atelier", "image.blur"],
        ["credits", "{input}", "--out", "/x"], ["jobs", "pause"], ["sync", "push", "x"], ["pack", "make", "x"],
        ["models", "remove", "x"], ["catalogue", "search", "x"], ["farm", "scheduler"], ["library", "refresh"],
        ["convert", "{input}", "{output}/a.webp", "--farm", "--scheduler", "tcp://elsewhere:1"],
    ],
)  # fmt: skip
def test_a_recipe_from_elsewhere_writes_only_where_results_go(
    place: Path, capsys: pytest.CaptureFixture[str], step: list[str]
) -> None:
    (place / "in").mkdir()
    (place / "evil.atelier-recipe").write_text(f'name = "Evil"\nsteps = [{json.dumps(step)}]\n')
    assert main(["jobs", "watch", "in", "evil.atelier-recipe", "out"]) == 1
    assert main(["jobs", "apply", "evil.atelier-recipe", "a.png", "--output", "out"]) == 1
    assert "Evil" in capsys.readouterr().err


def test_a_link_in_the_way_of_a_recipe_is_not_followed(place: Path) -> None:
    from app.commandline.recipe_calls import check_call
    from editor.base.errors import ExpectedError

    (place / "work").mkdir()
    (place / "work" / "link").symlink_to("/")
    check_call(("convert", "a.png", str(place / "work" / "b.png")), (place / "work",))
    with pytest.raises(ExpectedError, match="writes only"):
        check_call(("convert", "a.png", str(place / "work" / "link" / "b.png")), (place / "work",))


def test_a_project_from_elsewhere_is_not_edited_by_a_recipe(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "tool.atelier-recipe").write_text('name = "Tool"\nsteps = [["ai", "run", "mosaic", "{input}"]]\n')
    assert main(["new", "p.atelier", "--kind", "raster"]) == 0
    before = (place / "p.atelier").read_bytes()
    assert main(["jobs", "apply", "tool.atelier-recipe", "p.atelier", "--output", "out"]) == 1
    assert "writes only into" in capsys.readouterr().err
    assert (place / "p.atelier").read_bytes() == before


def test_an_ai_tool_whose_runner_died_is_not_done_twice(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The process had changed the project; its runner died before it could write that down."""
    from app.queue.place import queue_path
    from editor.storage import open_project
    from editor.workflows.queue.store import QueueStore

    def steps() -> int:
        with open_project(place / "p.atelier", read_only=True) as opened:
            return len(opened.project.history)

    main(["new", "p.atelier"])
    main(["import", "p.atelier", "a.png"])
    begun = steps()
    main(["jobs", "settings", "--rest-on-battery", "no", "--least-free-mb", "0"])
    main(["jobs", "add", "--tries", "2", "--", "ai", "run", "mosaic", "p.atelier"])
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert steps() == begun + 1
    store = QueueStore(queue_path())
    (order,) = store.orders()
    store.write(lambda connection: connection.execute("UPDATE job SET state = 'running', worker = 'dead:1:0'"))
    store.reclaim(lambda worker: False)
    assert store.order(order.id).state == "queued"
    capsys.readouterr()
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert (store.order(order.id).state, steps()) == ("done", begun + 1)
    store.again(order.id)
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert steps() == begun + 2, "a person asked for it once more"
    store.close()


def test_a_runner_is_not_queued_for_a_runner(capsys: pytest.CaptureFixture[str]) -> None:
    for call in (["jobs", "run"], ["jobs", "run", "--until-idle"]):
        assert main(["jobs", "add", "--", *call]) == 1
        assert main(["jobs", "every", "0 2 * * *", "Nightly", "--", *call]) == 1
        assert "runs the queue" in capsys.readouterr().err
    assert main(["jobs", "add", "--", "jobs", "clear"]) == 0


def test_clearing_removes_copies_of_projects_that_nobody_needs(place: Path) -> None:
    from app.queue.place import queue_path
    from editor.workflows.queue.orders import Wish
    from editor.workflows.queue.store import QueueStore

    store = QueueStore(queue_path())
    keys, copies = [], [place / f"{name}.atelier" for name in ("cancelled", "queued")]
    for copy in copies:
        copy.write_bytes(b"a copy")
        keys.append(store.add(Wish(arguments=("convert",), folder=str(place), snapshot=str(copy))))
    store.cancel(keys[0])
    time.sleep(0.01)
    assert main(["jobs", "clear"]) == 0
    assert [copy.exists() for copy in copies] == [False, True]
    store.close()


def test_until_idle_waits_for_what_is_tried_again_and_for_what_follows(place: Path) -> None:
    from app.queue.place import queue_path
    from editor.workflows.queue.orders import Used, Wish
    from editor.workflows.queue.store import QueueStore

    main(["jobs", "settings", "--rest-on-battery", "no", "--least-free-mb", "0"])
    store = QueueStore(queue_path())
    first = store.add(Wish(arguments=("convert", "a.png", "b.jpg"), folder=str(place)))
    second = store.add(Wish(arguments=("convert", "b.jpg", "c.webp"), folder=str(place), after=(first,)))
    later = store.add(Wish(arguments=("convert", "a.png", "d.jpg"), folder=str(place), not_before=time.time() + 9e5))
    store.claim("me", {"compute": 1})
    assert store.end(first, "me", "failed", "Not yet.", Used()) == "waiting"
    store.write(lambda connection: connection.execute(
        "UPDATE job SET not_before = ? WHERE id = ?", (time.time() + 1.5, first)
    ))  # fmt: skip
    assert main(["jobs", "run", "--until-idle"]) == 0
    assert [store.order(key).state for key in (first, second, later)] == ["done", "done", "waiting"]
    store.close()


def test_options_of_recurring_work_may_stand_behind_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["jobs", "every", "0 2 * * *", "Nightly", "--no-catch-up", "--zone", "Asia/Tokyo", "--", "convert", "a", "b"]
    assert main(call) == 0
    assert main(["jobs", "every", "0 2 * * *", "Call Ada", "--zone=Asia/Tokyo"]) == 0
    capsys.readouterr()
    main(["jobs", "recurring", "--json"])
    found = [json.loads(line) for line in out(capsys).splitlines()]
    assert [(one["name"], one["zone"], one["catch_up"], one["arguments"]) for one in found] == [
        ("Call Ada", "Asia/Tokyo", True, []), ("Nightly", "Asia/Tokyo", False, ["convert", "a", "b"]),
    ]  # fmt: skip


def test_naming_a_farm_means_using_it(capsys: pytest.CaptureFixture[str]) -> None:
    from app.commandline.main import build

    for call in (["convert", "a.png", "b.jpg"], ["ai", "run", "mosaic", "a.png"], ["export", "a.atelier", "b.mp4"]):
        assert build(call[0]).parse_args([*call, "--scheduler", "tcp://studio:8786"]).farm
        assert not build(call[0]).parse_args(call).farm
    assert main(["convert", "a.png", "b.jpg", "--scheduler", "tcp://studio:8786"]) == 1
    assert "many files" in capsys.readouterr().err


def test_the_runner_tells_a_crossed_limit_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.commandline.jobs_room import RoomWatch
    from app.queue import rooms
    from app.queue.place import queue_path
    from editor.workflows.queue.notes import notes_after
    from editor.workflows.queue.store import QueueStore

    told: list[str] = []
    (place / "film.media").mkdir()
    (place / "film.media" / "a.bin").write_bytes(bytes(5000))
    monkeypatch.setattr(rooms, "places", lambda _preferences: iter([("Film", place / "film.media")]))
    store = QueueStore(queue_path())
    watch = RoomWatch(lambda _title, text: bool(told.append(text)))
    watch.look(store)
    assert watch._thread is None, "without a limit nothing is counted"
    store.set("quota_bytes:" + str(place / "film.atelier"), "4000")
    for _ in range(2):
        watch.look(store)
        watch.wait()
        watch._counted -= 1000
    assert len(told) == len(notes_after(store, 0)) == 1
    assert told[0].startswith("film uses")
    store.close()


def test_where_the_room_went_by_project_and_by_name(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from app.queue.place import queue_path
    from app.queue.quotas import set_quota
    from editor.commands.registry import run as edit
    from editor.storage import create_project
    from editor.workflows.queue.store import QueueStore

    path = place / "Poster.atelier"
    with create_project(path) as opened:
        document = edit(opened.project, "raster.new_document", name="Poster", width=600, height=300)
        edit(opened.project, "raster.add_layer", document=document, name="Grain")
    store = QueueStore(queue_path())
    set_quota(store, str(path), 1)
    store.close()
    assert main(["jobs", "room", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    at = next(index for index, row in enumerate(rows) if row["name"] == "Project Poster")
    assert [(row["name"], row["depth"]) for row in rows[at + 1 : at + 3]] == [
        ("Pixels and meshes", 1), ("Poster / Background", 2),
    ]  # fmt: skip
    assert main(["jobs", "room", str(path)]) == 0
    said = capsys.readouterr().out
    assert "    Poster / Background" in said and said.splitlines()[0].endswith("  Poster")
    (place / "Broken.atelier").write_bytes(b"no project")
    for name, sentence in (("none.atelier", "is no project"), ("Broken.atelier", "cannot be read")):
        assert main(["jobs", "room", str(place / name)]) == 1
        assert sentence in capsys.readouterr().err
