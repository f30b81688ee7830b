"""A language server that streams, stalls, refuses, hangs up and talks rubbish; and what is made of its answers."""

from __future__ import annotations

import threading
import time

import pytest

from ml.errors import ModelError
from ml.words import asking
from ml.words import server as server_module
from ml.words.server import Server, checked_address
from tests.ml.words.language_server import serving

TEXT = "Marie Curie was born in Warsaw. She worked in Paris. Marie loved Paris."


class Stop(Exception):
    """What a wish to stop raises here."""


class Watched:
    """Collects what is told; stops once `after` seconds are over."""

    def __init__(self, after: float = 1e9) -> None:
        self.told: list[tuple[float, str]] = []
        self.end = time.monotonic() + after

    def __call__(self, share: float, text: str = "") -> None:
        self.check()
        self.told.append((share, text))

    def check(self) -> None:
        if time.monotonic() > self.end:
            raise Stop

    def part(self, start: float, end: float) -> Watched:
        return self


@pytest.mark.parametrize("way", ["stream", "whole", "lines"])
def test_an_answer_comes_however_it_is_sent(way: str) -> None:
    with serving(way=way, answers=["Bonjour à tous, il fait beau."]) as told:
        server, watched = Server(told.address), Watched()
        assert server.ask("Be short.", TEXT, watched) == "Bonjour à tous, il fait beau."
        assert server.models() == ["tiny-one", "tiny-two"]
    [asked] = told.asked
    assert asked["model"] == "tiny-one" and asked["stream"] is True
    assert [message["content"] for message in asked["messages"]] == ["Be short.", TEXT]
    if way != "whole":
        assert any(text.startswith("Bonjour à") for _, text in watched.told), "what is said shows while it is said"


@pytest.mark.parametrize(
    ("way", "sentence"),
    [("cut", "broke off"), ("rubbish", "not a language server"), ("error", "out of memory")],
)
def test_what_goes_wrong_is_said(way: str, sentence: str) -> None:
    with serving(way=way) as told, pytest.raises(ModelError, match=sentence):
        Server(told.address, "tiny-one").ask("", TEXT)


def test_a_page_of_the_web_is_no_language_server() -> None:
    with serving(way="rubbish") as told, pytest.raises(ModelError, match="not a language server"):
        Server(told.address).models()


def test_a_refusal_is_told_in_its_words() -> None:
    with serving(status=404) as told, pytest.raises(ModelError, match="does not know the model big: model 'big'"):
        Server(told.address, "big").ask("", TEXT)
    with serving(models=[]) as told, pytest.raises(ModelError, match="has no model"):
        Server(told.address).ask("", TEXT)
    with serving(answers=["  "]) as told, pytest.raises(ModelError, match="said nothing"):
        Server(told.address).ask("", TEXT)


@pytest.mark.parametrize("status", [400, 500])
def test_only_a_model_that_is_not_there_is_unknown(status: int) -> None:
    with serving(status=status) as told, pytest.raises(ModelError, match="does not know the model big"):
        Server(told.address, "big").ask("", TEXT)
    full = "model requires more system memory (9.1 GiB) than is available (3.2 GiB)"
    with serving(status=status, refusal=full) as told, pytest.raises(ModelError) as caught:
        Server(told.address, "big").ask("", TEXT)
    assert str(status) in str(caught.value) and full in str(caught.value)
    assert "Choose a model" not in caught.value.remedy


@pytest.mark.parametrize("way", ["stall", "silent"])
def test_stopping_takes_effect_at_once(way: str) -> None:
    with serving(way=way) as told:
        server = Server(told.address, "tiny-one")
        with pytest.raises(Stop):
            server.ask("", TEXT, Watched(after=0.15))
        assert not told.ended.is_set(), "the server was still silent"


def test_silence_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "BETWEEN_WORDS", 0.2)
    with serving(way="stall") as told, pytest.raises(ModelError, match="stopped answering"):
        Server(told.address, "tiny-one").ask("", TEXT)


