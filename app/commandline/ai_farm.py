"""`ai run --farm`: the files of one call, spread over workers; what comes back is written here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.ai_files import free_target
from app.commandline.terminal import ProgressLine, complain, say, say_json
from app.farm.choice import choice_of, workplace
from app.farm.tools import Came, run_tool_at
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.doors import save_bytes

if TYPE_CHECKING:
    from app.commandline.ai_order import Order


def run_on_farm(order: Order, paths: list[Path]) -> int:
    """1 when any file failed; the others are written all the same. Raises ExpectedError without consent."""
    if order.tool.consent and not order.arguments.consent:
        raise ExpectedError(
            tr("{tool} is only done with consent.", tool=tr(order.tool.label)), tr(order.tool.consent)
        )
    failed = 0
    with workplace(choice_of(order.arguments)) as place, ProgressLine(tr(order.tool.label)) as line:
        for number, (path, came, failure) in enumerate(run_tool_at(place, order, paths)):
            line.close()
            if came is not None:
                failure = _kept(order, path, came)
            if failure:
                failed += 1
                complain(failure if failure.startswith(path.name) else f"{path.name}: {failure}")
            line((number + 1) / len(paths), path.name)
    return 1 if failed else 0


def _kept(order: Order, path: Path, came: Came) -> str:
    """Write and tell what came for one file; a failure in a sentence, "" for none."""
    target = None
    try:
        if came.data is not None:
            target = free_target(order, path, came.suffix)
            save_bytes(target, came.data)
    except ExpectedError as error:
        return str(error)
    if order.arguments.json:
        found = {"source": str(path), "written": str(target) if target is not None else None, "said": came.said}
        say_json(json.dumps(found, ensure_ascii=False))
        return ""
    say(f"wrote {target}" if target is not None else f"{path.name}:")
    if came.said.strip():
        for line in came.said.splitlines():
            say(line)
    return ""
