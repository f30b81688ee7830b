"""A recipe says what happens to a file: calls of the command line, one after the other, with places for names.

    name = "Cut out and shrink"
    files = ["png", "jpg"]
    steps = [
        ["ai", "run", "remove_background", "{input}", "--output", "{work}"],
        ["convert", "{work}/{stem}.png", "{output}/{stem}.webp", "--width", "1200"],
    ]

{input} is the file, {stem} its name without the extension, {name} with it, {output} the folder for results, {work} an
empty folder that goes when all is done.
"""

import json
import os
import re
import tomllib
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.misfits import misfit
from editor.base.translation import tr

PLACES = ("input", "stem", "name", "output", "work")
PLACE = re.compile(r"\{(\w+)\}")
SUFFIX = ".atelier-recipe"


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`files` are the extensions that it takes; () takes all. `about` is a sentence for people."""

    name: str
    about: str = ""
    steps: tuple[tuple[str, ...], ...]
    files: tuple[str, ...] = ()

    def takes(self, path: Path) -> bool:
        extension = path.suffix.lower().removeprefix(".")
        return not self.files or extension in {item.lower().removeprefix(".") for item in self.files}


def read_recipe(path: Path, verbs: frozenset[str]) -> Recipe:
    """Raises ExpectedError for a file that is no recipe, or one with a step that is no verb of the command line."""
    try:
        recipe = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Recipe)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        reason = misfit(error, Recipe)
        raise ExpectedError(tr("{name} is no recipe: {reason}", name=path.name, reason=reason)) from error
    check_recipe(recipe, verbs)
    return recipe


def check_recipe(recipe: Recipe, verbs: frozenset[str]) -> None:
    if not recipe.steps:
        raise ExpectedError(tr("The recipe {name} has no steps.", name=recipe.name))
    for step in recipe.steps:
        if not step or step[0] not in verbs:
            raise ExpectedError(
                tr("The recipe {name} has a step that is nothing: {step}", name=recipe.name, step=" ".join(step)),
                tr("A step begins with one of {verbs}.", verbs=", ".join(sorted(verbs))),
            )
        unknown = {found for part in step for found in PLACE.findall(part)} - set(PLACES)
        if unknown:
            raise ExpectedError(
                tr(
                    "The recipe {name} has a place that is nothing: {places}",
                    name=recipe.name,
                    places=", ".join(unknown),
                )
            )


def filled(recipe: Recipe, source: Path, output: Path, work: Path) -> list[tuple[str, ...]]:
    """The calls for one file. Braces in names of files stay what they are."""
    values = {
        "input": str(source), "stem": source.stem, "name": source.name, "output": str(output), "work": str(work),
    }  # fmt: skip
    return [tuple(PLACE.sub(lambda match: values[match[1]], part) for part in step) for step in recipe.steps]


def recipe_text(recipe: Recipe) -> str:
    """The recipe as TOML; `read_recipe` gives it back."""
    lines = [f"name = {_toml(recipe.name)}"]
    if recipe.about:
        lines.append(f"about = {_toml(recipe.about)}")
    if recipe.files:
        lines.append(f"files = [{', '.join(map(_toml, recipe.files))}]")
    steps = "".join(f"    [{', '.join(map(_toml, step))}],\n" for step in recipe.steps)
    return "\n".join(lines) + f"\nsteps = [\n{steps}]\n"


def write_recipe(path: Path, recipe: Recipe) -> None:
    """All of the file or nothing: watch folders may read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(recipe_text(recipe), encoding="utf-8")
    os.replace(fresh, path)


def recipes_in(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def _toml(text: str) -> str:
    """A basic string of TOML is one of JSON, where the sign for "delete" is written out."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
