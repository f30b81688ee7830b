"""Keywords, summary, mood and names of texts in English and French."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.words.keywords import keywords_of
from ml.words.mood import mood_of, sentence_mood, value_of
from ml.words.names import names_of
from ml.words.summary import summary_of
from ml.words.texts import language_of, sentences_of, split_sentences, stem, words_of

FRENCH = """Le navire arriva à Marseille le 24 février. Edmond Dantès n'était pas malheureux ; il aimait Mercédès, qui
vivait aux Catalans. M. Morrel, l'armateur du navire, félicita Edmond. Danglars écrivit une lettre terrible, et Dantès
fut jeté dans une prison affreuse, au château d'If. Dans la prison, l'abbé Faria lui parla d'un trésor. Le trésor de
l'île était immense. Après quatorze ans de prison, Dantès s'échappa et trouva le trésor. Il revint à Paris pour se
venger. « Attendre et espérer », répondit Mercédès."""
ENGLISH = """The lighthouse keeper, Mr. Ellis, lived alone on the island of Skarholm. Every evening he lit the lamp of
the lighthouse. "A storm is coming," said Martha, who had come from London. The storm broke over Skarholm in the night.
The lamp of the lighthouse went out, and Ellis climbed the stairs in the dark. Martha held the ropes. In the morning
Martha and Ellis were happy, for every ship had come home safely. In London, nobody had heard of the storm."""


def test_languages_are_told_apart() -> None:
    assert (language_of(FRENCH), language_of(ENGLISH)) == ("fr", "en")


def test_sentences_end_where_they_end() -> None:
    assert split_sentences("Mr. Fox met Dr. No. He ran! «Why?» Nobody knew... It cost 3.5 pounds.", "en") == [
        "Mr. Fox met Dr. No.", "He ran!", "«Why?»", "Nobody knew...", "It cost 3.5 pounds.",
    ]  # fmt: skip
    assert split_sentences("M. Morrel rit. Il dit : « Oui. » Elle part.", "fr")[0] == "M. Morrel rit."


def test_words_and_stems() -> None:
    assert words_of("L’homme d'État n’a qu’un chat", "fr") == ["l", "homme", "d", "état", "n", "a", "qu", "un", "chat"]
    assert words_of("Alice's cat doesn't", "en") == ["alice", "cat", "doesn't"]
    assert stem("walking", "en") == stem("walked", "en") == stem("walks", "en")
    assert stem("glass", "en") == "glass"
    assert stem("maisons", "fr") == stem("maison", "fr")


def test_keywords_say_what_a_text_is_about() -> None:
    english = [keyword.text for keyword in keywords_of(ENGLISH, 6)]
    assert {"Ellis", "storm", "Martha"} & set(english) and any("lighthouse" in text for text in english)
    assert "trésor" in [keyword.text for keyword in keywords_of(FRENCH, 4)]
    scores = [keyword.score for keyword in keywords_of(ENGLISH, 6)]
    assert scores[0] == 1.0 and scores == sorted(scores, reverse=True)


def test_a_summary_is_made_of_sentences_in_their_order() -> None:
    summary = summary_of(ENGLISH, 3)
    sentences = [sentence.text for sentence in sentences_of(ENGLISH, "en")]
    assert len(summary) == 3 and [sentences.index(text) for text in summary] == sorted(map(sentences.index, summary))
    assert any("storm" in text or "lighthouse" in text for text in summary)


def test_a_summary_does_not_repeat_itself() -> None:
    text = "The red house stands on the green hill today. " * 10 + "A quiet river runs below the old wooden bridge."
    assert len(set(summary_of(text, 2))) == 2


@pytest.mark.parametrize(
    ("text", "language", "sign"),
    [("What a wonderful, happy day with my friends!", "en", 1), ("A terrible murder; everybody wept.", "en", -1),
     ("I am not happy.", "en", -1), ("Quelle joie, un merveilleux cadeau !", "fr", 1),
     ("Une horrible guerre et la mort.", "fr", -1), ("Il n'est pas heureux.", "fr", -1)],
)  # fmt: skip
def test_moods(text: str, language: str, sign: int) -> None:
    mood = mood_of(text, language)  # type: ignore[arg-type]
    assert mood.value * sign > 0.1 and mood.words > 0
    assert mood.name == ("bright" if sign > 0 else "dark")


def test_very_is_more_and_no_feeling_is_none() -> None:
    assert sentence_mood(("very", "happy"), "en")[0] > sentence_mood(("happy",), "en")[0]
    assert mood_of("The table has four legs.", "en").name == "even"
    assert value_of("tables", "en") == 0


def test_names_and_places() -> None:
    english = {name.text: name.kind for name in names_of(ENGLISH)}
    assert english["London"] == english["Skarholm"] == "place"
    assert english["Martha"] == "person" and "Every" not in english
    french = {name.text: name.kind for name in names_of(FRENCH)}
    assert french["Marseille"] == french["Paris"] == "place"
    assert french["Morrel"] == french["Mercédès"] == "person"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Marie Curie was born in Warsaw. She met Pierre Curie in Paris.", {"Marie Curie", "Pierre Curie"}),
        ("Émile Zola a écrit. Le soir, Jean Valjean entra dans la ville. Charles de Gaulle parla.",
         {"Émile Zola", "Jean Valjean", "Charles de Gaulle"}),
        ("Rome is old. Green Tea grows there. George Street is long. MARY ANN", set()),
    ],
)
def test_a_given_name_that_goes_on_is_a_person(text: str, people: set[str]) -> None:
    assert {name.text for name in names_of(text) if name.kind == "person"} == people


@settings(max_examples=30)
@given(st.text(max_size=300), st.sampled_from(["en", "fr"]))
def test_any_text_is_endured(text: str, language: str) -> None:
    keywords_of(text, 5, language)  # type: ignore[arg-type]
    summary_of(text, 2, language)  # type: ignore[arg-type]
    names_of(text, language)  # type: ignore[arg-type]
    assert -1 <= mood_of(text, language).value <= 1  # type: ignore[arg-type]


@pytest.mark.conformance
def test_alice_is_about_alice(corpora: Path) -> None:
    book = corpora / "books" / "GITenberg+Alice-s-Adventures-in-Wonderland_11" / "11-0.txt"
    text = book.read_text(encoding="utf-8")
    keywords = [keyword.text for keyword in keywords_of(text, 12)]
    assert keywords[0] == "Alice" and {"Mock Turtle", "White Rabbit"} <= set(keywords)
    people = {name.text for name in names_of(text) if name.kind == "person"}
    assert {"Alice", "Queen", "King", "Hatter", "Gryphon", "Mock Turtle", "Duchess"} <= people
    assert language_of(text) == "en"


def test_a_name_that_only_begins_sentences_keeps_its_capital() -> None:
    text = "Marie studied radium. Warsaw was cold. Radium glowed in the cold night."
    found = {keyword.text for keyword in keywords_of(text, 8, "en")}
    assert {"Marie", "Warsaw", "radium"} <= found
