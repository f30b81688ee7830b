"""Who this person is to a bucket: from the system's keyring, or from the environment. Never from a project, never in a
log."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from sync.credentials import Credentials, Place
from sync.errors import SyncError

SERVICE = "atelier-bucket"


def find_credentials(place: Place, environment: Mapping[str, str] = os.environ) -> Credentials:
    """What was kept for this place, else the environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

    A key that somebody typed for just this bucket says more than one that is meant for all. Raises SyncError when there
    is neither.
    """
    kept = _kept(place)
    if kept is not None:
        return kept
    access, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if access and secret:
        return Credentials(access, secret, environment.get("AWS_SESSION_TOKEN", ""))
    raise SyncError(
        "No key for {place} is known.",
        "Keep one with `sync login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", place=place.label,
    )  # fmt: skip


def _kept(place: Place) -> Credentials | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        text = keyring.get_password(SERVICE, place.label)
        return Credentials(**json.loads(text)) if text else None
    except KeyringError:
        return None
    except (ValueError, TypeError) as error:
        raise SyncError("The key kept for {place} cannot be read.", "Keep it again.", place=place.label) from error


def keep_credentials(place: Place, credentials: Credentials) -> None:
    """Into the system's keyring. Raises SyncError where there is none."""
    import keyring
    from keyring.errors import KeyringError

    whole = {"access": credentials.access, "secret": credentials.secret, "token": credentials.token}
    try:
        keyring.set_password(SERVICE, place.label, json.dumps(whole))
    except KeyringError as error:
        raise SyncError(
            "This system has no keyring that is open.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead.",
        ) from error


def forget_credentials(place: Place) -> None:
    """Out of the system's keyring. Raises SyncError when the keyring does not let it go."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if keyring.get_password(SERVICE, place.label) is not None:
            keyring.delete_password(SERVICE, place.label)
    except PasswordDeleteError as error:
        raise SyncError("The key kept for {place} could not be deleted from the keyring.", place=place.label) from error
    except KeyringError:  # no keyring, no key in it
        return
