"""What recognisers write where nobody speaks.

They learned from films' subtitles, and for noise or music they give what stood most often where nothing was said: a
thanks, a "you", somebody's signature; or they go in circles (A. Koenecke et al., "Careless Whisper: Speech-to-Text
Hallucination Harms", 2024). People do say thanks: such words are kept where they take as long as they take to say.
"""

from __future__ import annotations

STOCK = {
    "you", "thank you", "thank you very much", "thank you so much", "thanks", "thank you for watching",
    "thanks for watching", "thank you for listening", "please subscribe", "bye", "bye bye", "so", "oh", "uh", "um",
    "hmm", "the end", "merci", "merci d avoir regardé cette vidéo", "danke", "vielen dank", "gracias",
    "gracias por ver el video", "ご視聴ありがとうございました",
}
SIGNATURE_WORDS = 10
"""A longer utterance with such words in it is about them."""
SIGNED = ("amara org", "transcript emily beynon", "untertitel von", "untertitelung", "sous titrage", "subtitles by")
SLOWEST, SPARE = 0.12, 0.6
"""Seconds for a letter, and for the breath around: who says so little takes no longer."""
ROUNDS, ROUND_WORDS = 4, 12
"""Nobody says the same so many times in a row, in so many words and nothing else."""
LONGEST_ROUND = 12


def is_phantom(texts: list[str], seconds: float) -> bool:
    """Whether an utterance of `seconds` in which these words were heard holds no words at all."""
    letters = "".join(letter.lower() if letter.isalnum() else " " for letter in " ".join(texts))
    words = letters.split()
    line = " ".join(words)
    signed = len(words) <= SIGNATURE_WORDS and any(name in line for name in SIGNED)
    if not words or signed or goes_in_circles(words):
        return True
    rounds = next((size for size in range(1, len(words)) if words == words[:size] * (len(words) // size)), len(words))
    return " ".join(words[:rounds]) in STOCK and seconds > SPARE + SLOWEST * len("".join(words))


def goes_in_circles(words: list[str]) -> bool:
    """Whether all of it is one phrase said again and again; its last round may be cut off."""
    return len(words) >= ROUND_WORDS and any(
        words == (words[:size] * (len(words) // size + 1))[: len(words)]
        for size in range(1, min(LONGEST_ROUND, len(words) // ROUNDS) + 1)
    )
