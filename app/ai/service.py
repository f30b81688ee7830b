"""The AI tools of one window: its models, its runtime, and running a tool as a job beside the editing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.ai.folder import models_folder
from app.takeover import BRANCHED, End, SideWork
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.model_jobs import ModelJobs
    from app.session import Session
    from editor.base.jobs import JobHandle, JobQueue, Progress
    from editor.workflows.ai.tool import Outcome, Request, Tool
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime


@dataclass(frozen=True)
class Wishes:
    """What the dialog asked: an instance of the tool's options, the model (None: the built-in method), the seed, and
    the statement that was agreed to."""

    options: Any
    model: InstalledModel | None = None
    seed: int = 0
    consent: str = ""


class AI:
    """One a window, given to whoever needs it. Nothing heavy is made before the first tool asks for it.

    `show` is called with a tool and what it found out, when there is more to show than a sentence.
    """

    def __init__(self, session: Session, show: Callable[[Tool, Outcome], object] = lambda tool, outcome: None) -> None:
        self.session = session
        self.show = show
        self._store: ModelStore | None = None
        self._runtime: Runtime | None = None
        self._previews: JobQueue | None = None
        self._model_jobs: ModelJobs | None = None

    @property
    def store(self) -> ModelStore:
        """The folder of models, as the preferences name it now."""
        from ml.catalogue.store import ModelStore

        folder = models_folder(self.session.preferences.models_folder)
        if self._store is None or self._store.root != folder:
            self._store = ModelStore(folder)
        return self._store

    @property
    def runtime(self) -> Runtime:
        if self._runtime is None:
            from app.ai.notices import Notices
            from ml.runtime.runtime import Runtime

            self._runtime = Runtime(notice=Notices(self.session))
        return self._runtime

    @property
    def model_jobs(self) -> ModelJobs:
        """Models that are being fetched, checked or brought in."""
        if self._model_jobs is None:
            from app.ai.model_jobs import ModelJobs

            self._model_jobs = ModelJobs(self)
        return self._model_jobs

    @property
    def previews(self) -> JobQueue:
        """Lanes for previews, which belong neither into the list of jobs nor to the project."""
        if self._previews is None:
            from editor.base.jobs import JobQueue

            self._previews = JobQueue()
        return self._previews

    def models_for(self, tool: Tool) -> tuple[InstalledModel, ...]:
        """The installed models that a tool can use, the tasks in the tool's order."""
        return tuple(model for task in tool.tasks for model in self.store.for_task(task))

    def run(
        self, tool: Tool, wishes: Wishes, ended: Callable[[bool], object] = lambda came: None
    ) -> JobHandle[Outcome]:
        """Begin; the result comes in as one step when it is done. Raises ExpectedError when no project is open.

        `ended` then hears whether it came into the document; nothing is heard of a job cancelled before its turn.
        """
        from editor.workflows.ai.run import run_tool

        side = SideWork(self.session)
        request = self._request(side, wishes)
        self.session.preferences.ai_last = tool.name
        self.session.preferences.save()

        def work(progress: Progress) -> Outcome:
            outcome = run_tool(tool, request, progress)
            request.project.blobs.prepare()
            return outcome

        def take_over(outcome: Outcome) -> None:
            def end(how: End) -> None:
                self._end(tool, side, outcome, how)
                ended(how is End.TAKEN)

            side.take_over(end)

        return self.session.start_job(
            tr(tool.label), work, take_over, lane="compute", otherwise=lambda: ended(False)
        )

    def trial_request(self, wishes: Wishes) -> Request:
        """The same request on a copy that is thrown away."""
        return self._request(SideWork(self.session), wishes)

    def _request(self, side: SideWork, wishes: Wishes) -> Request:
        from editor.workflows.ai.tool import Request

        session = self.session
        return Request(
            project=side.copy, document=session.document, selection=side.copy.selection, options=wishes.options,
            runtime=self.runtime, store=self.store, model=wishes.model, time=session.time, part=session.part,
            seed=wishes.seed, consent=wishes.consent,
        )

    def _end(self, tool: Tool, side: SideWork, outcome: Outcome, how: End) -> None:
        """Tell what came out, and bring up what was made."""
        session, label = self.session, tr(tool.label)
        if how is End.CLOSED:
            session.say(tr("{tool} is done, but its project is closed.", tool=label))
        elif how is End.BRANCHED:
            session.say(tr("{tool} is done, but what it was made for is gone.", tool=label), tr(BRANCHED))
        else:
            self._bring_up(side, outcome)
            if outcome.sentence:
                session.say(outcome.sentence)
        if outcome.rows:
            self.show(tool, outcome)

    def _bring_up(self, side: SideWork, outcome: Outcome) -> None:
        """Show a document that was made, when the person still is where the tool began."""
        session, project = self.session, side.project
        made = next((key for key in outcome.chosen if key in project.records), "")
        if not made or session.document != side.document:
            return
        root = project.index.root(made)
        if root != session.document:
            session.documents_changed.emit()
            session.activate(root)
            project.select(tuple(key for key in outcome.chosen if key in project.records))

    def close(self) -> None:
        """End the previews and the runtime. Jobs have ended before."""
        if self._previews is not None:
            self._previews.close()
        if self._runtime is not None:
            self._runtime.close()
        self._previews = self._runtime = None
