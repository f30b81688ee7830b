"""Who we are to a bucket, and where it is. Keys come from whoever asks; they are never in a log."""

from dataclasses import dataclass, field


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


def forget_credentials(place: Place) -> bool:
    """Out of the system's keyring; whether there was one. Raises SyncError when the keyring does not let it go."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if keyring.get_password(SERVICE, place.label) is None:
            return False
        keyring.delete_password(SERVICE, place.label)
    except PasswordDeleteError as error:
        raise SyncError("The key kept for {place} could not be deleted from the keyring.", place=place.label) from error
    except KeyringError:  # no keyring, no key in it
        return False
    return True
