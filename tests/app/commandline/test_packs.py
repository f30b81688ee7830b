"""Packs from the terminal: made, checked, taken in, sent to a bucket and fetched from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commandline.main import main
from tests.sync.packs import FILES, contents, written

SECRET = "11" * 32


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("ATELIER_SIGNING_KEY", SECRET)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not shown")


def build(folder: Path, target: Path, version: str = "1.0.0") -> int:
    return main([
        "pack", "build", str(folder), str(target), "--name", "papers", "--version", version, "--author", "Test",
        "--licence", "CC0-1.0", "--file-licence", "empty.txt=MIT",
    ])  # fmt: skip


def test_a_pack_is_made_checked_and_taken_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "papers.atelierpack"
    assert build(written(tmp_path / "content", FILES), target) == 0
    assert main(["pack", "verify", str(target)]) == 0
    assert main(["pack", "install", str(target)]) == 0
    assert main(["pack", "list"]) == 0
    assert "papers 1.0.0" in capsys.readouterr().out
    assert contents(tmp_path / "packs" / "papers" / "1.0.0" / "files") == FILES
    assert main(["pack", "remove", "papers", "1.0.0"]) == 0
    assert not (tmp_path / "packs" / "papers" / "1.0.0").exists()


def test_a_damaged_pack_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "papers.atelierpack"
    target.write_bytes(b"PK no")
    assert main(["pack", "install", str(target)]) == 1
    assert capsys.readouterr().err == "atelier: papers.atelierpack is not a pack, or it is damaged.\n"


def test_a_pack_goes_round_through_a_bucket(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    boto3.client("s3", endpoint_url=store, region_name="us-east-1").create_bucket(Bucket="roundtrip")
    target = tmp_path / "papers.atelierpack"
    build(written(tmp_path / "content", FILES), target)
    bucket = ["roundtrip/shared", "--endpoint", store]
    assert main(["sync", "push", *bucket, str(target), "--dry-run"]) == 0
    assert "would send" in capsys.readouterr().out
    assert main(["sync", "push", *bucket, str(target)]) == 0
    assert main(["sync", "push", *bucket, str(target)]) == 0
    assert "already" in capsys.readouterr().out
    assert main(["sync", "list", *bucket]) == 0
    assert capsys.readouterr().out == "papers  1.0.0\n"
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "elsewhere"))
    assert main(["sync", "pull", *bucket, "papers=1.0.0"]) == 0
    assert contents(tmp_path / "elsewhere" / "papers" / "1.0.0" / "files") == FILES
    assert main(["sync", "pull", *bucket, "inks"]) == 1
    shown = capsys.readouterr()
    assert "inks is not in the bucket" in shown.err
    assert "not shown" not in shown.out + shown.err
