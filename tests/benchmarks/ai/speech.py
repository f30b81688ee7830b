"""How well speech and music are heard, on recordings that we did not make.

    python -m tests.benchmarks.ai.speech [--music FOLDER] [--whisper GGML] [--speech SOUND TEXT] [PART...]

Parts: words, activity, cleaning, beats. `--music`: sounds, each with a .beats file of times beside it, one a line.
`--speech`: one more transcribed recording. Seconds of this process and its children for a minute of sound stand beside
each figure.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ml.runtime.runtime import Runtime
from ml.sound import dtln
from ml.sound.activity import speech_by_energy
from ml.sound.beats import find_beats
from ml.sound.filters import FilterChain
from ml.sound.onsets import RATE as MUSIC_RATE
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from ml.sound.silero import speech_by_model
from ml.speech.moonshine import Moonshine, bundled_files
from ml.speech.utterances import hear
from ml.speech.whisper import Whisper
from ml.speech.words import Recogniser
from tests.benchmarks.speech import SILERO, corpora
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import f_measure
from tests.ml.sound.test_activity import agreement, annotated
from tests.ml.sound.test_cleaning import cleaned, si_sdr
from tests.ml.speech.test_moonshine import KENNEDY, SAMPLES, TRANSCRIBED, errors, words_of

NOISES = ("noise2", "noise3", "noise5")
TRIMMED_SECONDS = 5.0
"""Beats before this are not counted, as is usual (M. Davies et al., 2009)."""


class Meter:
    """Processor time spent by this process while it ran, for a minute of `seconds`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._used = 0.0

    @contextmanager
    def on(self, seconds: float) -> Iterator[None]:
        begin = _used()
        yield
        self._used += _used() - begin
        self.seconds += seconds

    def __str__(self) -> str:
        return f"{60 * self._used / max(self.seconds, 1e-9):.2f} s a minute"


def _used() -> float:
    import psutil

    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    alive = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return sum(use.ru_utime + use.ru_stime for use in usages) + sum(one.user + one.system for one in alive)


def tell(tool: str, method: str, measure: str, value: str, meter: Meter) -> None:
    print(f"| {tool} | {method} | {measure} | {value} | {meter} |", flush=True)


def transcribed(extra: list[tuple[Path, str]]) -> Iterator[tuple[Samples, list[str]]]:
    for name, text in TRANSCRIBED.items():
        yield listened(corpora() / SAMPLES / f"{name}.wav"), text.split()
    yield listened(corpora() / "audio/ggml-org+whisper.cpp/samples/jfk.mp3"), KENNEDY.split()
    for path, text in extra:
        yield listened(path), words_of(text)


def words(runtime: Runtime, extra: list[tuple[Path, str]], ggml: Path | None) -> None:
    engines: list[tuple[str, Recogniser]] = [("Moonshine tiny", Moonshine(runtime, bundled_files()))]
    if ggml is not None:
        engines.append((ggml.stem, Whisper(ggml, "en")))
    for name, engine in engines:
        meter, wrong, total = Meter(), 0, 0
        for sound, said in transcribed(extra):
            with meter.on(len(sound) / LISTENING_RATE):
                heard = hear(reader_of(sound), len(sound), engine)
            wrong += errors(said, words_of(" ".join(word.text for word in heard)))
            total += len(said)
        tell("captions", name, "words wrong", f"{wrong} of {total} ({100 * wrong / total:.1f} %)", meter)
        engine.close()


def activity(runtime: Runtime) -> None:
    methods = {
        "energy": lambda sound: speech_by_energy(reader_of(sound), len(sound)),
        "silero-vad": lambda sound: speech_by_model(runtime, corpora() / SILERO, reader_of(sound), len(sound)),
    }
    for name, method in methods.items():
        meter, shares = Meter(), []
        for sound, truth, told in annotated(corpora()):
            with meter.on(len(sound) / LISTENING_RATE):
                found = method(sound)
            shares.append((agreement(found, truth, told), told.sum()))
        mean = sum(share * weight for share, weight in shares) / sum(weight for _, weight in shares)
        tell("find_speech", name, "time on which the annotation agrees", f"{100 * mean:.1f} %", meter)


