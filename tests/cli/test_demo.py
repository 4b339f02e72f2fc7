"""The demonstration: whole, the same story whatever the day, and gone without a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.utils import timezone

from core.tests.generate.test_clean import dangling
from portulan.base.changes import recording
from portulan.base.models import Account, Change, Setting
from portulan.base.policy import Refused, system_actor
from portulan.base.samples import is_sample
from portulan.catalogue.models import Line, Product
from portulan.cli.sample import ACCOUNTS, PASSWORD, build, build_group
from portulan.cli.sample.group import CONTENT, table
from portulan.governance.actions.samples import remove_samples
from portulan.governance.models import RegisterEntry
from portulan.prioritisation.queries.ranking import standing
from portulan_core.coherence import check
from portulan_core.load import world_load
from portulan_core.model import Forum, Meeting
from portulan_core.money import world_pieces

Run = Callable[..., Any]
#: Days that calendars stumble on: ends and starts of years and quarters, a leap day, a Thursday.
DAYS = (
    date(2026, 11, 23),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2028, 2, 29),
    date(2027, 4, 1),
    date(2027, 6, 30),
    date(2027, 8, 12),
)
#: What is wrong on purpose: each kind is found, none is there by accident.
WRONG = frozenset(
    (
        "BUD-01", "BUD-02", "BUD-03", "CAP-01", "CAP-02", "DAT-01", "DAT-02", "DAT-03",
        "DEP-01", "DEP-02", "DEP-04", "GOV-01", "GOV-02", "GOV-03", "GOV-04", "GOV-06",
        "GOV-07", "IND-01", "IND-02", "IND-03", "LIF-01", "LIF-02", "LIF-06", "LIF-07",
        "LIF-08", "OBJ-01", "OBJ-02", "OBJ-03", "OBJ-04", "PRJ-01", "PRJ-05", "ROL-01",
        "ROL-02", "ROL-03", "RSK-01", "STA-02", "STA-03",
    )
)


@pytest.mark.parametrize("day", DAYS)
def test_the_story_is_the_same_whatever_the_day(day: date) -> None:
    group = build_group(day)
    world = group.world()
    assert dangling(world) == []
    worst = world_load(world, group.quarter, 5).worst()
    assert worst is not None
    assert (world.teams[str(worst.team)].code, worst.quarter) == ("EQ-DON", 1)
    assert worst.ratio == pytest.approx(1.40, abs=0.02)
    landing = sum(p.amounts.landing for p in world_pieces(world, group.year, group.now))
    revised = sum(
        e.amount
        for e in world.envelopes.values()
        if e.fiscal_year == group.year and e.version == "revised"
    )
    assert 115_000_000 < landing - revised < 125_000_000
    findings = check(world, day)
    assert {finding.code for finding in findings} == WRONG
    assert len(findings) < 60


@pytest.mark.parametrize("day", DAYS)
def test_the_committee_sits_on_the_coming_thursday(day: date) -> None:
    group = build_group(day)
    forum = group.get(Forum, "forums", "CPF")
    planned = [
        m.on
        for m in group.all(Meeting, "meetings")
        if m.forum == forum.uid and m.state == "planned"
    ]
    coming = min(planned)
    assert coming.weekday() == 3
    assert day <= coming < day + timedelta(days=7)


def test_the_size_is_that_of_a_real_group() -> None:
    world = build(DAYS[0]).world
    assert 55 <= len(world.products) <= 65
    assert 110 <= len(world.initiatives) <= 140
    assert len(world.teams) == 14
    assert {e.level for e in world.entities.values()} == {"group", "unit", "country"}
    assert {line.axis for line in world.lines.values()} == {"segment", "domain", "platform"}
    roles = {a.role for a in world.assignments.values()}
    assert {"pmo", "finance", "executive", "product_manager", "business", "architect"} <= roles
    held = {a.person for a in world.assignments.values()}
    assert 60 <= len(held | {t.manager for t in world.teams.values()}) <= 100


def test_every_table_of_content_has_its_columns() -> None:
    names = [path.stem for path in CONTENT.glob("*.txt")]
    assert len(names) > 15
    for name in names:
        assert table(name), name


def test_texts_are_written_as_french_is() -> None:
    """Typographic apostrophes, no straight one; no double space; sentences end."""
    for path in CONTENT.glob("*.txt"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert "'" not in line, f"{path.name}:{number}"
            assert "  " not in line, f"{path.name}:{number}"
    for row in table("products"):
        assert row["vision"].endswith(".")


@pytest.fixture
def own_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, transactional_db: None
) -> Iterator[None]:
    """What `portulan demo` sets in the environment, and the register, go away with the test."""
    monkeypatch.setenv("PORTULAN_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "")
    yield
    if is_sample():
        remove_samples(system_actor("test"))


@pytest.mark.usefixtures("own_home")
def test_it_loads_once_tells_its_accounts_and_goes(run: Run) -> None:
    done = run("demo", "load")
    assert done.status == 0, done.err
    assert "Demonstration loaded" in done.out
    for account in ACCOUNTS:
        assert account.email in done.out
        person = authenticate(request=_request(), username=account.email, password=PASSWORD)
        assert person is not None, account.email
    changes = Change.objects.count()
    again = run("demo", "load")
    assert again.status == 0
    assert "there already" in again.out
    assert Change.objects.count() == changes
    assert RegisterEntry.objects.count() == len(table("decisions"))
    found = standing()
    assert found is not None
    assert found.statement.code == "tie_first"
    assert found.statement.params["count"] == 4
    gone = run("demo", "remove")
    assert gone.status == 0, gone.err
    assert _rows() == {}
    assert run("demo", "remove").out == "There is no demonstration to remove.\n"
    assert run("demo", "load").status == 0
    assert Product.objects.count() > 55


@pytest.mark.usefixtures("own_home")
def test_one_made_for_another_day_is_replaced(run: Run) -> None:
    from portulan.cli.demo import load

    load(today=timezone.localdate() - timedelta(days=3))
    before = Setting.objects.get(key="sample_data").value
    assert run("demo", "load").status == 0
    assert Setting.objects.get(key="sample_data").value != before
    assert Product.objects.filter(code="ESPCLI").count() == 1


@pytest.mark.usefixtures("own_home")
@pytest.mark.parametrize("verb", ["load", "remove"])
def test_real_data_are_never_touched(run: Run, verb: str) -> None:
    with recording(system_actor("test"), "line.edit") as recorder:
        recorder.create(Line(code="L1", name="Réseaux"))
    done = run("demo", verb)
    assert done.status == 1
    assert "Traceback" not in done.err
    assert _rows() == {"base_change": 1, "base_historyrow": 1, "catalogue_line": 1}


@pytest.mark.django_db(transaction=True)
def test_only_samples_can_be_removed_in_one_go() -> None:
    Account.objects.create_account("ana@example.org", "x")
    with pytest.raises(Refused) as caught:
        remove_samples(system_actor("test"))
    assert caught.value.refusal.code == "sample.none"
    assert Account.objects.exists()
    assert not is_sample()


def test_the_demonstration_has_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from portulan.cli.main import choose_home

    for home, expected in (("/srv/portulan", "/srv/portulan/demo"), ("/srv/demo", "/srv/demo")):
        monkeypatch.setenv("PORTULAN_HOME", home)
        monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/production")
        choose_home(["demo", "load"])
        import os

        assert os.environ["PORTULAN_HOME"] == expected
        assert os.environ["DATABASE_URL"] == ""
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/production")
    choose_home(["check"])
    assert os.environ["DATABASE_URL"] == "postgresql://u@h/production"


def _request() -> Any:
    from django.test import RequestFactory

    return RequestFactory().post("/sign-in")


def _rows() -> dict[str, int]:
    """Tables with rows, those of Django's own bookkeeping aside."""
    own = {"django_migrations", "django_content_type", "auth_permission", "axes_accesslog"}
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if name in own:
                continue
            cursor.execute(f'SELECT COUNT(*) FROM "{name}"')
            count = cursor.fetchone()[0]
            if count:
                found[name] = count
    return found


