"""Where a scheduler is, and whether the way to it is safe.

Whoever reaches a scheduler of Dask can run any program on its workers: what travels are Python's own pickles. So it
listens on this machine alone unless there are certificates; an open way to another machine must be asked for.
"""

import ipaddress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from editor.base.errors import ExpectedError
from editor.base.translation import tr

AUTHORITY, CERTIFICATE, KEY = "authority.pem", "farm.pem", "farm-key.pem"
SCHEMES = ("tcp", "tls")


def host_of(address: str) -> str:
    """The host in scheme://host:port. Raises ExpectedError for what is no such address."""
    try:
        parts = urlsplit(address)
        valid = parts.scheme in SCHEMES and parts.hostname and parts.port
    except ValueError:
        valid = False
    if not valid:
        raise ExpectedError(
            tr("{address} is no address of a farm.", address=address), tr("Write it as tls://HOST:PORT or tcp://HOST:PORT.")
        )
    return parts.hostname or ""


def is_this_machine(host: str) -> bool:
    """Whether only programs of this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(address: str, keys: Path | None, unencrypted: bool) -> None:
    """Raises ExpectedError for a way to another machine that others could listen in to, or use themselves."""
    host = host_of(address)
    if address.startswith("tls://"):
        if keys is None:
            raise ExpectedError(
                tr("An encrypted farm needs its keys."), tr("Name their folder with --keys; farm keys makes one.")
            )
        check_keys(keys)
    elif not is_this_machine(host) and not unencrypted:
        raise ExpectedError(
            tr("The way to {host} is not encrypted: others could read your work and run programs on the workers.",
               host=host),
            tr("Make keys with farm keys and use tls://, or say --unencrypted in a network that you trust entirely."),
        )  # fmt: skip


def check_keys(folder: Path) -> None:
    """Raises ExpectedError when a file of the keys is not there."""
    for name in (AUTHORITY, CERTIFICATE, KEY):
        if not (folder / name).is_file():
            raise ExpectedError(
                tr("There is no {name} in {folder}.", name=name, folder=str(folder)), tr("farm keys makes it.")
            )


def security_of(keys: Path) -> Any:
    """Dask's settings for one certificate that client, scheduler and workers share: who has the keys is in the farm."""
    from distributed.security import Security

    authority, certificate, key = (str(keys / name) for name in (AUTHORITY, CERTIFICATE, KEY))
    roles = {f"tls_{role}_{part}": path for role in ("client", "scheduler", "worker")
             for part, path in (("cert", certificate), ("key", key))}  # fmt: skip
    made: Any = Security
    return made(tls_ca_file=authority, require_encryption=True, **roles)
