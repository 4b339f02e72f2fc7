"""Large writes: rows laid down beforehand give what rows written one by one give."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from portulan.base import bulk
from portulan.base.bulk import Prepared
from portulan.base.changes import recording
from portulan.base.models import HistoryRow
from portulan.base.policy import Conflict, system_actor
from portulan.organisation.models import Team

ACTOR = system_actor("test")
COLUMNS = ("code", "name", "folded", "revision")


def write(prepared: Prepared) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []
    with (
        prepared.staged(lambda done, whole: told.append((done, whole))),
        recording(ACTOR, "test.bulk") as recorder,
    ):
        prepared.execute(recorder)
    return told


def history() -> list[tuple[object, ...]]:
    rows = HistoryRow.objects.order_by("pk")
    return list(rows.values_list("model", "record_uid", "operation", "effective_on", "columns"))


def life(check: Callable[[], None]) -> None:
    """Ten teams are made, changed, derived anew, and all but one deleted."""
    teams = [Team(code=f"T{i}", name=f"Équipe {i}") for i in range(10)]
    prepared = Prepared()
    prepared.insert(teams)
    write(prepared)
    check()
    teams = list(Team.objects.order_by("pk"))
    prepared = Prepared()
    prepared.update([(team, {"name": f"{team.name} bis"}) for team in teams], None)
    write(prepared)
    check()
    teams = list(Team.objects.order_by("pk"))
    for team in teams:
        team.folded = f"derived {team.code}"
    prepared = Prepared()
    prepared.derive(teams, ["folded"])
    write(prepared)
    check()
    prepared = Prepared()
    prepared.delete(teams[1:], None)
    write(prepared)
    check()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("least", [1, 10**6])
def test_rows_laid_down_beforehand_are_what_was_asked(least: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "STAGED_FROM", least)
    monkeypatch.setattr(bulk, "STAGED_AT_ONCE", 3)
    seen: list[list[tuple[object, ...]]] = []
    life(lambda: seen.append(list(Team.objects.order_by("pk").values_list(*COLUMNS))))
    assert [len(rows) for rows in seen] == [10, 10, 10, 1]
    assert seen[0][3] == ("T3", "Équipe 3", "equipe 3 t3", 1)
    assert seen[1][3] == ("T3", "Équipe 3 bis", "equipe 3 bis t3", 2)
    assert seen[2][3] == ("T3", "Équipe 3 bis", "derived T3", 2)
    rows = history()
    assert [row[2] for row in rows] == ["create"] * 10 + ["update"] * 10 + ["delete"] * 9
    assert [row[4]["code"] for row in rows[:10]] == [[None, f"T{i}"] for i in range(10)]
    assert rows[13][4] == {"name": ["Équipe 3", "Équipe 3 bis"]}


@pytest.mark.django_db(transaction=True)
def test_what_moved_on_meanwhile_stops_everything_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(bulk, "STAGED_FROM", 1)
    prepared = Prepared()
    prepared.insert([Team(code=f"T{i}", name="Équipe") for i in range(4)])
    write(prepared)
    teams = list(Team.objects.order_by("pk"))
    Team.objects.filter(pk=teams[2].pk).update(revision=7)
    prepared = Prepared()
    prepared.update([(team, {"name": "autre"}) for team in teams], None)
    before = len(history())
    with pytest.raises(Conflict):
        write(prepared)
    assert set(Team.objects.values_list("name", flat=True)) == {"Équipe"}
    assert len(history()) == before
    assert not connection.in_atomic_block
    prepared = Prepared()
    prepared.insert([Team(code="T9", name="Équipe")])
    write(prepared)
    assert Team.objects.filter(code="T9").exists()


@pytest.mark.django_db
def test_laying_down_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "STAGED_FROM", 1)
    monkeypatch.setattr(bulk, "STAGED_AT_ONCE", 3)
    prepared = Prepared()
    prepared.insert([Team(code=f"T{i}", name="Équipe") for i in range(5)])
    assert write(prepared) == [(3, 10), (5, 10), (8, 10), (10, 10)]
