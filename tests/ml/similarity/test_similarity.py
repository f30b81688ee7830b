"""Fingerprints find changed copies, the index keeps up with a folder, words find what they name."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.similarity.embedding import Embedder, middle
from ml.similarity.fingerprint import LENGTH, VIEWS, all_views, fingerprint, mirrored
from ml.similarity.index import Entry, PictureIndex
from ml.similarity.likeness import COPY_SCORE, best_places, likeness
from ml.similarity.looks import LOOKS, looks_of
from ml.similarity.queries import SAME, score_of, words_in
from ml.similarity.update import Sample, entry_of, update
from ml.similarity.word_index import Worded, WordIndex
from tests.ml.similarity.pictures import clip_model, plain, scene

SCENES = [scene(seed) for seed in range(60)]
PRINTS = [fingerprint(picture) for picture in SCENES]
HASHES = np.array([one.hashes for one in PRINTS])
VECTORS = np.array([one.vector for one in PRINTS])


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


COPIES = {
    "smaller": lambda picture: cv2.resize(picture, (60, 45), interpolation=cv2.INTER_AREA),
    "JPEG": lambda picture: jpeg(picture, 20),
    "a tenth cropped": lambda picture: picture[8:-7, 10:-10],
    "a tenth off one corner": lambda picture: picture[15:, 20:],
    "brighter": lambda picture: np.clip(picture * 1.15 + 10, 0, 255).astype(np.uint8),
    "gray": lambda picture: np.repeat(picture.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2),
    "mirrored": mirrored,
}


@pytest.mark.parametrize("change", COPIES)
def test_changed_copies_are_found_first(change: str) -> None:
    first = 0
    for number, picture in enumerate(SCENES[:20]):
        copy = COPIES[change](picture)
        scores = likeness([fingerprint(copy), fingerprint(mirrored(copy))], HASHES, VECTORS)
        first += int(scores.argmax()) == number
    assert first >= 19


def test_other_pictures_are_not_called_copies() -> None:
    called = sum(int((likeness([one], HASHES, VECTORS) >= COPY_SCORE).sum()) for one in PRINTS)
    assert called <= len(PRINTS) + 2


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_any_picture_has_a_fingerprint(width: int, height: int, value: int) -> None:
    found = fingerprint(np.full((height, width, 3), value, np.uint8))
    assert found.hashes.shape == (VIEWS,) and found.vector.shape == (LENGTH,) and np.isfinite(found.vector).all()


def test_the_best_come_first_and_equals_in_order() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.9] + [0.0] * 100, np.float32)
    assert best_places(scores, 3).tolist() == [1, 3, 2]


@pytest.mark.parametrize(
    ("colour", "word"),
    [((200, 20, 20), "red"), ((240, 140, 20), "orange"), ((240, 220, 40), "yellow"), ((30, 140, 40), "green"),
     ((30, 60, 200), "blue"), ((110, 40, 150), "purple"), ((250, 150, 180), "pink"), ((100, 60, 30), "brown"),
     ((10, 10, 10), "black"), ((250, 250, 250), "white"), ((128, 128, 128), "gray"), ((20, 180, 190), "cyan")],
)  # fmt: skip
def test_colours_have_their_names(colour: tuple[int, int, int], word: str) -> None:
    assert word in looks_of(plain(colour), 40, 30)


def test_shapes_and_light_have_names() -> None:
    assert {"portrait", "dark", "monochrome"} <= set(looks_of(plain((12, 12, 12)), 600, 900))
    assert {"landscape", "panorama", "large"} <= set(looks_of(plain((250, 250, 250)), 6000, 2000))
    assert set(SAME.values()) <= LOOKS


def test_words_are_matched_in_both_languages() -> None:
    looks = ["red", "landscape", "dark"]
    assert words_in("maVoiture-rouge_02") == ["ma", "voiture", "rouge", "02"]
    assert score_of(words_in("voitures rouges"), words_in("maVoiture"), (), looks) > 0.9
    assert score_of(words_in("Paysage sombre"), (), (), looks) > 0
    assert score_of(words_in("blue car"), words_in("car"), (), looks) == 0
    assert score_of(words_in("été"), (), words_in("Ete 2024"), ()) == 1
    assert score_of([], words_in("car"), (), looks) == 0


# The index


def read(path: Path) -> Sample:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ModelError("The picture {name} cannot be read.", name=path.name)
    rgb = picture[..., ::-1]
    return Sample(np.ascontiguousarray(rgb), rgb.shape[1], rgb.shape[0], "holiday" if "Beach" in path.name else "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "pictures"
    (place / "deep").mkdir(parents=True)
    for number in range(5):
        cv2.imwrite(str(place / f"scene{number}.png"), SCENES[number][..., ::-1])
    cv2.imwrite(str(place / "deep" / "redBeach.png"), plain((210, 20, 20))[..., ::-1])
    (place / "broken.png").write_bytes(b"no picture")
    (place / "notes.txt").write_text("not looked at", encoding="utf-8")
    return place


@pytest.fixture
def index(tmp_path: Path) -> PictureIndex:
    return PictureIndex(tmp_path / "index" / "pictures.sqlite")


SUFFIXES = frozenset({".png"})


def test_a_folder_is_read_once_and_then_kept_up_with(folder: Path, index: PictureIndex) -> None:
    first = update(index, folder, SUFFIXES, read)
    assert (first.read, len(first.unreadable), index.count()) == (6, 1, 6)
    again = update(index, folder, SUFFIXES, read)
    assert (again.read, again.same, again.gone, again.unreadable) == (0, 6, 0, first.unreadable)
    os.rename(folder / "scene0.png", folder / "deep" / "moved.png")
    (folder / "scene1.png").unlink()
    cv2.imwrite(str(folder / "scene2.png"), SCENES[30])
    last = update(index, folder, SUFFIXES, read)
    assert (last.read, last.moved, last.gone, index.count()) == (1, 1, 2, 5)
    assert list(index.unreadable()) == [str(folder / "broken.png")]


def test_many_may_begin_at_once(tmp_path: Path) -> None:
    index, mark = PictureIndex(tmp_path / "new.sqlite"), fingerprint(SCENES[0])
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            index.put([Entry(f"/pictures/red {number}.png", fingerprint=mark)])
            index.make_ready()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says it
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and index.count() == 6 == len(index.by_words("red"))


@given(st.lists(st.sampled_from(["red", "redCar_2", "Boats", "été", "garden of roses", "x"]), min_size=1, max_size=4),
       st.sampled_from(["red", "boat", "ete rose", "car", "gar", "bleu", "", "rouge", "red red"]))
def test_the_index_of_words_scores_as_the_plain_way(names: list[str], query: str) -> None:
    pictures = [Worded(f"/holiday pictures/{name} {number}.png", "sea, garden", "red portrait")
                for number, name in enumerate(names)]
    plain_way = [
        score_of(words_in(query), words_in(Path(one.place).stem), words_in(one.keywords), one.looks.split(),
                 words_in("holiday pictures"))
        for one in pictures
    ]
    assert WordIndex(pictures).scores(query).tolist() == pytest.approx(plain_way)


def test_entries_come_in_one_go(folder: Path, index: PictureIndex) -> None:
    update(index, folder, SUFFIXES, read)
    places = [*index.known(), "nowhere"]
    found = index.entries(places)
    assert set(found) == set(places[:-1])
    assert all(found[place].digest == index.entry(place).digest for place in found)  # type: ignore[union-attr]


def test_look_alikes_and_words_are_found(folder: Path, index: PictureIndex) -> None:
    update(index, folder, SUFFIXES, read)
    copy = COPIES["a tenth cropped"](SCENES[3])
    hits = index.like([fingerprint(np.ascontiguousarray(copy))])
    assert Path(hits[0].place).name == "scene3.png" and hits[0].score >= COPY_SCORE > hits[1].score
    assert index.like([fingerprint(copy)], under=str(folder / "deep")) != []
    for words in ("red", "rouge plage beach", "holiday red", "red beach landscape"):
        found = [Path(hit.place).name for hit in index.by_words(words)]
        assert found[:1] == (["redBeach.png"] if "plage" not in words else [])


def test_identical_files_are_grouped(folder: Path, index: PictureIndex) -> None:
    (folder / "copy.png").write_bytes((folder / "scene4.png").read_bytes())
    update(index, folder, SUFFIXES, read)
    assert index.duplicates() == [[str(folder / "copy.png"), str(folder / "scene4.png")]]


def test_what_was_entered_stays_when_it_is_stopped(folder: Path, index: PictureIndex, monkeypatch) -> None:
    monkeypatch.setattr("ml.similarity.update.BATCH", 2)

    class Stop(Exception):
        pass

    class Progress:
        def __call__(self, share: float, text: str = "") -> None:
            if share > 0.6:
                raise Stop

        def check(self) -> None:
            pass

        def part(self, start: float, end: float) -> Progress:
            return self

    with pytest.raises(Stop):
        update(index, folder, SUFFIXES, read, Progress())
    assert 2 <= index.count() < 6
    assert update(index, folder, SUFFIXES, read).same >= 2


def test_another_connection_sees_changes(folder: Path, index: PictureIndex) -> None:
    update(index, folder, SUFFIXES, read)
    other = PictureIndex(index.path)
    assert len(other.like(PRINTS[:1])) == 6
    index.drop([str(folder / "scene0.png")])
    assert len(other.like(PRINTS[:1])) == 5


def test_a_file_that_is_no_index_is_said_and_an_old_one_is_made_anew(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.sqlite"
    wrong.write_bytes(b"something else entirely, and long enough to be read as a file" * 20)
    with pytest.raises(ModelError, match="cannot be used"):
        PictureIndex(wrong).count()
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(old) as connection:
        connection.execute("CREATE TABLE picture (place TEXT)")
    connection.close()
    assert PictureIndex(old).count() == 0
    with pytest.raises(ModelError, match="no folder"):
        update(PictureIndex(old), tmp_path / "nowhere", SUFFIXES, read)


def test_entries_come_back_as_they_were_put(index: PictureIndex) -> None:
    entry = entry_of(Sample(SCENES[0], 2000, 1500, "a, b", b"thumb"), Entry("somewhere", 5, 1.5, b"digest"))
    index.put([entry])
    back = index.entry("somewhere")
    assert back is not None and back.fingerprint is not None and entry.fingerprint is not None
    assert (back.width, back.keywords, back.looks, back.thumbnail) == (2000, "a, b", entry.looks, b"thumb")
    assert np.array_equal(back.fingerprint.hashes, entry.fingerprint.hashes)
    assert np.allclose(back.fingerprint.vector, entry.fingerprint.vector, atol=1e-3)


# Models of CLIP's kind


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.mark.parametrize("in_one_file", [False, True])
def test_pictures_and_words_meet(in_one_file: bool, tmp_path: Path, runtime: Runtime, index: PictureIndex) -> None:
    embedder = Embedder(clip_model(tmp_path, in_one_file), runtime)
    colours = {"red": (220, 20, 20), "teal": (0, 210, 170), "blue": (20, 20, 220)}
    index.put([Entry(name) for name in colours])
    index.put_embeddings(embedder.name, [(name, embedder.of_picture(plain(it))) for name, it in colours.items()])
    for name in colours:
        hits = index.near(embedder.name, embedder.of_words(name))
        assert hits[0].place == name and hits[0].score > 0.9 > hits[1].score
    assert index.near("another model", embedder.of_words("red")) == []
    assert index.without_embedding(embedder.name) == [] and len(index.without_embedding("another")) == 3
    index.drop(["red"])
    assert len(index.near(embedder.name, embedder.of_words("red"))) == 2


def test_the_middle_square_is_shown() -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    picture[:, 100:200] = 255
    assert middle(picture, 32, 32).min() > 200


def test_what_a_model_lacks_is_named(tmp_path: Path, runtime: Runtime) -> None:
    model = clip_model(tmp_path)
    (tmp_path / "vocab.json").unlink()
    with pytest.raises(ModelError, match=r"came without vocab.json"):
        Embedder(model, runtime).of_words("red")
    del model.files["image"]
    with pytest.raises(ModelError, match="takes no pictures"):
        Embedder(model, runtime)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_copies_are_found(quarters: int) -> None:
    turned = np.ascontiguousarray(np.rot90(jpeg(SCENES[7], 50), quarters))
    scores = likeness(all_views(turned), HASHES, VECTORS)
    assert int(np.argmax(scores)) == 7 and scores[7] >= COPY_SCORE
