"""What lies among the models and was not put there by us stays on the disk, whatever is installed or removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.catalogue.record import FileRecord, ModelRecord, hash_of, write_record
from ml.catalogue.store import ModelStore
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from tests.ml import small_models


@pytest.fixture(scope="module")
def runtime():
    with Runtime(gpu=False) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def blur(tmp_path: Path) -> Path:
    return small_models.blur(tmp_path / "blur.onnx")


def kept_in(store: ModelStore) -> list[Path]:
    return [item for item in store.root.iterdir() if "(kept" in item.name]


def placed(store: ModelStore, name: str, files: dict[str, bytes]) -> Path:
    """A model without a network in it: only its files matter."""
    folder = store.root / name
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    told = {path: FileRecord(path=path, size=len(data), sha256=hash_of(folder / path)) for path, data in files.items()}
    write_record(folder, ModelRecord(name=name, task="denoise", files=told))
    return folder


def test_a_folder_that_is_not_a_models_is_left_alone(store, blur, runtime) -> None:
    precious = store.root / "mine" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("x")
    for attempt in (
        lambda: store.import_file(blur, "denoise", "mine", runtime), lambda: store.remove("mine"),
        lambda: store.verify("mine"),
    ):
        with pytest.raises(ModelError, match="not a model's folder"):
            attempt()
        assert precious.read_text() == "x" and [item.name for item in store.root.iterdir()] == ["mine"]
    assert store.damaged() == () and store.installed() == ()
    (store.root / "note").write_text("y")
    with pytest.raises(ModelError, match="not a model's folder"):
        store.import_file(blur, "denoise", "note", runtime)
    assert (store.root / "note").read_text() == "y"


def test_files_beside_a_models_own_are_moved_aside(store) -> None:
    folder = placed(store, "soft", {"a.onnx": b"1", "deep/b.bin": b"2"})
    (folder / "deep" / "notes.txt").write_text("n")
    kept = store.remove("soft")
    assert kept is not None and kept_in(store) == [kept] == list(store.root.iterdir())
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["notes.txt"]
    assert store.installed() == store.damaged() == ()


def test_a_repair_deletes_what_the_record_names_only(store, blur, runtime) -> None:
    model = store.import_file(blur, "denoise", runtime=runtime)
    model.path.write_bytes(b"cut")
    (model.path.parent / "precious.txt").write_text("x")
    assert store.import_file(blur, "denoise", runtime=runtime).path.read_bytes() == blur.read_bytes()
    (kept,) = kept_in(store)
    assert [path.name for path in kept.iterdir()] == ["precious.txt"]


def test_nothing_is_deleted_where_the_record_makes_no_sense(store, blur, runtime) -> None:
    model = store.import_file(blur, "denoise", runtime=runtime)
    (model.path.parent / "model.json").write_text("{")
    assert [item.files for item in store.damaged()] == [("model.json",)]
    kept = store.remove("blur")
    assert kept is not None and sorted(path.name for path in kept.iterdir()) == ["blur.onnx", "model.json"]
    assert store.damaged() == ()


def test_links_are_not_followed(store, tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.bin").write_bytes(b"2")
    folder = placed(store, "soft", {"a.onnx": b"1", "deep/b.bin": b"2"})
    (folder / "deep" / "b.bin").unlink()
    (folder / "deep").rmdir()
    try:
        (folder / "deep").symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    store.remove("soft")
    assert (elsewhere / "b.bin").read_bytes() == b"2"
    placed(store, "far", {"a.onnx": b"1"}).rename(tmp_path / "far")
    (store.root / "far").symlink_to(tmp_path / "far", target_is_directory=True)
    assert store.remove("far") is None and not (store.root / "far").is_symlink()
    assert (tmp_path / "far" / "a.onnx").read_bytes() == b"1"
