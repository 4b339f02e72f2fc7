"""Writes the pages of `docs/reference` that are made from the program.

python tools/reference.py [--check]   with --check: fail when a page is not as it would be written
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import django

from portulan.environment import SETTINGS
from portulan.governance.machines import reference_page as states_page

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/reference"
KINDS = {
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "Path": "folder",
    "list": "list, with commas",
}


def settings_page() -> str:
    """The environment variables."""
    lines = [
        "# Settings",
        "",
        "Portulan is set by environment variables.",
        "A wrong value stops the start and says what is expected.",
        "",
        "| variable | type | default | meaning |",
        "|---|---|---|---|",
    ]
    for setting in SETTINGS:
        kind = (
            " / ".join(f"`{choice}`" for choice in setting.choices) or KINDS[setting.kind.__name__]
        )
        default = f"`{setting.default}`" if setting.default else "—"
        lines.append(f"| `{setting.name}` | {kind} | {default} | {setting.meaning} |")
    return "\n".join(lines) + "\n"


def rules_page() -> str:
    """The rules of coherence; their words need the program to be set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    os.environ.setdefault("SECRET_KEY", "reference")
    django.setup()
    from portulan.coherence.reference import rules_page as page

    return page()


def cli_page() -> str:
    """The command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    os.environ.setdefault("SECRET_KEY", "reference")
    django.setup()
    from portulan.cli.reference import cli_page as page

    return page()


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "states-of-governance.md": states_page,
    "rules.md": rules_page,
    "cli.md": cli_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them; status 1 when one differs."""
    checking = arguments == ["--check"]
    status = 0
    for name, page in PAGES.items():
        path, text = FOLDER / name, page()
        if checking:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                print(f"docs/reference/{name} is not up to date: run `make reference`.")
                status = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"docs/reference/{name}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
