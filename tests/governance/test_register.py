"""The register in the database: nothing rewrites it, and whatever does is found."""

from __future__ import annotations

import random

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from portulan.governance import append_only, sealing
from portulan.governance.actions import close_decision, decide_line, seal_past
from portulan.governance.models import Decision, RegisterEntry
from tests.governance.conftest import run
from tests.governance.house import House


@pytest.fixture
def sealed(house: House) -> QuerySet[RegisterEntry]:
    """A register of a decision taken and applied."""
    item = house.sitting(house.dossier())
    for line in item.dossier.lines.all():
        decide_line(house.actors["chair"], item, line, "approved")
    close_decision(house.actors["chair"], item)
    return RegisterEntry.objects.order_by("number")


def test_the_database_refuses_to_change_or_delete_an_entry(
    sealed: QuerySet[RegisterEntry],
) -> None:
    for write in (
        lambda: sealed.update(seal="0" * 64),
        lambda: sealed.filter(number=1).delete(),
        lambda: sealed.get(number=1).save(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            write()
    assert sealing.verify() == []


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_register(sealed: QuerySet[RegisterEntry]) -> None:
    run(("SET CONSTRAINTS ALL IMMEDIATE",))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run((f"TRUNCATE {append_only.TABLE} CASCADE",))


def test_what_slips_past_the_database_is_found(sealed: QuerySet[RegisterEntry]) -> None:
    run(append_only.REMOVE[connection.vendor])
    sealed.filter(number=1).update(payload={**sealed[0].payload, "amount": 1})
    codes = {(f.code, f.number) for f in sealing.verify()}
    assert ("seal", 1) in codes
    assert ("differs", 1) in codes


def test_the_last_entry_cut_off_is_found(sealed: QuerySet[RegisterEntry]) -> None:
    run(append_only.REMOVE[connection.vendor])
    sealed.filter(number=2).delete()
    assert {f.code for f in sealing.verify()} == {"cut"}


def test_a_decision_rewritten_behind_the_register_is_found(
    sealed: QuerySet[RegisterEntry],
) -> None:
    Decision.objects.update(text="Le comité n’a rien décidé.", amount=1)
    found = {(f.code, f.detail) for f in sealing.verify()}
    assert found == {("differs", "text"), ("differs", "amount")}


def test_an_erased_text_leaves_the_register_whole(sealed: QuerySet[RegisterEntry]) -> None:
    Decision.objects.update(text="", dissent="", conditions="", salt="")
    assert sealing.verify() == []


def test_an_exported_head_shows_a_register_that_went_back(
    sealed: QuerySet[RegisterEntry],
) -> None:
    exported = sealing.head()
    assert sealing.verify(exported) == []
    run(append_only.REMOVE[connection.vendor])
    sealed.filter(number=2).delete()
    # Whoever also puts the kept head back is found by the exported one.
    last = sealed.first()
    assert last is not None
    old = sealing.head()
    from portulan.base.models import Setting

    Setting.objects.filter(key=sealing.HEAD).update(
        value={"number": old.number, "seal": old.seal, "mac": old.mac}
    )
    assert sealing.verify() == []
    assert {f.code for f in sealing.verify(exported)} == {"cut"}


def test_a_hundred_random_writes_to_the_register_are_found(
    sealed: QuerySet[RegisterEntry],
) -> None:
    run(append_only.REMOVE[connection.vendor])
    chance = random.Random(11)
    columns = {
        "seal": lambda: f"{chance.getrandbits(256):064x}",
        "previous": lambda: f"{chance.getrandbits(256):064x}",
        "number": lambda: 3 + chance.randrange(1000),
        "payload": lambda: {"event": "decided", "n": chance.random()},
    }
    missed = []
    for turn in range(100):
        column = chance.choice(sorted(columns))
        number = chance.choice([1, 2])
        with transaction.atomic():
            point = transaction.savepoint()
            sealed.filter(number=number).update(**{column: columns[column]()})
            if not sealing.verify():
                missed.append((turn, column, number))
            transaction.savepoint_rollback(point)
    assert missed == []


def test_decisions_that_came_with_the_data_can_be_sealed(house: House) -> None:
    Decision.objects.create(
        code="D-2025-021", name="Renforcer Escale", kind="reinforce", state="applied",
        verdict="whole", forum=house.forum,
    )
    assert [f.code for f in sealing.verify()] == ["unsealed"]
    assert seal_past() == 1
    assert sealing.verify() == []
    assert seal_past() == 0
