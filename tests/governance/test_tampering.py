"""A thousand random tamperings with the register and the decisions: a thousand found."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from portulan.base.models import Setting
from portulan.governance import append_only, sealing
from portulan.governance.actions import seal_past
from portulan.governance.models import Decision, RegisterEntry
from tests.governance.conftest import run
from tests.governance.house import House
from tests.governance.test_deciding import decide_all

TURNS = 1_000
TEXTS = ("name", "text", "conditions", "dissent")


@pytest.fixture
def register(house: House) -> list[RegisterEntry]:
    """Eleven entries: nine decisions of the past, one decided and applied here."""
    from portulan.governance import actions

    for number in range(9):
        decision = Decision(
            code=f"D-2026-{number:03}", name=f"Décision {number}", kind="fund", state="applied",
            verdict="whole", forum=house.forum, text=f"Texte {number}.", amount=1000 * number,
            conditions="À revoir", dissent="Une voix contre",
            decided_on=date(2026, 1, 5) + timedelta(days=20 * number),
            effective_on=date(2026, 2, 5), effects=[],
        )  # fmt: skip
        decision.refresh_derived()
        decision.save()
    seal_past()
    item = house.sitting(house.dossier())
    decide_all(house, item)
    actions.close_decision(house.actors["chair"], item)
    run(append_only.REMOVE[connection.vendor])
    return list(RegisterEntry.objects.order_by("number"))


class Tamper:
    """One kind of tampering a method; each changes something for sure."""

    def __init__(self, entries: list[RegisterEntry], chance: random.Random) -> None:
        self.entries, self.chance = entries, chance

    def _entry(self) -> RegisterEntry:
        return self.chance.choice(self.entries)

    def _update(self, **values: object) -> None:
        RegisterEntry.objects.filter(pk=self._entry().pk).update(**values)

    def seal(self) -> None:
        self._update(seal=f"{self.chance.getrandbits(256):064x}")

    def previous(self) -> None:
        self._update(previous=f"{self.chance.getrandbits(256):064x}")

    def number(self) -> None:
        self._update(number=100 + self.chance.randrange(1000))

    def moment(self) -> None:
        entry = self._entry()
        later = entry.at + timedelta(
            seconds=self.chance.choice([-1, 1]) * (1 + self.chance.random())
        )
        RegisterEntry.objects.filter(pk=entry.pk).update(at=later)

    def payload(self) -> None:
        entry = self._entry()
        name = self.chance.choice(sorted(entry.payload))
        changed = {**entry.payload, name: [self.chance.random()]}
        RegisterEntry.objects.filter(pk=entry.pk).update(payload=changed)

    def payload_loses(self) -> None:
        entry = self._entry()
        name = self.chance.choice(sorted(entry.payload))
        changed = {k: v for k, v in entry.payload.items() if k != name}
        RegisterEntry.objects.filter(pk=entry.pk).update(payload=changed)

    def other_decision(self) -> None:
        entry = self._entry()
        others = [e.decision_id for e in self.entries if e.decision_id != entry.decision_id]
        RegisterEntry.objects.filter(pk=entry.pk).update(decision=self.chance.choice(others))

    def deletes(self) -> None:
        RegisterEntry.objects.filter(pk=self._entry().pk).delete()

    def inserts(self) -> None:
        entry = self._entry()
        RegisterEntry.objects.create(
            number=len(self.entries) + 1, at=entry.at, decision=entry.decision,
            payload={**entry.payload, "amount": self.chance.randrange(10**9)},
            previous=self.entries[-1].seal, seal=f"{self.chance.getrandbits(256):064x}",
        )  # fmt: skip

    def reorders(self) -> None:
        first, second = self.chance.sample(self.entries, 2)
        RegisterEntry.objects.filter(pk=first.pk).update(number=900)
        RegisterEntry.objects.filter(pk=second.pk).update(number=first.number)
        RegisterEntry.objects.filter(pk=first.pk).update(number=second.number)

    def decision(self) -> None:
        name, value = self.chance.choice(
            [
                ("code", f"D-{self.chance.randrange(10**6)}"),
                ("kind", "waive"),
                ("verdict", "refused"),
                ("amount", 7 + self.chance.randrange(10**9)),
                ("decided_on", date(2020, 1, 1) + timedelta(days=self.chance.randrange(999))),
                ("effective_on", date(2030, 1, 1)),
                ("effects", [{"v": 1, "type": "envelope.amount"}]),
                ("forum", None),
                *((text, f"Réécrit {self.chance.random()}") for text in TEXTS),
            ]
        )
        Decision.objects.filter(pk=self._entry().decision_id).update(**{name: value})

    def cuts_the_end(self) -> None:
        """With the head beside the register set back to a genuine older one."""
        keep = self.chance.randrange(1, len(self.entries))
        RegisterEntry.objects.filter(number__gt=keep).delete()
        head = sealing.head()
        Setting.objects.filter(key=sealing.HEAD).update(
            value={"number": head.number, "seal": head.seal, "mac": head.mac}
        )


def test_a_thousand_random_tamperings_are_found(register: list[RegisterEntry]) -> None:
    exported = sealing.head()
    assert sealing.verify(exported) == []
    chance = random.Random(2027)
    kinds = [name for name in vars(Tamper) if not name.startswith("_")]
    missed: list[tuple[int, str]] = []
    done: Counter[str] = Counter()
    for turn in range(TURNS):
        kind = kinds[turn % len(kinds)]
        with transaction.atomic():
            point = transaction.savepoint()
            getattr(Tamper(register, chance), kind)()
            if not sealing.verify(exported):
                missed.append((turn, kind))
            transaction.savepoint_rollback(point)
        done[kind] += 1
    assert missed == []
    assert sum(done.values()) == TURNS
    assert min(done.values()) >= 80
    assert sealing.verify(exported) == []


def test_an_erased_person_leaves_the_chain_whole(register: list[RegisterEntry]) -> None:
    exported = sealing.head()
    decision = register[-1].decision
    # What an erasure does: the personal texts go, and their salt with them.
    Decision.objects.filter(pk=decision.pk).update(
        name="–", text="", conditions="", dissent="", salt=""
    )
    assert sealing.verify(exported) == []
