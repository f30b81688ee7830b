"""Pictures of every AI tool as the window shows it, to be judged by eye, and how long each kept a person waiting.

    xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.app.ai.look FOLDER [--side 1024] [--language fr] [TOOL...]

For each tool: TOOL-dialog.png, TOOL-result.png, and a line in FOLDER/measures.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import traceback
from pathlib import Path
from typing import Any

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.app.ai.hands import LEFT, Hands, Heartbeat, wait_until
from tests.app.ai.recipes import RECIPES, Recipe

CORPORA = Path(os.environ.get("ATELIER_CORPORA", Path(__file__).resolve().parents[4] / "shared" / "corpora"))
PREVIEW_SECONDS, RUN_SECONDS = 90.0, 900.0


class Looker:
    """One window, one tool after the other."""

    def __init__(self, folder: Path, side: int, language: str) -> None:
        from app.preferences import Preferences
        from app.shell.garbage import GarbageInOneThread
        from app.window import Studio, prepare_application

        os.environ.setdefault("ATELIER_REPORTS", str(folder / "reports"))
        os.environ["ATELIER_MODELS"] = str(folder / "models")
        self.folder, self.side = folder, side
        path = folder / "preferences.json"
        path.unlink(missing_ok=True)
        preferences = Preferences(language=language, projects_folder=str(folder / "projects"), path=path)
        self.garbage = GarbageInOneThread()
        self.garbage.begin()
        self.studio = Studio(prepare_application(preferences), preferences)
        self.studio.window.resize(1600, 1000)
        self.studio.window.show()
        QTest.qWait(300)
        self.hands = Hands(self.studio)

    def shoot(self, name: str) -> None:
        QTest.qWait(120)
        QApplication.primaryScreen().grabWindow(0).save(str(self.folder / f"{name}.png"))

    def drive(self, name: str, recipe: Recipe) -> dict[str, Any]:
        from editor.workflows.ai.tool import TOOLS

        studio, tool = self.studio, TOOLS[name]
        self.hands.errors.clear()
        self.hands.told.clear()
        storage = studio.window.files.create(name)
        document = recipe.sample(storage.project, CORPORA, self.side)
        studio.session.open(storage.project, storage)
        studio.session.activate(document)
        model = (
            recipe.install(studio.window.ai.store, make_folder(self.folder / f"files-{name}"))
            if (recipe.install is not None and not studio.window.ai.models_for(tool))
            else ""
        )
        QTest.qWait(600)
        facts: dict[str, Any] = {"tool": name, "side": self.side, "model": model}
        beat = Heartbeat()

        def act(dialog: Any) -> None:
            facts["dialog_s"] = time.monotonic() - facts.pop("_clicked")
            dialog.activateWindow()
            wait_until(dialog.isActiveWindow, 5.0)
            for option, value in recipe.options.items():
                try:
                    self.hands.set_option(dialog, option, value)
                except (AssertionError, StopIteration) as error:
                    facts.setdefault("options_refused", []).append(str(error))
            if tool.consent:
                dialog.consent.click()
            began = time.monotonic()
            if dialog.view is not None:
                try:
                    wait_until(lambda: not dialog.view.is_busy and dialog.view.after is not None, PREVIEW_SECONDS)
                    facts["preview_s"] = time.monotonic() - began
                except AssertionError:
                    facts["preview_s"] = f"none: {dialog.view.note}"
            self.shoot(f"{name}-dialog")
            beat.begin()
            facts["_cpu"] = processor_seconds()
            facts["_ok"] = time.monotonic()
            QTest.mouseClick(dialog.run_button, LEFT)

        def begin() -> None:
            facts["_clicked"] = time.monotonic()
            self.hands.choose_tool(tool)

        self.hands.with_dialog(begin, act)
        facts["run_begins_s"] = time.monotonic() - facts["_ok"]
        wait_until(lambda: not studio.session.has_jobs, RUN_SECONDS)
        facts["job_s"] = time.monotonic() - facts["_ok"]
        facts["job_cpu_s"] = processor_seconds() - facts["_cpu"]
        canvas = studio.window.parts.canvas
        surface = getattr(canvas, "surface", None)
        if surface is not None and hasattr(surface, "is_complete"):
            QTest.qWait(1)
            wait_until(surface.is_complete, 60)
        facts["visible_s"] = time.monotonic() - facts.pop("_ok")
        facts["visible_cpu_s"] = processor_seconds() - facts.pop("_cpu")
        beat.end()
        facts["stall_ms"] = [round(item * 1000) for item in (beat.longest, beat.busy, beat.own)]
        QTest.qWait(500)
        self.shoot(f"{name}-result")
        for dialog in self.hands.results():
            dialog.close()
        facts["errors"], facts["told"] = list(self.hands.errors), list(self.hands.told)
        facts["ok"] = bool(recipe.check(studio.session.project, document))
        return facts


def processor_seconds() -> float:
    """What this program and the processes it began have taken of the processors."""
    import psutil

    children = psutil.Process().children(recursive=True)
    return time.process_time() + sum(sum(child.cpu_times()[:2]) for child in children)


def make_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("tools", nargs="*")
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    make_folder(arguments.folder)
    from editor.workflows.ai.tool import load_tools

    load_tools()
    looker = Looker(arguments.folder, arguments.side, arguments.language)
    for name in arguments.tools or RECIPES:
        try:
            facts = looker.drive(name, RECIPES[name])
        except Exception as error:  # noqa: BLE001 - the others are looked at all the same
            facts = {"tool": name, "failed": repr(error)[:300], "errors": looker.hands.errors}
            traceback.print_exc()
        with (arguments.folder / "measures.jsonl").open("a") as file:
            file.write(json.dumps(facts) + "\n")
        facts = {key: round(value, 3) if isinstance(value, float) else value for key, value in facts.items()}
        print(json.dumps(facts), flush=True)
    looker.studio.window.close()


if __name__ == "__main__":
    main()
