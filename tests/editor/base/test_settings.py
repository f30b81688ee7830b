"""Settings survive damage, unknown keys and values that do not fit; a crashed start is not repeated."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from editor.base.settings import SessionMark, Settings, SettingsFile, with_recent


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    assert file.load() == Settings() and file.notices == ()
    chosen = Settings(theme="light", shortcuts={"edit.undo": ("Ctrl+Z", "Alt+Backspace")}, memory_budget=512)
    file.save(with_recent(with_recent(chosen, Path("/a")), Path("/b")))
    assert SettingsFile(tmp_path).load().recent_files == ("/b", "/a")
    assert msgspec.structs.replace(SettingsFile(tmp_path).load(), recent_files=()) == chosen
    assert [item.name for item in tmp_path.iterdir()] == ["settings.json"]


def test_unknown_keys_are_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"theme": "dark", "hologram": {"on": True}, "scale": "huge"}))
    file = SettingsFile(tmp_path)
    loaded = file.load()
    assert (loaded.theme, loaded.scale) == ("dark", 1.0)
    assert any("hologram" in notice for notice in file.notices) and any("scale" in notice for notice in file.notices)
    file.save(loaded)
    assert json.loads((tmp_path / "settings.json").read_text())["hologram"] == {"on": True}


def test_a_damaged_file_gives_defaults_and_is_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b'{"theme": "da')
    file = SettingsFile(tmp_path)
    assert file.load() == Settings()
    assert len(file.notices) == 1
    assert [item.name.startswith("settings-damaged-") for item in tmp_path.iterdir()] == [True]


def test_a_project_that_crashed_a_start_is_not_opened_by_itself(tmp_path: Path) -> None:
    project = tmp_path / "a.atelier"
    project.touch()
    mark = SessionMark(tmp_path / "home")
    assert mark.to_reopen() is None
    mark.begin(project)
    mark.end(project)
    assert (SessionMark(tmp_path / "home").to_reopen(), mark.crashed()) == (project, None)
    mark.begin(project)  # and then the program dies
    assert (mark.to_reopen(), mark.crashed()) == (None, project)
