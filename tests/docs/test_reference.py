"""What can be set, run, found, done or changed is documented."""

from __future__ import annotations

import json
import re

import jsonschema

from portulan.base.manifest import activities
from portulan.cli.main import build_parser
from portulan.environment import SETTINGS
from portulan_core.coherence import RULES
from portulan_core.effects import TYPES
from tests.docs.pages import ROOT

REFERENCE = ROOT / "docs/reference"


def documented(page: str) -> set[str]:
    """The words in code of a page of the reference."""
    return set(re.findall(r"`([^`\n]+)`", (REFERENCE / page).read_text(encoding="utf-8")))


def test_every_setting_is_documented() -> None:
    assert {setting.name for setting in SETTINGS} <= documented("settings.md")


def test_every_command_is_documented() -> None:
    commands = {
        f"portulan {name}"
        for action in build_parser()._actions
        if isinstance(action.choices, dict)
        for name in action.choices
    }
    assert "portulan init" in commands
    assert commands <= documented("cli.md")


def test_every_rule_is_documented() -> None:
    assert set(RULES) <= documented("rules.md")


def test_every_activity_is_documented() -> None:
    assert set(activities()) <= documented("rights.md")


def test_every_effect_is_documented() -> None:
    assert set(TYPES) <= documented("effects.md")


def test_published_schemas_are_schemas() -> None:
    for name in ("world", "problem"):
        text = (REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8")
        jsonschema.Draft202012Validator.check_schema(json.loads(text))


def test_the_number_of_rules_in_the_readme_is_right() -> None:
    for name, word in (("README.md", "rules"), ("README.fr.md", "règles")):
        found = re.findall(rf"(\d+) {word}", (ROOT / name).read_text(encoding="utf-8"))
        assert found == [str(len(RULES))], name
