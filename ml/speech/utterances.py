"""From a long sound to words: find speech, cut it into utterances at its pauses, hear each.

One utterance is in memory at a time, however long the sound is, and silence costs nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.progress import SILENT, Progress
from ml.sound.activity import Shape, Span, band_levels, speech_by_energy
from ml.sound.rates import LISTENING_RATE, Read, Samples, reader_of
from ml.speech.phantoms import is_phantom
from ml.speech.words import Recogniser, Word

AIR = 0.12
LISTENING = 0.08
"""The share of the work that finding speech is."""
SHAPE = Shape(pause=0.2, burst=0.12, padding=0.08)


def hear(
    read: Read, count: int, recogniser: Recogniser, spans: list[Span] | None = None, progress: Progress = SILENT
) -> list[Word]:
    """The words of `count` samples at 16 kHz, in order. `spans`: where speech is; found by energy when None."""
    if spans is None:
        spans = speech_by_energy(read, count, shape=SHAPE, progress=progress.part(0.0, LISTENING))
    utterances = cut_up(read, join(spans, recogniser.longest, recogniser.pause), recogniser.longest)
    total = sum(item.end - item.start for item in utterances) or 1.0
    words: list[Word] = []
    done = 0.0
    for item in utterances:
        length = item.end - item.start
        share = LISTENING + (1 - LISTENING) * done / total
        part = progress.part(share, share + (1 - LISTENING) * length / total)
        part(0.0, " ".join(word.text for word in words[-8:]))
        first = int((item.start - AIR) * LISTENING_RATE)
        samples = read(first, int((length + 2 * AIR) * LISTENING_RATE))
        offset = first / LISTENING_RATE
        heard = recogniser.words(samples, part)
        if is_phantom([word.text for word in heard], length):
            heard = []
        words += [replace(word, start=word.start + offset, end=word.end + offset) for word in heard]
        done += length
    progress(1.0)
    return ordered(words, count / LISTENING_RATE)


def join(spans: list[Span], longest: float, pause: float) -> list[Span]:
    """Spans with short pauses between them as one, as long as that is not longer than a recogniser likes."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last is not None and span.start - last.end < pause and span.end - last.start <= longest:
            joined[-1] = Span(last.start, max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def cut_up(read: Read, spans: list[Span], longest: float) -> list[Span]:
    """Spans of at most `longest` seconds: longer ones are cut where they are quietest, in their later half."""
    result: list[Span] = []
    for span in spans:
        start = span.start
        while span.end - start > longest:
            cut = start + _quietest(read, start, longest)
            result.append(Span(start, cut))
            start = cut
        result.append(Span(start, span.end))
    return result


def _quietest(read: Read, start: float, longest: float) -> float:
    """Seconds after `start`, from half of `longest` to all of it, where the level is lowest over a tenth."""
    first = int((start + longest / 2) * LISTENING_RATE)
    count = int(longest / 2 * LISTENING_RATE)
    level = band_levels(lambda place, number: read(first + place, number), count)
    smooth = np.convolve(level, np.ones(10) / 10, mode="valid")
    return longest / 2 + (int(np.argmin(smooth)) + 5) / 100


def ordered(words: list[Word], length: float) -> list[Word]:
    """Words whose times run forward, inside the sound, none of them empty or without length."""
    result: list[Word] = []
    at = 0.0
    for word in words:
        start = min(max(word.start, at), length)
        end = min(max(word.end, start + 0.02), length)
        if word.text.strip() and end > start:
            result.append(Word(word.text.strip(), start, end))
            at = end
    return result


def spread(text: str, samples: Samples) -> list[Word]:
    """Times for the words of a text when a recogniser gives none: by their letters, over where there is sound.

    Each word gets its share of the voiced time; pauses go to where the punctuation is nearest by count. Good to a few
    tenths of a second inside an utterance, exact at its ends.
    """
    texts = text.split()
    length = len(samples) / LISTENING_RATE
    if not texts or length <= 0:
        return []
    voiced = np.full(int(length * 100) + 1, 1e-3)
    level = band_levels(reader_of(samples), len(samples))
    loud = level > max(float(np.percentile(level, 95)) - 30.0, -65.0) if len(level) else level
    voiced[: len(loud)] += loud[: len(voiced)]
    reached = np.concatenate([[0.0], np.cumsum(voiced)])
    weights = np.array([len(item) + 2.0 for item in texts])
    edges = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum() * reached[-1]
    times = np.interp(edges, reached, np.arange(len(reached)) / 100.0)
    ends = np.interp(edges[1:] - 1e-6, reached, np.arange(len(reached)) / 100.0)
    starts = np.interp(edges[:-1] + 0.5, reached, np.arange(len(reached)) / 100.0) - 0.005
    return [
        Word(item, float(max(first, start)), float(min(last, length)))
        for item, first, start, last in zip(texts, times[:-1], starts, ends)
    ]
