"""Verbs, their modules, and what a failure looks like: one sentence on stderr and an exit code.

0: done. 1: something failed. 2: wrong usage. 130: stopped by Ctrl+C.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from app import __version__
from app.commandline import terminal
from editor.base.errors import Cancelled, ExpectedError

# Verb -> (module, what it does). The module has `configure(parser, verb)` and `run(arguments) -> int`.
VERBS: dict[str, tuple[str, str]] = {
    "open": ("opening", "open the window, with projects or files if given"),
    "new": ("projects", "make a project, with a first document if --kind is given"),
    "import": ("projects", "bring files into a project"),
    "info": ("information", "what a project holds"),
    "do": ("editing", "run a command on a project"),
    "commands": ("information", "every command with its parameters"),
    "history": ("information", "the steps of a project, branches included"),
    "undo": ("editing", "take back the last step"),
    "redo": ("editing", "do the next step again"),
    "repeat": ("repeating", "do steps that were saved in a recipe again, on another picture"),
    "replay": ("editing", "run a project's history again into a new file and compare"),
    "export": ("exporting", "write a document as another format"),
    "convert": ("exporting", "turn a file, or a folder of files, into another format"),
    "texture": ("repeating", "a picture as games want it: sides that are powers of two, a normal map from heights"),
    "sheet": ("sheets", "pictures, layers or frames on one sprite sheet, with a description for games"),
    "models": ("models", "models for the AI tools: what there is, install, import, verify, remove"),
    "doctor": ("repairing", "examine a project file, and repair it into a new one"),
    "train": ("train", "train a small model on a folder of pictures, compare it, promote it"),
    "ai": ("ai", "the AI tools: what there is, and running one"),
    "farm": ("farm", "work spread over processes and machines"),
    "jobs": ("jobs", "work that goes on unattended: queue, recurring work, watch folders"),
    "library": ("library", "assets: take in, find, tag, rate, and see where they are used"),
    "kit": ("kits", "brand kits: logos, colours, fonts and voices, and documents in line with them"),
    "catalogue": ("catalogues", "free works of others: Poly Haven, Google Fonts, Openverse and feeds"),
    "credits": ("credits", "whose works a project shows, with author, licence and source"),
    "pack": ("packs", "make, check and take in packs of assets"),
    "sync": ("packs", "share packs through a bucket"),
    "template": ("templates", "templates: their slots, filled by hand or from a table"),
    "preset": ("presets", "presets: settings of layers, shapes and clips, saved and applied"),
    "sample": ("sampling", "make the sample project, or render it"),
}
EPILOG = "Each verb explains itself with --help. Exit codes: 0 done, 1 something failed, 2 wrong usage."


class Parser(argparse.ArgumentParser):
    """Wrong usage is one sentence, and where to find the right one."""

    def error(self, message: str) -> NoReturn:
        terminal.complain(f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help")
        sys.exit(2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code. argparse ends the process for --help, --version and wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    terminal.choose_language(os.environ)
    parser = build(next((item for item in given if item in VERBS), None))
    parsed = parser.parse_args(given)
    if parsed.verb is None:
        parser.print_help()
        return 2
    module = import_module(f"app.commandline.{VERBS[parsed.verb][0]}")
    return guarded(module, parsed)


def build(verb: str | None) -> argparse.ArgumentParser:
    """The parser; only the module of the verb that is called gets imported."""
    parser = Parser(prog="atelier", description="One desktop studio for images, drawings, video and 3D.", epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"atelier {__version__}")
    parser.add_argument("--debug", action="store_true", help="show where an error comes from")
    subparsers = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=Parser)
    for name, (module, text) in VERBS.items():
        sub = subparsers.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
        if name == verb:
            import_module(f"app.commandline.{module}").configure(sub, name)
    return parser


def guarded(module: Any, parsed: argparse.Namespace) -> int:
    """Run a verb; an expected failure is its sentence, any other is a bug and says where to look."""
    try:
        code: int = module.run(parsed)
        sys.stdout.flush()
        return code
    except ExpectedError as error:
        terminal.complain(str(error))
        return 1
    except (KeyboardInterrupt, Cancelled):
        terminal.complain("Stopped.")
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if parsed.debug:
            raise
        terminal.complain(
            f"This is a fault of the program, not yours ({type(error).__name__}: {error}). --debug shows where."
        )
        return 1
