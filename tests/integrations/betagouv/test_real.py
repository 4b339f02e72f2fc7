"""The real catalogue of beta.gouv.fr: everything comes in, once, and the findings are the facts."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import pytest

from portulan.base.models import Change, HistoryRow
from portulan.catalogue.models import Product, ProductRole, StagePeriod
from portulan.cli import check
from portulan.integrations.betagouv import command
from tests.integrations.betagouv import oracle
from tests.shared_data import shared_data

DAY = date(2026, 8, 20)


@pytest.fixture(scope="module")
def sources() -> tuple[Path, Path]:
    folder = shared_data("betagouv")
    return folder / "raw.tar.gz", folder / "staffing.jsonl"


@pytest.fixture
def imported(db: None, sources: tuple[Path, Path]) -> tuple[int, int]:
    """The repository taken in once; gives how many changes and history rows there are then."""
    assert _take_in(sources) == 0
    return Change.objects.count(), HistoryRow.objects.count()


def _take_in(sources: tuple[Path, Path]) -> int:
    archive, staffing = sources
    return command.run(argparse.Namespace(path=archive, staffing=staffing, dry_run=False))


@pytest.fixture
def findings(
    imported: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> dict[str, set[str]]:
    capsys.readouterr()
    status = check.run(argparse.Namespace(as_of=DAY, entity=None, format="json", language="fr"))
    assert status == 1
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"findings", "summary"}
    found: dict[str, set[str]] = {}
    for finding in report["findings"]:
        assert set(finding) == {"code", "severity", "topic", "object", "message", "params"}
        assert set(finding["object"]) == {"type", "key", "name"}
        found.setdefault(finding["code"], set()).add(finding["object"]["key"])
    return found


def test_all_products_come_in_and_the_same_content_again_changes_nothing(
    imported: tuple[int, int], sources: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    raw = oracle.startups(sources[0])
    assert Product.objects.count() == len(raw) == 662
    held = {
        (code, position): (name, starts, ends)
        for code, position, name, starts, ends in StagePeriod.objects.values_list(
            "product__code", "position", "source_stage", "starts", "ends"
        )
    }
    assert ProductRole.objects.count() > 4000
    assert held == {
        (key, index): (phase["name"], phase["start"], phase.get("end"))
        for key, matter in raw.items()
        for index, phase in enumerate(matter["phases"])
    }
    assert _take_in(sources) == 0
    assert (Change.objects.count(), HistoryRow.objects.count()) == imported
    assert "Nothing to do" in capsys.readouterr().out


def test_findings_equal_what_the_raw_files_say(
    findings: dict[str, set[str]], sources: tuple[Path, Path]
) -> None:
    archive, staffing = sources
    raw = oracle.startups(archive)
    people = oracle.missions(staffing, DAY)
    staffed = {product for product, held in people.items() if held}
    expected = {
        "LIF-01": oracle.overlapping(raw),
        "LIF-02": oracle.backward(raw),
        "LIF-03": oracle.same_start(raw),
        "ROL-03": oracle.without_sponsor(raw, DAY),
        "STA-01": oracle.active(raw, DAY) - staffed,
        "STA-02": oracle.stopped(raw, DAY) & staffed,
        "STA-03": oracle.spread_thin(raw, staffing, DAY),
    }
    assert all(expected.values())
    assert {code: findings.get(code, set()) for code in expected} == expected
