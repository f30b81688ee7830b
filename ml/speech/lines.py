"""Words into captions that can be read: breaks where speech breaks, two lines, a pace that eyes follow.

The numbers are those that broadcasters agree on: at most 42 letters a line and two lines (Netflix Timed Text Style
Guide, general requirements; BBC Subtitle Guidelines), at most 17 letters a second for adults, five sixths of a second
to seven seconds each, two frames between neighbours. Breaks are found by dynamic programming over the cost of ending a
caption after each word, as in D. Knuth and M. Plass, "Breaking paragraphs into lines" (1981).
"""

from __future__ import annotations

from dataclasses import dataclass

from ml.speech.words import Word, run_together

SENTENCE = (".", "!", "?", "…", "。", "؟")
CLAUSE = (",", ";", ":", "–", "—")
LITTLE = set(
    "a an the and or but of to in on at for with by from as that is are was i my your his her its our "
    "le la les un une des du de et ou mais à au aux en dans sur pour par avec que qui ne se ce je tu il elle on".split()
)
"""No line or caption should end after one of these."""


@dataclass(frozen=True)
class Reading:
    """How captions are cut. `pace` in letters a second; the others in letters, lines and seconds."""

    letters: int = 42
    lines: int = 2
    pace: float = 17.0
    shortest: float = 5 / 6
    longest: float = 7.0
    gap: float = 0.08
    pause: float = 0.7


@dataclass(frozen=True)
class CaptionText:
    """What is read from `start` to `end` in seconds; lines are divided by newlines."""

    text: str
    start: float
    end: float


PLAIN = Reading()
STRETCH = 0.35
"""How long, in seconds, a caption may stay after its last word even when it could be read before."""


def captions(words: list[Word], reading: Reading = PLAIN, length: float = float("inf")) -> list[CaptionText]:
    """Captions for words in order, apart from each other, none past `length` seconds."""
    groups = [group for stretch in _stretches(words, reading) for group in _broken(stretch, reading)]
    found: list[CaptionText] = []
    for place, group in enumerate(groups):
        text = "\n".join(into_lines([word.text for word in group], reading))
        start = max(group[0].start, found[-1].end if found else 0.0)
        following = groups[place + 1][0].start - reading.gap if place + 1 < len(groups) else length
        wished = max(group[-1].end + STRETCH, start + reading.shortest, start + len(text) / reading.pace)
        wished = min(wished, start + reading.longest) if group[-1].end <= start + reading.longest else group[-1].end
        end = max(min(wished, following), min(group[-1].end, following + reading.gap), start + 0.04)
        found.append(CaptionText(text, start, min(end, max(length, start + 0.04))))
    return found


def _stretches(words: list[Word], reading: Reading) -> list[list[Word]]:
    """Words between pauses: nothing is read across one."""
    found: list[list[Word]] = []
    for word in words:
        if found and word.start - found[-1][-1].end < reading.pause:
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _broken(words: list[Word], reading: Reading) -> list[list[Word]]:
    """The cheapest way to end captions inside one stretch."""
    best = [0.0]
    begun = [0]
    for end in range(1, len(words) + 1):
        costs = []
        for start in range(end - 1, -1, -1):
            if start < end - 1 and not _fits(words[start:end], reading):
                break
            costs.append((best[start] + _cost(words, start, end, reading), start))
        cost, start = min(costs)
        best.append(cost)
        begun.append(start)
    groups, end = [], len(words)
    while end:
        groups.append(words[begun[end] : end])
        end = begun[end]
    return groups[::-1]


def _fits(words: list[Word], reading: Reading) -> bool:
    if words[-1].end - words[0].start > reading.longest:
        return False
    letters = sum(len(word.text) + 1 for word in words) - 1
    if letters > reading.letters * reading.lines:
        return False
    return len(into_lines([word.text for word in words], reading)) <= reading.lines


def _cost(words: list[Word], start: int, end: int, reading: Reading) -> float:
    """What a caption of words[start:end] costs: each costs something, ending in the middle of a clause costs more."""
    letters = sum(len(word.text) + 1 for word in words[start:end]) - 1
    room = words[end].start if end < len(words) else words[end - 1].end + 1.0
    time = max(room - words[start].start, 0.1)
    cost = 4.0 + max(0.0, letters / time - reading.pace) * 0.3
    if time < reading.shortest:
        cost += 6.0 * (reading.shortest - time) / reading.shortest
    if letters < reading.letters / 3:
        cost += 2.0
    return cost + (_break_cost(words, end) if end < len(words) else 0.0)


def _break_cost(words: list[Word], end: int) -> float:
    last = words[end - 1].text
    silence = words[end].start - words[end - 1].end
    cost = 8.0 - min(6.0, silence * 15.0)
    if last.rstrip("\"'»”)").endswith(SENTENCE):
        cost -= 9.0
    elif last.endswith(CLAUSE):
        cost -= 5.0
    elif last.lower() in LITTLE:
        cost += 4.0
    return max(cost, -4.0)


def into_lines(texts: list[str], reading: Reading) -> list[str]:
    """One line, or two of which the lower is a little longer; more only when two do not hold it."""
    whole = run_together(texts)
    if len(whole) <= reading.letters:
        return [whole]
    choices = []
    for place in range(1, len(texts)):
        upper, lower = run_together(texts[:place]), run_together(texts[place:])
        if len(upper) <= reading.letters and len(lower) <= reading.letters:
            cost = abs(len(lower) - len(upper) - 3.0)
            cost -= 8.0 if upper.endswith(CLAUSE + SENTENCE) else 0.0
            cost += 8.0 if texts[place - 1].lower() in LITTLE else 0.0
            choices.append((cost, [upper, lower]))
    if choices:
        return min(choices)[1]
    lines = [texts[0]]
    for text in texts[1:]:
        if len(lines[-1]) + 1 + len(text) <= reading.letters:
            lines[-1] = run_together((lines[-1], text))
        else:
            lines.append(text)
    return lines
