"""Models that come with the program are there, are what the catalogue says, and have their card beside them."""

from __future__ import annotations

import msgspec
import pytest

from ml.catalogue import built_in, catalogue
from ml.catalogue.built_in import built_in_models
from ml.catalogue.catalogue import BUILT_IN_FOLDER, Catalogue
from ml.errors import ModelError

LARGEST = 1_000_000


@pytest.fixture(autouse=True)
def fresh():
    built_in_models.cache_clear()
    yield
    built_in_models.cache_clear()


def test_each_is_whole_small_and_has_its_card() -> None:
    listed = catalogue.shipped().built_in
    assert {model.path for model in listed} == {path.name for path in BUILT_IN_FOLDER.glob("*.onnx")}
    for model in listed:
        [found] = [item for item in built_in_models(model.task) if item.name == model.name]
        assert found.path.stat().st_size == model.size <= LARGEST
        card = found.path.with_suffix(".md").read_text(encoding="utf-8")
        assert model.sha256 in card and model.licence in card and f"{model.size:,}" in card


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"path": "not-there.onnx"}])
def test_one_that_was_changed_or_is_gone_is_not_used(monkeypatch: pytest.MonkeyPatch, change: dict[str, str]) -> None:
    model = msgspec.structs.replace(catalogue.shipped().built_in[0], **change)
    monkeypatch.setattr(built_in, "shipped", lambda: Catalogue((), (model,)))
    with pytest.raises(ModelError, match="a part of Atelier"):
        built_in_models(model.task)
