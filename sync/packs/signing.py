"""Ed25519 signatures (RFC 8032) over manifests, by the `cryptography` library."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.errors import Refused

CONTEXT = b"atelier pack 1\n"
"""Stands before what is signed, so that a signature made for something else never fits a pack."""


class SigningKey:
    """An author's private key. It shows itself nowhere."""

    def __init__(self, secret: bytes) -> None:
        """`secret` are the 32 bytes of the private key. Raises ValueError for another length."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    def secret(self) -> bytes:
        """For the keyring, and nowhere else."""
        return self._key.private_bytes_raw()

    @property
    def public(self) -> str:
        """The public key in hexadecimal, as manifests name it."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, manifest: bytes) -> bytes:
        """64 bytes."""
        return self._key.sign(CONTEXT + manifest)


def check_signature(manifest: bytes, signature: bytes, public: str) -> None:
    """Raises Refused unless the owner of `public` signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, CONTEXT + manifest)
    except (InvalidSignature, ValueError) as error:
        raise Refused("The pack's signature does not fit: it was changed after its author signed it.",
                      "Ask for it again.") from error  # fmt: skip
