"""What runs in the process that hears with whisper.cpp."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np

Question = tuple[bytes, str]


def serve(model: str) -> Callable[[Question], dict[str, Any]]:
    """Load the model; the answer to (samples as float32 bytes, language) are words with times and the language."""
    if not os.path.isfile(model):
        raise FileNotFoundError(model)
    from pywhispercpp.model import Model

    engine = Model(
        model, redirect_whispercpp_logs_to=None, print_progress=False, print_realtime=False, no_context=True,
        n_threads=max(1, (os.cpu_count() or 2)), token_timestamps=True, max_len=1, split_on_word=True,
    )

    def answer(question: Question) -> dict[str, Any]:
        data, language = question
        samples = np.frombuffer(data, np.float32)
        try:
            if language == "auto":
                (language, _), _ = engine.auto_detect_language(samples.copy())
            segments = engine.transcribe(samples.copy(), language=language)
        except Exception as error:  # noqa: BLE001 - the library raises anything; it is told to whoever asked
            return {"failed": str(error)[:300]}
        words = [(segment.text, segment.t0 / 100, segment.t1 / 100) for segment in segments]
        return {"language": language, "words": words}

    return answer
