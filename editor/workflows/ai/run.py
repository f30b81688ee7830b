"""Runs an AI tool on a copy of a project, and says in plain sentences what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.workflows.ai.tool import Outcome, Request, Tool
from ml.errors import ModelError

if TYPE_CHECKING:
    from editor.base.jobs import Progress


def run_tool(tool: Tool, request: Request, progress: Progress) -> Outcome:
    """Do the work as one step of `request.project`. Raises ExpectedError, or Cancelled from `progress`.

    A tool without a method of its own, run without a model, is refused; so is one whose consent is not given.
    """
    if request.model is None and not tool.built_in:
        raise ExpectedError(
            tr("{tool} needs a model, and none is installed.", tool=tr(tool.label)),
            tr("AI > Models shows what there is, how large it is and under which licence."),
        )
    if tool.consent and not request.consent:
        raise ExpectedError(tr("{tool} is only done with consent.", tool=tr(tool.label)), tr(tool.consent))
    try:
        with request.project.transaction(tool.label):
            outcome = tool.function()(request, progress)
            if outcome.chosen:
                request.project.select(outcome.chosen)
            return outcome
    except ModelError as error:
        raise expected(error) from error
    except MemoryError as error:
        raise ExpectedError(tr("There is not enough memory for this."), tr("Work at a smaller size.")) from error


def expected(error: ModelError) -> ExpectedError:
    """The same failure, translated."""
    return ExpectedError(tr(error.sentence, **error.values), tr(error.remedy, **error.values) if error.remedy else "")


def note(
    request: Request, tool: str, record: str, *, method: str = "", generated: bool = False,
    parameters: dict[str, Any] | None = None,
) -> None:
    """Write beside a result how it was made: the model or the method, its hash, the options, the seed."""
    import msgspec

    model = request.model
    plain = msgspec.to_builtins(request.options) if parameters is None else parameters
    run(
        request.project, "project.note_provenance", record=record, tool=tool,
        model=model.name if model else method, model_sha256=model.sha256 if model else "",
        parameters={name: str(value) for name, value in plain.items()},
        seed=request.seed, generated=generated, consent=request.consent,
    )
