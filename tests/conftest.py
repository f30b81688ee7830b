"""What holds for every test: quiet logs, no threads left behind, repeatable hypothesis, Qt on software OpenGL.

Fixtures for all: `corpora` (folder of other people's files, or a skip that says where to put them).
A test that expects a warning says so with `pytest.mark.expects_log` or reads it through `caplog` and clears it.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis.internal.conjecture import providers

ROOT = Path(__file__).resolve().parents[1]
OURS = ("app", "editor", "render", "ml", "sync", "root")
THREAD_GRACE_SECONDS = 2.0

# Set before Qt is imported anywhere. Software GL gives the same pixels on every machine; the minimal Qt log keeps
# font and plugin chatter out of the test output.
os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false;qt.text.font.db=false")
os.environ.setdefault("QT_SCALE_FACTOR", "1")

hypothesis.settings.register_profile(
    "repeatable", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("explore", parent=hypothesis.settings.get_profile("repeatable"), derandomize=False)
PROFILE = os.environ.get("ATELIER_HYPOTHESIS", "repeatable")
hypothesis.settings.load_profile(PROFILE)
if PROFILE == "repeatable":
    # Hypothesis tries constants out of those modules of ours that happen to be loaded: which examples a test sees would
    # depend on the tests that ran before it in the same process. tests/architecture/test_examples.py holds this line.
    providers.is_local_module_file = lambda path: False


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_log: this test makes our code log a warning or an error on purpose")
    config.addinivalue_line("markers", "keeps_threads: this test leaves a thread running on purpose")


def pytest_collection_finish() -> None:
    """What was gathered stays until the end: nobody need look through half a million objects for rings of them."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Libraries tell at exit what was never let go of."""
    gc.unfreeze()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder with other people's files; the test is skipped with a message where it is absent."""
    folder = Path(os.environ.get("ATELIER_CORPORA", ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip("no corpora: set ATELIER_CORPORA to the folder that holds them")
    return folder


class _Collector(logging.Handler):
    """Keeps records of our own loggers from WARNING up."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in OURS:
            self.records.append(record)


@pytest.fixture(autouse=True)
def _quiet_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in our log that the test did not announce fails it."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    if collector.records and request.node.get_closest_marker("expects_log") is None:
        lines = "\n".join(f"  {record.levelname} {record.name}: {record.getMessage()}" for record in collector.records)
        pytest.fail(f"unexpected log lines:\n{lines}")


@pytest.fixture(autouse=True)
def _no_leaked_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Non-daemon Python threads that a test started must end with it, after a short grace."""
    before = set(threading.enumerate())
    yield
    if request.node.get_closest_marker("keeps_threads") is not None:
        return
    deadline = time.monotonic() + THREAD_GRACE_SECONDS
    while (leaked := _started_since(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    if leaked:
        pytest.fail(f"threads left running: {', '.join(thread.name for thread in leaked)}")


def _started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t not in before and not t.daemon and t.is_alive()]
