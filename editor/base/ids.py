"""Record ids: 16 characters of lower-case base 32, drawn from a seed so that a replay draws the same ones."""

import base64
import hashlib
import secrets


def new_seed() -> str:
    """64 random bits in hexadecimal: where the ids of one transaction come from."""
    return secrets.token_hex(8)


class IdSequence:
    """The ids of one transaction: the same seed gives the same ids in the same order."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.count = 0

    def next(self) -> str:
        self.count += 1
        digest = hashlib.blake2b(f"{self.seed}/{self.count}".encode(), digest_size=10).digest()
        return base64.b32encode(digest).decode().lower()
