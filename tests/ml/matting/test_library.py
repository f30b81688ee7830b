"""The solvers are loaded alone: compiling the whole package costs a new user most of a minute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LOAD = """
import json
import sys
from ml.matting.library import solvers
from ml.progress import SILENT
solvers(SILENT)
print(json.dumps(sorted(name for name in sys.modules if name.startswith("pymatting."))))
"""


def test_only_three_parts_are_loaded_and_compiled_on_a_new_machine(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", LOAD], env=environment, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    loaded = set(json.loads(done.stdout))
    assert "pymatting.laplacian.cf_laplacian" in loaded
    assert not any(name.startswith(("pymatting.alpha", "pymatting.foreground", "pymatting.util")) for name in loaded)
    compiled = {path.name.partition(".")[0] for path in tmp_path.rglob("*.nbi")}
    assert compiled <= {"cf_laplacian", "ichol"}, compiled
