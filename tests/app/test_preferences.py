"""What a person set survives damage, strangers' keys and values that do not fit."""

import json
from pathlib import Path

from app.preferences import RECENT_KEPT, Preferences, load_preferences


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    chosen = Preferences(theme="light", scale=150, shortcuts={"edit.undo": "Ctrl+U"}, path=path)
    chosen.save()
    assert load_preferences(path) == chosen
    assert [item.name for item in path.parent.iterdir()] == ["preferences.json"]


def test_recent_projects_are_few_and_each_there_once(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    chosen = Preferences(path=path)
    for number in range(RECENT_KEPT + 5):
        chosen.remember(Path(f"/{number}"))
    chosen.remember(Path(f"/{RECENT_KEPT}"))
    recent = load_preferences(path).recent
    assert len(recent) == RECENT_KEPT == len(set(recent)) and recent[0] == f"/{RECENT_KEPT}"


def test_what_does_not_fit_is_its_default(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    plain = {"theme": 3, "scale": 9000, "hologram": 1, "recent": ["/a", 5], "shortcuts": {"a": "B", "c": []}}
    path.write_text(json.dumps(plain))
    assert load_preferences(path) == Preferences(recent=["/a"], shortcuts={"a": "B"}, path=path)


def test_a_damaged_file_gives_defaults_and_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_bytes(b'{"theme": "li')
    assert load_preferences(path) == Preferences(path=path)
    assert (tmp_path / "preferences.damaged.json").read_bytes() == b'{"theme": "li'


def test_a_folder_that_refuses_loses_settings_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    Preferences(path=tmp_path / "file" / "preferences.json").save()
