"""``portulan import KIND …``: every importer brings its own command (``<importer>.command``)."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import pkgutil


def importers() -> list[str]:
    """The packages of ``portulan.integrations`` that have a ``command`` module."""
    package = importlib.import_module("portulan.integrations")
    found = [m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg]
    return sorted(
        name
        for name in found
        if importlib.util.find_spec(f"portulan.integrations.{name}.command") is not None
    )


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and those of the importers."""
    parser = subparsers.add_parser("import", help="take in a portfolio that exists elsewhere")
    kinds = parser.add_subparsers(title="importers", metavar="KIND", required=True)
    for name in importers():
        importlib.import_module(f"portulan.integrations.{name}.command").register(kinds)
