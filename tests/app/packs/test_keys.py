"""Which key is used for a bucket, and that it shows nowhere."""

from __future__ import annotations

import keyring
import pytest
from keyring.errors import KeyringLocked

from app.packs.keys import find_credentials, keep_credentials
from sync.credentials import Credentials, Place
from sync.errors import SyncError

PLACE = Place("b", "", "http://store")
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "very secret"}


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, text: kept.update({(service, name): text}))
    return kept


def test_keys_come_from_the_environment_and_show_nowhere() -> None:
    found = find_credentials(PLACE, ENVIRONMENT)
    assert found.secret == "very secret"
    assert "very secret" not in f"{found!r} {found}"


def test_a_key_typed_for_this_bucket_goes_first() -> None:
    keep_credentials(PLACE, Credentials("typed", "other"))
    assert find_credentials(PLACE, ENVIRONMENT).access == "typed"
    assert find_credentials(Place("c"), ENVIRONMENT).access == "a"


def test_without_any_key_a_sentence_says_so() -> None:
    with pytest.raises(SyncError, match="No key"):
        find_credentials(PLACE, {})


def test_a_ring_that_is_locked_leaves_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(service: str, name: str) -> str:
        raise KeyringLocked

    monkeypatch.setattr(keyring, "get_password", locked)
    assert find_credentials(PLACE, ENVIRONMENT).access == "a"
