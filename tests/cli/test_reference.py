"""The page of the command line says what the commands say."""

from __future__ import annotations

from portulan.cli.main import NOT_COMMANDS, commands
from portulan.cli.reference import cli_page
from tests.base.other_process import ROOT


def test_the_page_is_up_to_date() -> None:
    path = ROOT / "docs/reference/cli.md"
    assert path.read_text(encoding="utf-8") == cli_page(), "run `make reference`"


def test_every_command_is_on_the_page_with_every_status() -> None:
    page = cli_page()
    for name in ("init", "serve", "worker", "user add", "demo load", "world import", "check"):
        assert f"`portulan {name}`" in page
    for status in (0, 1, 2, 130):
        assert f"\n| {status} | " in page


def test_every_module_that_declares_a_command_is_found() -> None:
    names = {path.stem for path in (ROOT / "src/portulan/cli").glob("*.py")} - {"__init__"}
    assert set(commands()) == names - NOT_COMMANDS
