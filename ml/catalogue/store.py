"""The folder of installed models: one folder a model, with its files and `model.json`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class InstalledModel:
    """`files` by role ("model", or "encoder" and "decoder"...); `sha256` is the main file's.

    `adapter` names how the task's code feeds it ("" lets the task find out from the model's inputs); `settings` are
    the adapter's numbers (mean, scale, labels...) as the catalogue or the importer gave them.
    """

    name: str
    task: str
    files: dict[str, Path]
    sha256: str
    licence: str = ""
    adapter: str = ""
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The main file."""
        return self.files["model"] if "model" in self.files else next(iter(self.files.values()))


class ModelStore:
    """What is installed under `root`. Reading it fetches nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def installed(self) -> tuple[InstalledModel, ...]:
        """Every model that is complete, by name."""
        raise NotImplementedError

    def for_task(self, task: str) -> tuple[InstalledModel, ...]:
        return tuple(item for item in self.installed() if item.task == task)

    def find(self, name: str) -> InstalledModel:
        """Raises ModelMissing."""
        raise NotImplementedError
