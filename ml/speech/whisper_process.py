"""What runs in the process that hears with whisper.cpp."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

Question = tuple[bytes, str]
Token = tuple[bytes, float, float]


def serve(model: str) -> Callable[[Question], dict[str, Any]]:
    """Load the model; the answer to (samples as float32 bytes, language) are pieces of text with times, and the
    language. A piece begins with a space where a word does."""
    if not os.path.isfile(model):
        raise FileNotFoundError(model)
    from pywhispercpp.model import Model

    engine = Model(
        model, redirect_whispercpp_logs_to=None, print_progress=False, print_realtime=False, no_context=True,
        n_threads=max(1, (os.cpu_count() or 2)), token_timestamps=True,
    )

    def answer(question: Question) -> dict[str, Any]:
        data, language = question
        samples = np.frombuffer(data, np.float32)
        try:
            if language == "auto":
                (language, _), _ = engine.auto_detect_language(samples.copy())
            engine.transcribe(samples.copy(), language=language)
            return {"language": language, "words": list(whole_letters(_tokens(engine)))}
        except Exception as error:  # noqa: BLE001 - the library raises anything; it is told to whoever asked
            return {"failed": str(error)[:300]}

    return answer


def _tokens(engine: Any) -> Iterator[Token]:
    """The text tokens of what was heard last, with their times in seconds. The package's own segments lose the
    spaces between words."""
    library = import_module("_pywhispercpp")
    context = engine._ctx
    end = library.whisper_token_eot(context)
    for segment in range(library.whisper_full_n_segments(context)):
        for place in range(library.whisper_full_n_tokens(context, segment)):
            token = library.whisper_full_get_token_data(context, segment, place)
            if token.id < end:
                text = library.whisper_token_to_bytes(context, token.id)
                yield text, token.t0 / 100, token.t1 / 100


def whole_letters(tokens: Iterable[Token]) -> Iterator[tuple[str, float, float]]:
    """Tokens as text: a letter of several bytes may lie in several tokens."""
    decoder = getincrementaldecoder("utf-8")(errors="ignore")
    began: float | None = None
    for data, start, end in tokens:
        began = start if began is None else began
        if text := decoder.decode(data):
            yield text, began, max(end, began)
            began = None
