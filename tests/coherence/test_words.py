"""Every rule has its sentence, in both languages, with the parameters that the rule gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import translation

from portulan.coherence.sentences import SENTENCES
from portulan.coherence.words import DATES, EFFORT, MONEY, TOPICS, message
from portulan_core.coherence import RULES
from portulan_core.coherence.rule import Finding, Rule

#: A value of the right kind for each parameter.
NUMBERS = frozenset(
    {"count", "limit", "days", "percent", "year", "quarter", "months", "votes", "quorum", "score"}
)


class Asked(dict[str, Any]):
    """Parameters that remember which of them the sentence asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)


def _sample(rule: Rule) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in rule.params:
        if name in NUMBERS or name in MONEY or name in EFFORT:
            values[name] = 300
        elif name in DATES:
            values[name] = "2026-11-23"
        else:
            values[name] = "run" if name in ("first", "second", "stage") else "x"
    return values


def test_every_rule_is_said_and_nothing_else() -> None:
    assert set(SENTENCES) == set(RULES)
    assert {rule.topic for rule in RULES.values()} <= set(TOPICS)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("code", sorted(RULES))
def test_the_sentence_takes_exactly_the_parameters_of_its_rule(code: str, language: str) -> None:
    rule = RULES[code]
    with translation.override(language):
        asked = Asked(_sample(rule))
        for count in (1, 2):
            asked.update({name: count for name in asked if name in NUMBERS})
            assert "%(" not in str(SENTENCES[code].message % asked)
        assert asked.seen == set(rule.params)


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_finding_reads_in_the_language_of_the_reader(code: str) -> None:
    rule = RULES[code]
    finding = Finding(code, rule.severity, rule.topic, rule.subject_type, "u", _sample(rule))
    with translation.override("fr"):
        french = message(finding)
    with translation.override("en"):
        english = message(finding)
    assert french != english
    assert "%(" not in french + english