def test_nobody_listens() -> None:
    with serving() as told:
        address = told.address
    with pytest.raises(ModelError, match="No language server answers") as caught:
        Server(address).models()
    assert "Start it" in caught.value.remedy


@pytest.mark.parametrize(
    "address", ["http://192.168.0.7:11434", "http://example.org", "https://localhost.example.org", "http://0.0.0.0:1"]
)
def test_other_computers_only_with_consent(address: str) -> None:
    with pytest.raises(ModelError, match="not this computer"):
        Server(address).ask("", TEXT)
    assert checked_address(address, anywhere=True)[0] in address


def test_addresses() -> None:
    assert checked_address("localhost:8080/v1/", False) == ("127.0.0.1", 8080, "", False)
    assert checked_address("http://[::1]:80", False)[0] == "::1"
    for wrong in ("", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "http://[::1"):
        with pytest.raises(ModelError, match="is not an address"):
            checked_address(wrong, False)


def test_keywords_of_a_chatty_model() -> None:
    answer = "<think>What do they want?</think>Here are the keywords:\n1. **radium**\n- Paris\n- paris\n• Marie Curie."
    with serving(answers=[answer]) as told:
        assert asking.ask_keywords(Server(told.address), TEXT, 5, "en") == ["radium", "Paris", "Marie Curie"]
    with serving(answers=["radium, Paris, work"]) as told:
        assert asking.ask_keywords(Server(told.address), TEXT, 2, "en") == ["radium", "Paris"]


def test_names_that_the_text_has_not_are_dropped() -> None:
    with serving(answers=["Marie Curie | person\nParis | Lieu\nEinstein | person\nWarsaw"]) as told:
        found = asking.ask_names(Server(told.address), TEXT, "en")
    assert [(name.text, name.kind, name.count) for name in found] == [
        ("Paris", "place", 2), ("Marie Curie", "person", 1), ("Warsaw", "other", 1),
    ]  # fmt: skip
    with serving(answers=["I cannot do that."]) as told, pytest.raises(ModelError, match="could not be used"):
        asking.ask_names(Server(told.address), TEXT, "en")


def test_a_mood_is_a_number() -> None:
    with serving(answers=["The mood is 0,6 on your scale."]) as told:
        assert asking.ask_mood(Server(told.address), TEXT, "en").value == 0.6
    for rubbish in ("happy", "7 of 10"):
        with serving(answers=[rubbish]) as told, pytest.raises(ModelError, match="could not be used"):
            asking.ask_mood(Server(told.address), TEXT, "en")


def test_chapters_begin_at_lines_that_are_there() -> None:
    with serving(answers=["0 | Birth\n2 | **Paris**\n9 | Nowhere\nrubbish\n-1 | No"]) as told:
        found = asking.ask_chapters(Server(told.address), ["a", "b", "c"], 0, "en")
    assert [(chapter.first, chapter.title) for chapter in found] == [(0, "Birth"), (2, "Paris")]


def test_long_texts_go_in_pieces() -> None:
    text = "\n\n".join(f"Paragraph {number} is about the sea and about ships. " * 20 for number in range(30))
    pieces = asking.pieces_of(text, "en", 4000)
    assert max(map(len, pieces)) <= 4000
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert asking.pieces_of("x" * 9000, "en", 4000) == ["x" * 4000, "x" * 4000, "x" * 1000]
    with serving(answers=["Part.", "Part.", "Part.", "All in all: ships."]) as told:
        assert asking.ask_summary(Server(told.address), text[:30_000], 3, "en") == "All in all: ships."
    assert [len(asked["messages"][1]["content"]) > 100 for asked in told.asked] == [True, True, True, False]


def test_no_thread_is_left() -> None:
    assert all("Told" not in thread.name for thread in threading.enumerate())
