"""The command line as people start it: few runs, since each costs a process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

WITHOUT_QT = """
import sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ImportError(name + " is blocked")

sys.meta_path.insert(0, NoQt())
from app.commandline.main import main

folder = sys.argv[1]
project = folder + "/a.atelier"
calls = (
    ["new", project, "--kind", "vector", "--size", "200x100", "--name", "Page"],
    ["do", project, "vector.new_document", "name=Second", "width=50", "height=50"],
    ["info", project, "--json"], ["commands"], ["history", project], ["undo", project], ["redo", project],
    ["replay", project, folder + "/b.atelier"], ["export", project, "--document", "Page", folder + "/p.png"],
    ["convert", folder + "/p.png", folder + "/q.jpg"], ["doctor", project],
)
for call in calls:
    assert main(call) == 0, call
assert not any(name.startswith("PySide6") for name in sys.modules)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_no_verb_but_open_needs_qt(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "█" not in result.stderr, "progress is for terminals only"


def test_version_and_exit_codes() -> None:
    assert run("--version").stdout.startswith("atelier ")
    wrong = run("nonsense")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)


def test_output_may_be_cut_off_by_its_reader() -> None:
    program = f"{sys.executable} -m app commands | head -n 1"
    result = subprocess.run(["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.stdout.count("\n"), result.stderr) == (1, "")
