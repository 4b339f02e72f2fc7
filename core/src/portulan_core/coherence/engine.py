"""Runs the rules over a World, and says which findings matter first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from portulan_core.coherence import (
    rules_catalogue,
    rules_governance,
    rules_portfolio,
    rules_projects,
)
from portulan_core.coherence.context import Context
from portulan_core.coherence.rule import RULES, Finding, Profile
from portulan_core.model import World

#: The modules whose import declares the rules.
RULE_MODULES = (rules_catalogue, rules_governance, rules_portfolio, rules_projects)


def check(
    world: World,
    day: date,
    codes: Iterable[str] | None = None,
    profile: Profile | None = None,
    currency: str = "EUR",
) -> list[Finding]:
    """Every finding of a World on a day, gravest first; repeatable.

    ``codes`` limits to some rules (default: all that the profile does not switch off).

    Raises:
        KeyError: an unknown rule code.
    """
    profile = profile or Profile()
    context = Context(world, day, currency)
    found: list[Finding] = []
    for code in sorted(RULES) if codes is None else codes:
        known = RULES[code]
        if code in profile.disabled:
            continue
        thresholds = {**known.thresholds, **profile.thresholds.get(code, {})}
        severity = profile.severities.get(code)
        for hit in known.check(context, thresholds):
            found.append(
                Finding(
                    code,
                    severity if severity is not None else (hit.severity or known.severity),
                    known.topic,
                    known.subject_type,
                    hit.subject,
                    hit.params,
                    hit.related,
                    hit.weight,
                )
            )
    return sorted(found, key=lambda f: (-f.severity, -f.weight, f.code, f.subject))


def first(findings: Iterable[Finding], count: int = 10, same: int = 2) -> list[Finding]:
    """The findings that matter first: the gravest, but at most ``same`` of one rule.

    If fewer than ``count`` remain that way, the rest fills up in order.
    """
    ordered = list(findings)
    seen: dict[str, int] = {}
    chosen: list[Finding] = []
    for finding in ordered:
        if len(chosen) == count:
            break
        if seen.get(finding.code, 0) < same:
            seen[finding.code] = seen.get(finding.code, 0) + 1
            chosen.append(finding)
    if len(chosen) < count:
        taken = {id(finding) for finding in chosen}
        rest = [finding for finding in ordered if id(finding) not in taken]
        chosen.extend(rest[: count - len(chosen)])
    return sorted(chosen, key=lambda f: (-f.severity, -f.weight, f.code, f.subject))