def mixtures() -> Iterator[tuple[Samples, Samples]]:
    """Six clips in three recorded noises at 0, 5 and 10 dB."""
    folder = corpora() / "audio/speechbrain+speechbrain/tests/samples"
    for clip in range(1, 7):
        clean = listened(folder / f"ASR/spk1_snt{clip}.wav")
        for noise in NOISES:
            rough = np.resize(listened(folder / f"noise/{noise}.wav"), len(clean))
            for decibels in (0, 5, 10):
                factor = np.sqrt((clean @ clean) / (rough @ rough) / 10 ** (decibels / 10))
                yield clean, clean + rough * np.float32(factor)


def filtered(name: str, arguments: str) -> Callable[[Samples], Samples]:
    def run(sound: Samples) -> Samples:
        chain = FilterChain([(name, arguments)], LISTENING_RATE, 1)
        result = np.concatenate([chain.push(sound[:, None]), chain.finish()])[:, 0]
        shift = _shift(sound, result)
        return np.pad(result[shift:], (0, len(sound)))[: len(sound)]

    return run


def _shift(sound: Samples, result: Samples) -> int:
    """By how much a filter is late."""
    size = len(sound) + len(result)
    match = np.fft.irfft(np.conj(np.fft.rfft(sound, size)) * np.fft.rfft(result, size))
    return max(0, int(match[:2000].argmax()))


def cleaning(runtime: Runtime) -> None:
    folder = corpora() / "models/breizhn+DTLN/pretrained_model"
    models = [folder / "model_1.onnx", folder / "model_2.onnx"]
    methods: dict[str, Callable[[Samples], Samples]] = {
        "log-spectral amplitude": cleaned,
        "DTLN": lambda sound: np.concatenate(list(dtln.denoised(runtime, models, reader_of(sound), len(sound)))),
        "FFmpeg afftdn, its usual settings": filtered("afftdn", ""),
        "FFmpeg afftdn, noise tracked": filtered("afftdn", "nr=20:nf=-25:tn=1"),
        "FFmpeg anlmdn": filtered("anlmdn", "s=0.0005"),
    }
    for name, method in methods.items():
        meter, gains = Meter(), []
        for clean, given in mixtures():
            with meter.on(len(given) / LISTENING_RATE):
                result = method(given)
            gains.append(si_sdr(clean, result) - si_sdr(clean, given))
        spread = f"worst {min(gains):+.1f}, best {max(gains):+.1f}"
        tell("clean_speech", name, "SI-SDR gained over 54 mixtures", f"{np.mean(gains):+.2f} dB ({spread})", meter)


def beats(folder: Path) -> None:
    meter, found = Meter(), []
    for path in sorted(folder.glob("*.beats")):
        sound = listened(path.with_suffix(".wav"), MUSIC_RATE)
        truth = np.loadtxt(path)
        with meter.on(len(sound) / MUSIC_RATE):
            times = find_beats(reader_of(sound), len(sound)).times
        found.append(f_measure(truth[truth >= TRIMMED_SECONDS], times[times >= TRIMMED_SECONDS]))
    good = sum(value > 0.9 for value in found)
    value = f"{np.mean(found):.3f}; {good} above 0.9"
    tell("beats", "dynamic programming", f"F (70 ms), {len(found)} pieces", value, meter)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=["words", "activity", "cleaning", "beats"])
    parser.add_argument("--music", type=Path)
    parser.add_argument("--whisper", type=Path)
    parser.add_argument("--speech", nargs=2, action="append", default=[])
    wished = parser.parse_args()
    with Runtime() as runtime:
        if "words" in wished.parts:
            words(runtime, [(Path(sound), Path(text).read_text()) for sound, text in wished.speech], wished.whisper)
        if "activity" in wished.parts:
            activity(runtime)
        if "cleaning" in wished.parts:
            cleaning(runtime)
        if "beats" in wished.parts and wished.music:
            beats(wished.music)


if __name__ == "__main__":
    main()
