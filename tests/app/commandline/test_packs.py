"""Packs from the terminal: made, checked, taken in, sent to a bucket and fetched from it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.commandline.main import main
from sync.packs.installing import installed
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
    assert capsys.readouterr().out == (
        "papers  1.0.0  Test  CC0-1.0  0.4 MB  signed by an author new to you  (1.0.0)\n"
    )
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "elsewhere"))
    assert main(["sync", "pull", *bucket, "papers=1.0.0"]) == 0
    assert contents(tmp_path / "elsewhere" / "papers" / "1.0.0" / "files") == FILES
    assert main(["sync", "pull", *bucket, "inks"]) == 1
    shown = capsys.readouterr()
    assert "inks is not in the bucket" in shown.err
    assert "not shown" not in shown.out + shown.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a call complains of; it fails."""
    assert main(arguments) == 1
    return capsys.readouterr().err


def library_with(folder: Path) -> Path:
    """A library that shows pictures where they lie; it says nothing of packs."""
    from app.library.folder import library_folder
    from editor.library.library import Library

    written(folder, {"one.txt": b"one", "two.txt": b"two"})
    library = Library(library_folder())
    library.take_in([folder], copy=False)
    library.close()
    return folder


def shown_assets() -> int:
    from app.library.folder import library_folder
    from editor.library.library import Library
    from editor.library.places import assets_below

    library = Library(library_folder())
    try:
        return sum(library.asset(key).trashed is None for key in assets_below(library.catalogue, Path("/")))
    finally:
        library.close()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_LIBRARY", str(tmp_path / "library"))


@pytest.mark.usefixtures("library")
def test_nothing_but_an_installed_pack_is_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = library_with(tmp_path / "pics")
    target = tmp_path / "papers.atelierpack"
    build(written(tmp_path / "content", FILES), target)
    assert main(["pack", "install", str(target), "--into-library"]) == 0
    before = shown_assets()
    for name, version in (("/", str(folder)), ("papers", ""), ("..", "1.0.0"), ("papers", "1.0.1"), ("inks", "1.0.0")):
        assert told(capsys, "pack", "remove", name, version)
        assert shown_assets() == before
    (tmp_path / "packs" / "papers" / "1.0.0" / "pack.json").write_bytes(b"damaged")
    assert main(["pack", "remove", "papers", "1.0.0"]) == 0
    assert shown_assets() == 2
    assert not (tmp_path / "packs" / "papers" / "1.0.0").exists()


def test_a_build_replaces_only_an_earlier_build_of_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, target = written(tmp_path / "content", FILES), tmp_path / "holiday.jpg"
    target.write_bytes(b"a picture")
    (tmp_path / "holiday.jpg.part").write_bytes(b"something else")
    assert build(content, target) == 1
    assert "another file already" in capsys.readouterr().err
    assert target.read_bytes() == b"a picture"
    assert build(content, tmp_path / "papers.atelierpack") == 0
    assert build(content, tmp_path / "papers.atelierpack") == 0
    assert build(content, tmp_path / "papers.atelierpack", "1.1.0") == 1
    description = ["--name", "papers", "--version", "1.0.0", "--author", "Test", "--licence", "CC0-1.0"]
    assert main(["pack", "build", str(content), str(target), *description, "--overwrite"]) == 0
    assert target.read_bytes()[:2] == b"PK"
    assert (tmp_path / "holiday.jpg.part").read_bytes() == b"something else"
    assert {item.name for item in tmp_path.iterdir()} == {
        "content", "packs", "papers.atelierpack", "holiday.jpg", "holiday.jpg.part"
    }  # fmt: skip


@pytest.mark.parametrize("licence", ["hello world", "", "Free"])
def test_a_licence_is_one(tmp_path: Path, capsys: pytest.CaptureFixture[str], licence: str) -> None:
    content = written(tmp_path / "content", FILES)
    described = ["--name", "papers", "--version", "1.0.0", "--author", "Test", "--licence", licence]
    assert "licence" in told(capsys, "pack", "build", str(content), str(tmp_path / "papers.atelierpack"), *described)


def test_a_push_trusts_and_installs_nothing(
    store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    boto3.client("s3", endpoint_url=store, region_name="us-east-1").create_bucket(Bucket="trusting")
    target = tmp_path / "papers.atelierpack"
    content = written(tmp_path / "content", FILES)
    build(content, target)
    bucket = ["trusting", "--endpoint", store]
    assert main(["sync", "push", *bucket, str(target)]) == 0
    assert not list(installed(tmp_path / "packs"))
    monkeypatch.setenv("ATELIER_SIGNING_KEY", "22" * 32)
    stranger = tmp_path / "stranger.atelierpack"
    build(content, stranger, "1.0.1")
    assert "signed by somebody else" in told(capsys, "sync", "push", *bucket, str(stranger))
    assert main(["sync", "push", *bucket, str(stranger), "--accept-key"]) == 0


@pytest.mark.parametrize("rate", ["nan", "-1", "0.0000005", "inf"])
def test_a_rate_that_is_none_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], rate: str) -> None:
    build(written(tmp_path / "content", FILES), tmp_path / "papers.atelierpack")
    said = told(capsys, "sync", "push", "any", str(tmp_path / "papers.atelierpack"), f"--rate={rate}")
    assert "0.001 MB a second" in said


@pytest.mark.parametrize(
    "address", ["http://", "ftp://store", "http://a b", "http://store:99999", "http://store:x", "https://a@b", "[::1"]
)
def test_an_address_that_is_none_is_a_sentence(capsys: pytest.CaptureFixture[str], address: str) -> None:
    assert "not the address of a server" in told(capsys, "sync", "list", "any", "--endpoint", address)


@pytest.mark.parametrize("bucket", ["studio/../x", "studio/./x", "studio/..", "s3://studio/a/../b", "../x"])
def test_a_folder_that_leads_elsewhere_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bucket: str
) -> None:
    pack = tmp_path / "papers.atelierpack"
    build(written(tmp_path / "content", FILES), pack)
    assert "folder cannot be named ." in told(capsys, "sync", "push", bucket, str(pack))
    assert "folder cannot be named ." in told(capsys, "sync", "list", bucket)


def test_a_login_without_anybody_to_ask_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "no answer" in told(capsys, "sync", "login", "any")


def test_sizes_are_written_as_this_person_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_LANGUAGE", "fr")
    build(written(tmp_path / "content", FILES), tmp_path / "papers.atelierpack")
    assert "0,4 Mo" in capsys.readouterr().out
    monkeypatch.setenv("ATELIER_LANGUAGE", "en")
    assert main(["pack", "list"]) == 0  # the language is the process's


def test_a_strangers_words_are_no_orders_for_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from app.commandline.terminal import complain, plain

    complain("bad\x1b]0;title\x07 name\u202e")
    assert capsys.readouterr().err == "atelier: bad?]0;title? name?\n"
    assert plain("h\u00e9ron\x1b[2J\r") == "h\u00e9ron?[2J?"
