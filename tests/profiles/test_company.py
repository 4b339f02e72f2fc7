"""What a profile sets is what the rest of Portulan goes by; the commands say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portulan.base.policy import system_actor
from portulan.cli.main import main
from portulan.coherence.queries import rule_profile
from portulan.governance.templates import template_of
from portulan.organisation.models import Entity
from portulan.organisation.rights import refresh_paths
from portulan.profiles import actions
from portulan.profiles.library import shipped
from portulan_core.coherence import Severity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def group() -> None:
    Entity.objects.create(code="GRP", name="Groupe", level="group")
    refresh_paths()


def test_rules_and_dossiers_follow_the_profile() -> None:
    actions.apply(system_actor("test"), shipped("eti"))
    own = rule_profile()
    assert own.severities["GOV-04"] == Severity.MAJOR
    assert own.thresholds["GOV-04"] == {"limit": 5_000_000}
    assert template_of("launch_discovery").sections == ("context", "objectives", "risks")
    assert template_of("stop").requirements == ("usage",)


def test_show_plan_apply_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["profile", "show"]) == 0
    assert "groupe" in capsys.readouterr().out
    assert main(["profile", "plan", "--profile", "eti", "--format", "json"]) == 1
    plan = json.loads(capsys.readouterr().out)
    assert plan["counts"]["add"] > 20
    assert main(["profile", "apply", "--profile", "eti"]) == 0
    assert main(["profile", "plan"]) == 0
    capsys.readouterr()
    assert main(["profile", "export", str(tmp_path / "p"), "--code", "nous"]) == 0
    assert (tmp_path / "p/profile.yaml").exists()
    capsys.readouterr()
    assert main(["profile", "plan", "--profile", str(tmp_path / "p")]) == 0


def test_a_fault_is_said_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "profile.yaml").write_text("format: 1\ncode: a\nname: A\nsteps: 3\n")
    assert main(["profile", "plan", "--profile", str(tmp_path)]) == 2
    assert "profile.yaml:4: steps:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan"], "no profile was applied yet"),
        (["plan", "--profile", "nowhere"], "there is no profile 'nowhere'"),
        (["plan", "--profile", "eti", "--step", "nine"], "its steps: clarifier"),
        (["apply", "--profile", "eti", "--take", "forums/X"], "is no conflict of this plan"),
    ],
)
def test_wrong_usage_says_what_there_is(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["profile", *arguments]) == 2
    assert said in capsys.readouterr().err
