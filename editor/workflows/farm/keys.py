"""Keys for an encrypted farm: one authority made on the spot, and one certificate that it signed.

Client, scheduler and workers show the same certificate; whoever has the folder is in the farm, and nobody else is.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.farm.addresses import AUTHORITY, CERTIFICATE, KEY

DAYS = 825
"""Longer ones are refused by some systems."""


def make_keys(folder: Path, hosts: tuple[str, ...] = ()) -> datetime:
    """Write authority, certificate and key; until when they are good. Raises ExpectedError, and replaces nothing."""
    if any((folder / name).exists() for name in (AUTHORITY, CERTIFICATE, KEY)):
        raise ExpectedError(
            tr("There are keys in {folder} already.", folder=str(folder)), tr("Choose another folder, or remove them.")
        )
    until = datetime.now(UTC) + timedelta(days=DAYS)
    signer, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _authority(signer, until)
    certificate = _certificate(signer, authority, key, until, hosts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / AUTHORITY).write_bytes(authority.public_bytes(Encoding.PEM))
        (folder / CERTIFICATE).write_bytes(certificate.public_bytes(Encoding.PEM))
        _write_secret(folder / KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=str(folder), reason=error.strerror or str(error))
        ) from error
    return until


def _authority(signer: ec.EllipticCurvePrivateKey, until: datetime) -> x509.Certificate:
    """Its own key is forgotten: it signs one certificate and can never sign another."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Atelier farm authority")])
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(signer.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(signs=True), critical=True)
        .sign(signer, hashes.SHA256())
    )  # fmt: skip


def _certificate(
    signer: ec.EllipticCurvePrivateKey, authority: x509.Certificate, key: ec.EllipticCurvePrivateKey, until: datetime,
    hosts: tuple[str, ...],
) -> x509.Certificate:  # fmt: skip
    names: list[x509.GeneralName] = []
    for host in dict.fromkeys(("localhost", "127.0.0.1", *hosts)):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            names.append(x509.DNSName(host))
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Atelier farm")]))
        .issuer_name(authority.subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .sign(signer, hashes.SHA256())
    )  # fmt: skip


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=not signs, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write_secret(path: Path, data: bytes) -> None:
    """For the person's own eyes only, from the first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
