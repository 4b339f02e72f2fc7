"""A finding that tells an amount shows only to who may read budgets."""

from __future__ import annotations

from portulan.base.policy import Actor, Grant
from portulan.catalogue import rights
from portulan.coherence import queries
from portulan.coherence.queries import Listed, Subject
from portulan_core.coherence import RULES
from portulan_core.coherence.rule import Finding


def test_amounts_are_for_readers_of_budgets(monkeypatch) -> None:
    monkeypatch.setattr(
        rights, "covered_uids", lambda *held: [None if set(ids) else frozenset() for ids in held]
    )
    monkeypatch.setattr(rights, "product_uids", lambda products, lines: frozenset())
    listed = [
        Listed(
            Finding(code, rule.severity, rule.topic, rule.subject_type, "u"),
            Subject(rule.subject_type, "u", "C", "N"),
        )
        for code, rule in RULES.items()
    ]
    reader = Actor("r", grants=(Grant("contributor", entity=1),))
    controller = Actor("c", grants=(Grant("finance", entity=1),))
    hidden = {i.finding.code for i in listed} - {
        i.finding.code for i in queries.visible(reader, listed)
    }
    assert {"BUD-01", "BUD-03", "GOV-04", "LIF-06", "PRJ-05"} <= hidden
    assert len(queries.visible(controller, listed)) == len(listed)
