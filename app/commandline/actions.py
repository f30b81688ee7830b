"""A verb that does several things: one parser for each, with the sentence that says what it does."""

import argparse
from collections.abc import Mapping


def actions_of(
    parser: argparse.ArgumentParser, texts: Mapping[str, str]
) -> tuple["argparse._SubParsersAction[argparse.ArgumentParser]", dict[str, argparse.ArgumentParser]]:
    """Where more can be added, and the parsers of `texts` by name; the chosen name is `arguments.action`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=type(parser))
    return actions, {
        name: actions.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
        for name, text in texts.items()
    }
