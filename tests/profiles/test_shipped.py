"""The shipped profiles read well, and their sheets say what the matrix says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
import yaml

from portulan.base.manifest import activities
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.content import SECTIONS
from portulan.profiles import shapes
from portulan.profiles.library import SHIPPED, Profile, shipped, shipped_codes

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def letters(profile: Profile, activity: str) -> Mapping[str, str]:
    own = profile.topics["matrix"].get(activity, {})
    return {**activities()[activity].letters, **own}


@pytest.mark.parametrize("code", shipped_codes())
def test_what_a_role_decides_is_what_the_matrix_gives_it(code: str) -> None:
    profile = shipped(code)
    for role, sections in profile.topics["sheets"].items():
        for item in sections["decides"]:
            for activity in item.get("activities", ()):
                letter = letters(profile, activity).get(role, "")
                assert letter in ("R", "A"), f"{code}: {role} decides {activity}, holds {letter!r}"
        for item in sections["not_decides"]:
            for activity in item.get("activities", ()):
                letter = letters(profile, activity).get(role, "")
                assert letter not in ("R", "A"), (
                    f"{code}: {role} does not decide {activity}, holds {letter!r}"
                )


@pytest.mark.parametrize("code", shipped_codes())
def test_a_role_that_answers_for_something_has_a_sheet_that_names_one(code: str) -> None:
    profile = shipped(code)
    for role, sections in profile.topics["sheets"].items():
        answers = [a for a in activities() if letters(profile, a).get(role) == "A"]
        named = {a for item in sections["decides"] for a in item.get("activities", ())}
        assert not answers or named, f"{code}: {role} answers for {answers} and decides nothing"


@pytest.mark.parametrize("code", shipped_codes())
def test_every_sheet_is_whole_in_both_languages(code: str) -> None:
    for role, sections in shipped(code).topics["sheets"].items():
        assert role in ROLES
        for section in SECTIONS:
            assert sections.get(section), f"{code}: {role} has no {section}"
            for item in sections[section]:
                assert item.get("fr"), f"{code}: {role}.{section}"
                assert item.get("en"), f"{code}: {role}.{section}"
                assert "'" not in item["fr"], f"{code}: {role}: a straight apostrophe"


@pytest.mark.parametrize("code", shipped_codes())
def test_a_sheet_names_only_roles_that_have_one(code: str) -> None:
    profile = shipped(code)
    used = {role["code"] for role in profile.topics["roles"]["roles"]}
    sheets = profile.topics["sheets"]
    assert set(sheets) <= used
    for role, sections in sheets.items():
        named = {i["role"] for s in ("works_with", "career") for i in sections[s] if "role" in i}
        assert named <= set(sheets), f"{code}: {role} names {named - set(sheets)}"


def test_the_group_has_every_role_of_the_article() -> None:
    assert set(shipped("groupe").topics["sheets"]) == set(ROLES) - {"contributor"}


def test_shipped_profiles_know_each_other_s_committees() -> None:
    eti, groupe = shipped("eti").topics["forums"], shipped("groupe").topics["forums"]
    assert {"COS", "CPF"} <= set(eti) & set(groupe)
    assert len(eti) < len(groupe)


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.yaml")), ids=lambda p: p.name)
def test_the_published_schema_accepts_the_shipped_files(path: Path) -> None:
    schema = shapes.json_schema()
    name = "sheet" if path.parent.name == "sheets" else path.stem
    jsonschema.validate(
        yaml.safe_load(path.read_text(encoding="utf-8")),
        {**schema["$defs"][name], "$defs": schema["$defs"]},
    )


def test_the_schema_is_valid() -> None:
    schema = json.loads(json.dumps(shapes.json_schema()))
    for inner in schema["$defs"].values():
        jsonschema.Draft202012Validator.check_schema(inner)
