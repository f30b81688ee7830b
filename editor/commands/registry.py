"""Commands: registration from a function's signature, running, live preview and replay.

A command says what it wants; `project.put` records what happened. It never reads the clock, chance or a file, so that
running it again with the same parameters and the same seed gives the same records: that is what `replay` does.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar, get_type_hints

import msgspec

from editor.base.errors import ExpectedError
from editor.base.registry import Registry
from editor.base.translation import speaking, tr
from editor.document.gesture import Gesture
from editor.document.history import HistoryEntry, Invocation
from editor.document.project import Project
from editor.model.values import from_plain, is_finite, to_plain

F = TypeVar("F", bound=Callable[..., Any])
FAMILIES = ("project", "raster", "vector", "video", "scene", "template")
OUTCOME = re.compile(r"[.;] [Rr]eturns .*$")


@dataclass(frozen=True)
class Parameter:
    """One typed parameter; `default` is `inspect.Parameter.empty` when it must be given."""

    name: str
    type: Any
    default: Any

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Command:
    """`label`, `summary` and `purpose` are English; whoever shows one calls `tr` on it."""

    name: str
    label: str
    function: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    schema: type[msgspec.Struct]

    @property
    def family(self) -> str:
        return self.name.partition(".")[0]

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def purpose(self) -> str:
        """The summary without what the command returns, which nobody sees in the window."""
        return OUTCOME.sub(".", self.summary)


COMMANDS: Registry[Command] = Registry("Command")


def command(name: str, *, label: str) -> Callable[[F], F]:
    """Register a function `(project, *, parameter: type = default, ...)` as the command `family.verb`."""

    def register(function: F) -> F:
        hints = get_type_hints(function, include_extras=True)
        _, *rest = inspect.signature(function).parameters.values()
        if any(item.kind is not inspect.Parameter.KEYWORD_ONLY for item in rest):
            raise TypeError(f"the parameters of {name} must be keyword-only")
        parameters = tuple(Parameter(item.name, hints[item.name], item.default) for item in rest)
        COMMANDS.add(name, Command(name, label, function, parameters, _schema(name, parameters)))
        return function

    return register


def _schema(name: str, parameters: Iterable[Parameter]) -> type[msgspec.Struct]:
    fields: list[Any] = [
        (item.name, item.type) if item.required else (item.name, item.type, item.default) for item in parameters
    ]
    return msgspec.defstruct(
        name.replace(".", "_"), fields, kw_only=True, frozen=True, forbid_unknown_fields=True
    )


def load_commands() -> None:
    """Import every family, so that `COMMANDS` is complete. The families import no engine until a command runs."""
    for family in FAMILIES:
        import_module(f"editor.commands.{family}")


def find_command(name: str) -> Command:
    """Raises ExpectedError for a name that no family registers."""
    if name not in COMMANDS:
        load_commands()
    if name not in COMMANDS:
        raise ExpectedError(tr("There is no command named {name}.", name=name), tr("`commands` lists them."))
    return COMMANDS[name]


def prepare(found: Command, parameters: dict[str, Any]) -> tuple[dict[str, Any], Invocation]:
    """Check parameters against the signature. Returns the typed values and the plain invocation for history.

    Text is accepted for numbers and the like, as the command line gives it. Raises ExpectedError with the reason.
    """
    try:
        plain = msgspec.to_builtins(parameters, enc_hook=to_plain, str_keys=True)
        if not is_finite(plain):
            raise ValueError("a number is infinite or not a number")
        values = msgspec.convert(plain, found.schema, strict=False, dec_hook=from_plain)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise ExpectedError(
            tr("{command} cannot run with these parameters: {reason}", command=found.name, reason=str(error))
        ) from error
    typed = {item.name: getattr(values, item.name) for item in found.parameters}
    given = {name: msgspec.to_builtins(typed[name], enc_hook=to_plain, str_keys=True) for name in plain}
    return typed, Invocation(found.name, given)


def run(project: Project, name: str, /, **parameters: Any) -> Any:
    """Run a command as one transaction (inside another transaction it joins that one)."""
    found = find_command(name)
    values, invocation = prepare(found, parameters)
    with project.transaction(found.label, invocation):
        return found.function(project, **values)


def run_live(project: Project, gesture: Gesture, name: str, /, **parameters: Any) -> None:
    """Show what a command would do: the gesture goes back to its mark and the command is applied again."""
    found = find_command(name)
    values, invocation = prepare(found, parameters)
    gesture.update(lambda: found.function(project, **values))
    gesture.record(invocation)


def replay_entry(project: Project, entry: HistoryEntry) -> bool:
    """Run a history entry's commands again with its seed. False when the entry names no command."""
    if not entry.invocations:
        return False
    with speaking(entry.language), project.transaction(entry.label, seed=entry.seed):
        for invocation in entry.invocations:
            run(project, invocation.command, **invocation.parameters)
    return True
