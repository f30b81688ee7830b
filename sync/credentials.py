"""Who we are to a bucket: from the environment, or from the system's keyring. Never from a project, never in a log."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.errors import SyncError

SERVICE = "atelier-bucket"


@dataclass(frozen=True)
class Place:
    """A bucket and a folder in it. `endpoint` is the server's address, "" for Amazon's own."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"

    @property
    def label(self) -> str:
        return f"{self.endpoint or 's3'}/{self.bucket}/{self.prefix}".rstrip("/")


@dataclass(frozen=True)
class Credentials:
    """An access key. The secret half is left out of what is printed."""

    access: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def find_credentials(place: Place, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else what was kept for this place.

    Raises SyncError when there is neither.
    """
    access, secret = environment.get("AWS_ACCESS_KEY_ID"), environment.get("AWS_SECRET_ACCESS_KEY")
    if access and secret:
        return Credentials(access, secret, environment.get("AWS_SESSION_TOKEN", ""))
    kept = _kept(place)
    if kept is None:
        raise SyncError(
            "No key for {place} is known.",
            "Keep one with `sync login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", place=place.label,
        )  # fmt: skip
    return kept


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
