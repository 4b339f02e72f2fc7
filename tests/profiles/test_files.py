"""Bad files get an answer that names the file, the line and the field."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import translation

from portulan.profiles.library import (
    BadProfile,
    archive,
    archive_files,
    folder_files,
    read,
)

HEAD = "format: 1\ncode: nous\nname: Chez nous\n"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def faults(**files: str) -> list[str]:
    named = {"profile.yaml": HEAD}
    named |= {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    with pytest.raises(BadProfile) as raised:
        read(named)
    return [str(problem) for problem in raised.value.problems]


def test_a_name_nearly_right_is_suggested() -> None:
    found = faults(forums="- code: CPF\n  name: Comité\n  level: portfolio\n  cadance: x\n")
    assert found == ["forums.yaml:4: [0].cadance: “cadance” is not known; did you mean “cadence”?"]


def test_an_activity_that_does_not_exist() -> None:
    found = faults(matrix="product.edti:\n  pmo: R\n")
    assert found[0].startswith("matrix.yaml:2: product.edti: “product.edti” is not known; did you")


def test_two_roles_that_answer() -> None:
    found = faults(matrix="risk.edit:\n  pmo: A\n")
    assert "exactly one role answers (A) for an activity; here: product_manager, pmo" in found[0]
    assert found[0].startswith("matrix.yaml:2")


def test_a_rhythm_that_is_none() -> None:
    found = faults(forums="- code: A\n  name: B\n  level: portfolio\n  cadence: le jeudi\n")
    assert found[0].startswith("forums.yaml:4: [0].cadence: expected a recurrence rule")


def test_a_field_that_is_missing() -> None:
    assert faults(forums="- code: CPF\n  name: Comité\n") == [
        "forums.yaml:1: [0]: the field “level” is missing"
    ]


def test_a_threshold_that_the_rule_does_not_have() -> None:
    found = faults(rules="GOV-01:\n  thresholds:\n    jours: 3\n")
    assert found == [
        "rules.yaml:3: GOV-01.thresholds.jours: no such threshold; this rule has: days"
    ]


def test_text_that_is_no_yaml_says_the_line() -> None:
    found = faults(roles="roles:\n  - code: pmo\n    note: [a\n")
    assert found[0].startswith("roles.yaml:")
    assert "this is not YAML" in found[0]


def test_anchors_are_not_taken() -> None:
    found = faults(roles="roles: &a\n  - code: pmo\nhybrids: *a\n")
    assert found == [
        "roles.yaml:1: anchors and aliases (& and *) are not taken: repeat the text"
    ]


def test_a_code_that_stands_twice() -> None:
    found = faults(
        indicators="- {code: a, name: A, family: usage}\n- {code: a, name: B, family: usage}\n"
    )
    assert found == ["indicators.yaml:2: [1]: “a” stands twice"]


def test_a_step_names_what_there_is() -> None:
    with pytest.raises(BadProfile) as raised:
        read({
            "profile.yaml": HEAD + "steps:\n  - code: un\n    name: Un\n    holds:\n"
                                   "      forums: [CPF]\n"
        })
    assert str(raised.value.problems[0]) == (
        "profile.yaml:8: steps[0].holds.forums: “CPF” is not in the profile"
    )


def test_a_file_that_no_profile_has() -> None:
    assert faults(comites="a: b\n")[0].startswith("comites.yaml: no such file in a profile")


def test_a_profile_that_extends_itself() -> None:
    with pytest.raises(BadProfile, match="no profile “nous” to start from"):
        read({"profile.yaml": HEAD + "extends: nous\n"})


def test_every_problem_of_every_file_is_said_at_once() -> None:
    found = faults(
        rules="GOV-01:\n  severity: grave\n", dossiers="launch:\n  sections: [contexte]\n"
    )
    assert len(found) == 2


def test_a_word_that_yaml_would_read_as_a_truth_value_stays_a_word() -> None:
    profile = read({"profile.yaml": "format: 1\ncode: no\nname: yes\n"})
    assert (profile.code, profile.name) == ("no", {"fr": "yes", "en": "yes"})


def test_an_archive_gives_back_its_files() -> None:
    files = {"profile.yaml": HEAD, "sheets/pmo.yaml": "role: pmo\n"}
    assert archive_files(archive(files, "nous")) == files
    assert archive(files, "nous") == archive(files, "nous")


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_said(data: bytes) -> None:
    with pytest.raises(BadProfile, match="no zip archive"):
        archive_files(data)


def test_an_archive_that_grows_too_large_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("profile.yaml", "a" * 6_000_000)
    with pytest.raises(BadProfile, match="too large"):
        archive_files(buffer.getvalue())


def test_a_folder_that_is_not_there(tmp_path) -> None:
    with pytest.raises(BadProfile, match="no such folder"):
        folder_files(tmp_path / "nowhere")


def test_what_is_dropped_stays_dropped_down_the_line() -> None:
    profile = read({
        "profile.yaml": HEAD + "extends: eti\ndrop:\n  forums: [RIT-DISCO]\n  sheets: [support]\n",
        "forums.yaml": "- code: CPF\n  name: Le nôtre\n  level: portfolio\n",
    })
    assert "RIT-DISCO" not in profile.topics["forums"]
    assert profile.topics["forums"]["CPF"]["name"]["fr"] == "Le nôtre"
    assert profile.topics["forums"]["CPF"]["threshold"] == 500_000
    assert not {"support", "head_of_product"} & set(profile.topics["sheets"])
    assert "product_manager" in profile.topics["sheets"]
