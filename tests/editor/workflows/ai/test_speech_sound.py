"""Find speech, clean speech, find beats: markers, cuts, another file under the clips; originals stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.display.timeline import end_of
from editor.model.video import MediaItem
from editor.storage import create_project
from editor.workflows.ai.timeline_sound import listening
from ml.catalogue.store import InstalledModel
from ml.runtime.runtime import Runtime
from ml.sound.onsets import RATE as MUSIC_RATE
from ml.sound.rates import LISTENING_RATE
from tests.editor.workflows.ai.talking_films import Reel, sound_file, talking_film
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import engine, rhythm, talk
from tests.ml.sound.test_cleaning import noisy, si_sdr, stage
from tests.ml.sound.test_silero import tiny
from tests.render.video.clips import make_wave

PHRASES = [(1.0, 2.0), (4.0, 5.5), (8.0, 9.0)]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talking_film(tmp_path_factory.mktemp("film") / "talk.mp4", talk(10.0, PHRASES))


def heard(reel: Reel) -> np.ndarray:
    with listening(reel.project, reel.document) as found:
        return found.mono()(0, found.count())


def test_speech_is_marked_where_it_is(film: Path, runtime: Runtime) -> None:
    reel = Reel(film)
    reel.lay(5.0, 7.0, skip=3.0)
    run(reel.project, "video.set_marker", document=reel.document, time=Fraction(1), name="mine")
    for _ in range(2):
        outcome = reel.call("find_speech", runtime, padding=0.0)
    found = reel.markers()
    assert [name for _, _, name in found] == ["mine", "Speech", "Speech"], "those of the last time went"
    for (start, length, _), (wanted, seconds) in zip(found[1:], [(6.0, 1.5), (10.0, 1.0)], strict=True):
        assert abs(start - wanted) < 0.15
        assert abs(length - seconds) < 0.25
    assert re.search(r"marked: 2, 2\.\d s of 12 s", outcome.sentence)


@pytest.mark.parametrize("channels", [(1.0, -1.0), (0.0, 1.0), (1.0, 1.0)], ids=["turned over", "one side", "both"])
def test_speech_is_heard_whatever_the_channels_do(
    channels: tuple[float, float], tmp_path: Path, runtime: Runtime
) -> None:
    said = talk(10.0, PHRASES)
    both = make_wave(tmp_path / "talk.wav", np.stack([side * said for side in channels], axis=1), LISTENING_RATE)
    reel = Reel(both)
    reel.lay(0.0)
    outcome = reel.call("find_speech", runtime)
    assert len(reel.markers()) == len(PHRASES), outcome.sentence
    loudest = np.abs(heard(reel)).max()
    assert loudest > 0.4 * np.abs(said).max()


def test_silences_are_cut_out_of_picture_and_sound(film: Path, runtime: Runtime) -> None:
    reel = Reel(film)
    reel.lay(0.0)
    reel.call("find_speech", runtime, result="cut_silences", padding=0.1)
    length = float(end_of(reel.project, reel.document))
    assert 3.3 < length < 5.0
    assert len(reel.clips("video")) == len(reel.clips("audio")) == 3
    level = np.sqrt(np.convolve(heard(reel) ** 2, np.ones(1600) / 1600, mode="valid"))
    assert (level > 0.02).mean() > 0.75
    reel.project.undo()
    assert float(end_of(reel.project, reel.document)) == pytest.approx(10.0)


@pytest.mark.parametrize("result", ["markers", "cut_silences"])
def test_where_nobody_speaks_that_is_said(tmp_path: Path, runtime: Runtime, result: str) -> None:
    reel = Reel(sound_file(tmp_path / "engine.wav", engine(4.0)))
    reel.lay(0.0)
    assert reel.call("find_speech", runtime, result=result).sentence == "No speech was found."
    assert reel.markers() == []
    assert float(end_of(reel.project, reel.document)) == pytest.approx(4.0)


def test_a_model_of_silero_s_kind_finds_speech_too(film: Path, tmp_path: Path, runtime: Runtime) -> None:
    model = InstalledModel("tiny", "voice_activity", {"model": tiny(tmp_path / "tiny.onnx")}, "ab" * 32)
    reel = Reel(film)
    reel.lay(0.0)
    reel.call("find_speech", runtime, model=model, sensitivity=1.0)
    assert reel.markers()
    assert reel.notes()[-1].model == "tiny"


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path


def noisy_reel(folder: Path, seconds: float = 6.0) -> tuple[Reel, np.ndarray]:
    clean = talk(seconds, [(1.0, 3.0), (3.6, 5.0)], noise=0.0)
    opened = create_project(folder / "p.atelier")
    reel = Reel(sound_file(folder / "rough.wav", noisy(clean, 8.0)), opened.project)
    reel.opened = opened  # type: ignore[attr-defined]
    return reel, clean


def test_a_clip_plays_its_cleaned_sound_and_the_original_stays(saved: Path, runtime: Runtime) -> None:
    reel, clean = noisy_reel(saved)
    clip = reel.lay(0.0, 4.0, skip=1.0)
    before = heard(reel)
    reel.call("clean_speech", runtime, (clip,))
    after = heard(reel)
    wanted = clean[16_000 : 16_000 + len(after)]
    assert si_sdr(wanted, after) > si_sdr(wanted, before) + 4.0
    files = reel.project.children(reel.document, MediaItem)
    assert [item.name for item in files] == ["rough", "rough cleaned"] or len(files) == 2
    assert len(list((saved / "p.media").iterdir())) == 1
    assert [(note.tool, note.generated) for note in reel.notes()] == [("clean_speech", False)]
    reel.project.undo()
    assert np.abs(heard(reel) - before).max() < 1e-6
    reel.opened.close()  # type: ignore[attr-defined]


def test_clips_of_one_file_share_one_cleaned_file(saved: Path, runtime: Runtime) -> None:
    reel, _ = noisy_reel(saved)
    reel.lay(0.0, 1.5, skip=0.5)
    reel.lay(3.0, 1.5, skip=3.0)
    before = heard(reel)
    reel.call("clean_speech", runtime, even_loudness=True)
    assert len(reel.project.children(reel.document, MediaItem)) == 2
    assert len(heard(reel)) == len(before)
    assert len({clip.source.item for clip in reel.clips("audio")}) == 1
    reel.opened.close()  # type: ignore[attr-defined]


def test_models_shaped_like_dtln_clean_too(saved: Path, runtime: Runtime) -> None:
    files = {"model": stage(saved / "1.onnx", 257, 0.5), "model_2": stage(saved / "2.onnx", 512, 0.25)}
    model = InstalledModel("tiny", "speech_denoise", files, "ab" * 32)
    reel, _ = noisy_reel(saved, 5.0)
    reel.lay(0.0)
    before = heard(reel)
    reel.call("clean_speech", runtime, model=model, strength=1.0)
    after = heard(reel)
    ratio = (after @ before) / (before @ before)
    assert abs(ratio - 0.53) < 0.03, "half of everything, and what is kept of the old"
    reel.opened.close()  # type: ignore[attr-defined]


def test_stopping_leaves_no_file(saved: Path, runtime: Runtime) -> None:
    reel, _ = noisy_reel(saved)
    reel.lay(0.0)
    shares: list[float] = []
    with pytest.raises(Cancelled):
        reel.call(
            "clean_speech", runtime,
            progress=Progress(lambda share, text: shares.append(share), cancelled=lambda: len(shares) > 8),
        )
    folder = saved / "p.media"
    assert not folder.exists() or list(folder.iterdir()) == []
    reel.opened.close()  # type: ignore[attr-defined]


def test_without_a_clip_there_is_nothing_to_clean(film: Path, runtime: Runtime) -> None:
    with pytest.raises(ExpectedError, match="no sound"):
        Reel(film).call("clean_speech", runtime)


def music_reel(folder: Path) -> Reel:
    times = np.arange(0.5, 19.5, 0.5)
    return Reel(sound_file(folder / "music.wav", rhythm(times, 20.0, 0.5), MUSIC_RATE))


def test_beats_become_markers_named_by_bar_and_beat(tmp_path: Path, runtime: Runtime) -> None:
    reel = music_reel(tmp_path)
    reel.lay(3.0, 18.0, skip=1.0)
    outcome = reel.call("beats", runtime)
    assert "the tempo is 120 beats a minute" in outcome.sentence
    found = reel.markers()
    assert len(found) > 30
    for start, length, name in found:
        assert abs(start * 2 - round(start * 2)) < 0.1
        assert length == 0.0
        bar, beat = name.split(".")
        assert int(bar) >= 1
        assert 1 <= int(beat) <= 4
    reel.call("beats", runtime, mark="bars")
    assert {name.split(".")[1] for _, _, name in reel.markers()} == {"1"}
    assert len(reel.markers()) <= len(found) / 3


def test_speech_has_no_beat_and_tempi_must_make_sense(film: Path, tmp_path: Path, runtime: Runtime) -> None:
    noise = np.random.default_rng(2).normal(size=5 * 16_000).astype(np.float32) * np.float32(0.1)
    reel = Reel(sound_file(tmp_path / "noise.wav", noise))
    reel.lay(0.0)
    with pytest.raises(ExpectedError, match="No steady beat"):
        reel.call("beats", runtime)
    with pytest.raises(ExpectedError, match="above the slowest"):
        reel.call("beats", runtime, slowest=120.0, fastest=90.0)


@pytest.mark.conformance
def test_dtln_and_silero_on_recordings(corpora: Path, tmp_path: Path, runtime: Runtime) -> None:
    folder = corpora / "models"
    dtln = {
        role: folder / "breizhn+DTLN/pretrained_model" / name
        for role, name in (("model", "model_1.onnx"), ("model_2", "model_2.onnx"))
    }
    clean = listened(corpora / "audio/speechbrain+speechbrain/tests/samples/ASR/spk1_snt1.wav")
    reel = Reel(sound_file(tmp_path / "rough.wav", noisy(clean, 5.0)))
    reel.lay(0.0)
    before = heard(reel)
    model = InstalledModel("dtln", "speech_denoise", dtln, "ab" * 32)
    reel.call("clean_speech", runtime, model=model, strength=1.0, keep_high_band=False)
    before, after = (sound[: min(len(clean), len(before))] for sound in (before, heard(reel)))
    assert si_sdr(clean[: len(after)], after) > si_sdr(clean[: len(before)], before) + 4.0
    silero = folder / "snakers4+silero-vad/src/silero_vad/data/silero_vad.onnx"
    reel.call(
        "find_speech", runtime, model=InstalledModel("silero", "voice_activity", {"model": silero}, "ab" * 32)
    )
    assert reel.markers()
