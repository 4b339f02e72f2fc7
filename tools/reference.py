"""Writes the pages of `docs/reference` that are made from the program.

python tools/reference.py [--check]   with --check: fail when a page is not as it would be written
"""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import django
from django.apps import apps

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


def _ready() -> None:
    """Set the program up: some pages need its words."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    os.environ.setdefault("SECRET_KEY", "reference")
    if not apps.ready:
        django.setup()


def rules_page() -> str:
    """The rules of coherence."""
    _ready()
    from portulan.coherence.reference import rules_page as page

    return page()


def cli_page() -> str:
    """The command line."""
    _ready()
    from portulan.cli.reference import cli_page as page

    return page()


#: Seats of a committee, which are roles too (see the page of governance).
SEATS = {
    "forum_chair": "chair of the committee",
    "forum_votes": "voting member",
    "forum_advises": "advising member",
    "forum_secretary": "secretary of the committee",
}


def rights_page() -> str:
    """Activities by roles, from the manifests of the apps."""
    _ready()
    from django.utils import translation

    from portulan.base.manifest import manifests
    from portulan.organisation.roles import ROLES
    from portulan.wording import vocabulary

    roles = [*ROLES, *SEATS]
    with translation.override("en"):
        names = {code: SEATS.get(code) or str(vocabulary.role(code)) for code in roles}
    lines = [
        "# Rights",
        "",
        "The responsibility matrix shipped with Portulan: its letters grant the rights.",
        "A role is held on an entity (it then covers everything below), a line, a product, an",
        "initiative, a project, a team; a seat on a committee. What no letter permits is refused.",
        "",
        "**R** does · **A** answers for it · **C** is asked · **I** is told.",
        "An activity is permitted by the letters of its second column. A company changes letters",
        "in its own matrix; the codes of activities stay.",
    ]
    for manifest in manifests():
        if not manifest.activities:
            continue
        lines += ["", f"## {manifest.app}", "", "| activity | permitted by | who |"]
        lines.append("|---|---|---|")
        for activity in manifest.activities:
            said = []
            for letter in "RACI":
                found = [role for role in roles if activity.letters.get(role) == letter]
                if len(found) >= len(ROLES):
                    said.append(f"**{letter}** every role")
                elif len(found) >= len(ROLES) - 1:
                    said.append(f"**{letter}** every other role")
                elif found:
                    said.append(f"**{letter}** {', '.join(names[role] for role in found)}")
            permits = " ".join(activity.permits)
            lines.append(f"| `{activity.code}` | {permits} | {'; '.join(said)} |")
    return "\n".join(lines) + "\n"


#: Effect → what it changes, and the shape of ``before`` and ``after``.
EFFECTS = {
    "initiative.place": (
        "the month in which an initiative starts",
        "month as an ordinal (`year * 12 + month - 1`), or `null`: not placed",
    ),
    "initiative.state": ("the state of an initiative", "code of a state"),
    "initiative.resize": (
        "length, costs and efforts of an initiative",
        "`{months, capex: [cents], opex: [cents], efforts: [[team, [hundredths of days]]]}`, "
        "month by month from its start",
    ),
    "envelope.amount": ("the amount of an envelope", "cents"),
    "capacity.days": ("what a team can give in a month", "hundredths of person-days"),
    "product.stage": (
        "one period of the life cycle of a product",
        "`{product, stage, starts, ends, market}`, or `null`: no such period",
    ),
    "matrix.set": (
        "the letters of one activity in the responsibility matrix, for the company or one part of "
        "it; the target is `activity@place`",
        "`{role: letter}`: the letters set there (R, A, C, I, X: must not, `\"\"`: none); "
        "`{}`: all inherited",
    ),
}


def effects_page() -> str:
    """The types of effects, from the core and the manifests.

    Raises:
        KeyError: a type that no line of this page describes.
    """
    _ready()
    from portulan.base.manifest import manifests
    from portulan_core.effects import TYPES, VERSION

    homes = {h.type: manifest.app for manifest in manifests() for h in manifest.effects}
    example = '"type": "initiative.place", "target": "…", "before": 24324, "after": 24327'
    lines = [
        "# Effects",
        "",
        "A scenario, and a decision, is a list of effects. An effect is a value:",
        "",
        "```json",
        f'{{"v": {VERSION}, {example}}}',
        "```",
        "",
        "`target` is the uid of the object. `before` is the precondition: when the target reads",
        "otherwise, nothing is applied and the drift is shown. The inverse swaps the two.",
        "",
        "| type | changes | `before` and `after` | table of the World | written by |",
        "|---|---|---|---|---|",
    ]
    for kind in TYPES.values():
        meaning, shape = EFFECTS[kind.name]
        home = f"`{homes[kind.name]}`" if kind.name in homes else "a World only"
        lines.append(f"| `{kind.name}` | {meaning} | {shape} | `{kind.table}` | {home} |")
    return "\n".join(lines) + "\n"


def _schema(name: str) -> str:
    """A published JSON Schema, as `portulan schema` prints it."""
    from portulan.cli.schema import SCHEMAS

    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "states-of-governance.md": states_page,
    "rules.md": rules_page,
    "cli.md": cli_page,
    "rights.md": rights_page,
    "effects.md": effects_page,
    "world.schema.json": partial(_schema, "world"),
    "problem.schema.json": partial(_schema, "problem"),
    "profile.schema.json": partial(_schema, "profile"),
    "scoring-model.schema.json": partial(_schema, "scoring-model"),
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
