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
