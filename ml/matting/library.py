"""The three parts of PyMatting that closed-form mattes need, loaded alone.

Importing the package compiles all that it has, half a minute on a machine that never did; these take four seconds,
once, and are kept on disk. The compiling cannot be stopped, so it goes on by itself when the work is cancelled.
"""

import importlib
import importlib.machinery
import importlib.util
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.progress import Progress

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Solvers:
    """`laplacian(image, epsilon, is_known=...)`, `preconditioner(matrix, ...)`, `conjugate_gradients(matrix, b, ...)`;
    see PyMatting's `cf_laplacian`, `ichol` and `cg`."""

    laplacian: Callable[..., Any]
    preconditioner: Callable[..., Any]
    conjugate_gradients: Callable[..., Any]


_loaded: dict[str, Solvers | BaseException] = {}
_lock = threading.Lock()


def solvers(progress: Progress) -> Solvers:
    """Loads them on the first call."""
    thread = threading.Thread(target=_load, name="matting-compiler", daemon=True)
    if "solvers" not in _loaded:
        thread.start()
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            progress.check()
    found = _loaded["solvers"]
    if isinstance(found, BaseException):
        raise found
    return found


def _load() -> None:
    with _lock:
        if isinstance(_loaded.get("solvers"), Solvers):
            return
        try:
            _loaded["solvers"] = Solvers(
                _leaf("laplacian.cf_laplacian").cf_laplacian, _leaf("preconditioner.ichol").ichol,
                _leaf("solver.cg").cg,
            )
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asked
            _loaded["solvers"] = error


def _leaf(name: str) -> Any:
    """One module of the package, whose packages are there in name only: their own code would import all the others."""
    _enter_packages(name.rpartition(".")[0])
    return _silenced(importlib.import_module(f"pymatting.{name}"))


def _enter_packages(part: str) -> None:
    """Known by name only: the compiler's cache looks modules up by name, and would import each whole package."""
    whole = importlib.util.find_spec("pymatting")
    if whole is None or whole.origin is None:
        raise ImportError("pymatting is not installed")
    inner = importlib.machinery.ModuleSpec(f"pymatting.{part}", None, is_package=True)
    inner.submodule_search_locations = [str(Path(whole.origin).parent / part)]
    for spec in (whole, inner):
        if spec.name not in sys.modules:
            sys.modules[spec.name] = importlib.util.module_from_spec(spec)


def _silenced(module: Any) -> Any:
    """Without its remarks to whoever runs it in a terminal."""
    vars(module)["print"] = lambda *_words: None
    return module
