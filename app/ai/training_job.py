"""A training run among the window's jobs: seen in the list of jobs, and paused when that job is stopped."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from editor.base.errors import Cancelled
from editor.base.translation import tr
from editor.workflows.ai.run import expected
from ml.training import process

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import JobHandle, Progress
    from ml.training.tracking import Tracking

POLL_SECONDS = 0.25


def follow(session: Session, tracking: Tracking, key: int) -> JobHandle[None]:
    """Show a run that has been started until nobody trains it any more. The run itself is a process of its own: should
    this program crash, it goes on; when it is closed, the run pauses, for nobody wants a busy machine without a window.
    """

    def work(progress: Progress) -> None:
        while (run := process.refreshed(tracking, key)).state == "running":
            try:
                progress(run.step / run.steps, tr("step {step} of {steps}", step=run.step, steps=run.steps))
            except Cancelled:
                process.ask(tracking, key, "pause")
                raise
            time.sleep(POLL_SECONDS)
        if run.failure is not None:
            raise expected(run.failure)
        if run.state != "done":
            raise Cancelled

    return session.start_job(tr("Train {name}", name=tracking.run(key).name), work)
