"""The network has few doors, and they are known: none but these modules may reach through one."""

from __future__ import annotations

import ast

from tests.architecture.source import name_of, parsed, python_files

DOORS = {
    "ml/catalogue/transfer.py": "a model that a person agreed to fetch",
    "ml/words/server.py": "a language server that a person named, on this machine unless told otherwise",
    "editor/workflows/farm/cluster.py": "a farm that a person started or named",
    "editor/workflows/farm/worker.py": "which worker of it this is",
    "editor/workflows/farm/running.py": "what Dask says when a worker went away",
    "editor/workflows/farm/addresses.py": "whose certificates are good",
    "sync/wire.py": "a bucket that a person named",
    "sync/bucket.py": "what can go wrong with it",
}
REACHING = {
    "socket", "ssl", "http", "urllib.request", "urllib.error", "urllib3", "requests", "httpx", "aiohttp", "boto3",
    "botocore", "ftplib", "smtplib", "xmlrpc", "webbrowser", "asyncio", "distributed", "websockets", "huggingface_hub",
    "PySide6.QtNetwork", "PySide6.QtWebEngineCore",
}


def test_nothing_else_imports_what_reaches_for_a_network() -> None:
    found = set()
    for path in python_files("app", "editor", "render", "ml", "sync"):
        for node in ast.walk(parsed(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            )
            if any(name == door or name.startswith(f"{door}.") for name in names for door in REACHING):
                found.add(name_of(path))
    assert found <= set(DOORS), found - set(DOORS)
