"""The page `docs/reference/cli.md`, made from the parsers of the commands."""

from __future__ import annotations

import argparse

from portulan.cli.main import build_parser

HEAD = """# Command line

Made from the program (`make reference`): what each command says of itself.

## Exit status

| status | meaning |
|---|---|
| 0 | done |
| 1 | `check` found something, `register verify` found a fault; or a rule or right refuses |
| 2 | wrong usage, a wrong setting, or input that cannot be read |
| 130 | interrupted |

A message on standard error says why; a command never ends with a traceback for what its user did.
"""


def cli_page() -> str:
    """All commands with their arguments; Django must be set up."""
    lines = [HEAD]
    for name, parser in _subparsers(build_parser()):
        lines += _command(f"portulan {name}", parser, "##")
    return "\n".join(lines)


def _subparsers(parser: argparse.ArgumentParser) -> list[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return sorted(action.choices.items())
    return []


def _command(name: str, parser: argparse.ArgumentParser, level: str) -> list[str]:
    lines = [f"{level} `{name}`", ""]
    if parser.description:
        lines += [parser.description, ""]
    rows = [row for action in parser._actions if (row := _argument(action))]
    if rows:
        lines += ["| argument | default | meaning |", "|---|---|---|", *rows, ""]
    for verb, inner in _subparsers(parser):
        lines += _command(f"{name} {verb}", inner, level + "#")
    return lines


def _argument(action: argparse.Action) -> str:
    if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
        return ""
    shown = action.metavar or (
        "\\|".join(str(choice) for choice in action.choices) if action.choices else action.dest
    )
    if action.option_strings:
        value = "" if action.nargs == 0 else f" {shown if action.choices else str(shown).upper()}"
        shown = ", ".join(action.option_strings) + value
    default = "" if action.default in (None, False, argparse.SUPPRESS) else f"`{action.default}`"
    return f"| `{shown}` | {default} | {(action.help or '').replace('|', chr(92) + '|')} |"
