"""Hearing: silero-vad through our worker beside a plain loop over onnxruntime, beats beside librosa's tracker.

Rounds alternate and the fastest of each counts, so that the ratio holds on a busy machine too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ml.runtime.runtime import Runtime
from ml.sound.beats import find_beats
from ml.sound.onsets import RATE as MUSIC_RATE
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from ml.sound.silero import PIECE, chances, detector
from tests.benchmarks import Benchmark, PeerMissing
from tests.ml.sound.sounds import rhythm, talk

SILERO = "models/snakers4+silero-vad/src/silero_vad/data/silero_vad.onnx"
ROUNDS = 4


@cache
def corpora() -> Path:
    folder = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
    if not folder.is_dir():
        raise PeerMissing("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return folder


@cache
def speech() -> Samples:
    return np.tile(talk(20.0, [(1.0, 6.0), (8.0, 17.0)]), 6)


@cache
def voice_activity() -> tuple[float, float]:
    """Seconds for two minutes of speech, ours and the plain loop's."""
    import onnxruntime

    model, sound = corpora() / SILERO, speech()
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])

    def loop() -> None:
        state, before = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32)
        rate = np.array(LISTENING_RATE)
        for place in range(0, len(sound) - PIECE, PIECE):
            piece = sound[place : place + PIECE]
            _, state = session.run(
                None, {"input": np.concatenate([before, piece])[None], "state": state, "sr": rate}
            )
            before = piece[-64:]

    with Runtime() as runtime, detector(runtime, model) as found:
        return _fastest(lambda: chances(runtime, found, reader_of(sound), len(sound)), loop)


@cache
def beats() -> tuple[float, float]:
    """Seconds for a minute of music, ours and librosa's."""
    if find_spec("librosa") is None:
        raise PeerMissing("librosa is not installed: pip install librosa")
    from librosa.beat import beat_track

    sound = rhythm(np.arange(0.5, 59.0, 0.5), 60.0, 0.5)
    return _fastest(
        lambda: find_beats(reader_of(sound), len(sound)), lambda: beat_track(y=sound, sr=MUSIC_RATE, units="time")
    )


def _fastest(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS + 1):
        for place, run in enumerate((ours, theirs)):
            begin = time.perf_counter()
            run()
            best[place] = min(best[place], time.perf_counter() - begin)
    return best[0], best[1]


BENCHMARKS = (
    Benchmark(
        "find speech in 2 min, silero-vad", lambda: voice_activity()[0], peer="onnxruntime, plain loop",
        theirs=lambda: voice_activity()[1], target=1.1,
    ),
    Benchmark("beats of 1 min", lambda: beats()[0], peer="librosa beat_track", theirs=lambda: beats()[1], target=1.1),
)
