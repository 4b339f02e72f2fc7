"""Findings for a reader: computed once for a state of the data, filtered to what may be seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.models import Change, ExternalKey
from portulan.base.policy import Actor, held
from portulan.catalogue.rights import Sight, sights
from portulan.coherence.manifest import FINDING_READ
from portulan.coherence.models import CheckRun, FindingException
from portulan.coherence.words import MONEY
from portulan.organisation.rights import root_ids
from portulan.organisation.standards import standard
from portulan.portfolio.manifest import BUDGET_READ
from portulan.snapshot.assemble import take
from portulan_core.coherence import RULES, Finding, Profile, Severity, check
from portulan_core.coherence.context import Context
from portulan_core.model import World

#: Tables that at least one rule reads: the World of a check holds nothing else.
READ = frozenset(table for rule in RULES.values() for table in rule.reads) | {"entities"}

#: Rules whose findings tell an amount of money.
PRICED = frozenset(code for code, rule in RULES.items() if MONEY & set(rule.params))

#: Subject type → World table.
TABLE_OF = {
    "product": "products",
    "initiative": "initiatives",
    "project": "projects",
    "team": "teams",
    "person": "people",
    "objective": "objectives",
    "indicator": "indicators",
    "envelope": "envelopes",
    "decision": "decisions",
    "forum": "forums",
    "action": "action_items",
    "promise": "promises",
    "request": "requests",
    "risk": "risks",
    "line": "lines",
    "entity": "entities",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The object of a finding: its kind, code and name, and the entity it lies in (uid)."""

    type: str
    uid: str
    code: str
    name: str
    entity: str | None = None
    product: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding with its object, and the exception that covers it, if any."""

    finding: Finding
    subject: Subject
    exception: FindingException | None = None
    related: tuple[Subject, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: findings with their subjects, for a day."""

    day: date
    listed: tuple[Listed, ...]


def checked(
    day: date | None = None, at: date | None = None, state: UUID | None = None
) -> Checked:
    """Every finding on a day, exceptions marked, computed once for a state of the database.

    ``state`` is the last change, when the caller has just read it. ``at`` takes the World as of
    that day; it is never cached, since it is asked for rarely.
    """
    day = day or timezone.localdate()
    if at is not None:
        return Checked(day, _list(take(READ, at=at), day))
    if state is None:
        state = Change.objects.order_by("-pk").values_list("uid", flat=True).first()
    if state is None:
        return Checked(day, _list(take(READ), day))
    found = _kept.get((state, day))
    if found is None:
        found = Checked(day, _list(take(READ), day))
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[state, day] = found
    return found


def is_ready(state: UUID | None, day: date | None = None) -> bool:
    """Whether the findings of a state of the database (its last change) are known already."""
    return state is not None and (state, day or timezone.localdate()) in _kept


def forget() -> None:
    """Drop the findings kept, as a process that has just started (for measures and tests)."""
    _kept.clear()


#: The last outcomes, by the last change and the day: pages ask many times for the same one.
_kept: dict[tuple[UUID, date], Checked] = {}
KEPT = 3


def _list(world: World, day: date) -> tuple[Listed, ...]:
    exceptions: dict[tuple[str, str], FindingException] = {}
    for exception in FindingException.objects.all():
        if exception.expires_on is None or exception.expires_on >= day:
            exceptions[exception.rule, str(exception.subject_uid)] = exception
    context = Context(world, day)
    return tuple(
        Listed(
            finding,
            subject_of(context, finding.subject_type, finding.subject),
            exceptions.get((finding.code, finding.subject)),
            tuple(subject_of(context, kind, uid) for kind, uid in finding.related[:12]),
        )
        for finding in check(world, day, profile=rule_profile())
    )


def rule_profile() -> Profile:
    """The company's own severities and thresholds, and the rules it does without (one query)."""
    severities: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, float]] = {}
    disabled: set[str] = set()
    for code, own in standard("rules").items():
        if code not in RULES or not isinstance(own, dict):
            continue
        severity = str(own.get("severity", "")).upper()
        # A rule may grade its findings itself: its usual severity is not put over them.
        if severity in Severity.__members__ and Severity[severity] != RULES[code].severity:
            severities[code] = Severity[severity]
        if own.get("enabled") is False:
            disabled.add(code)
        thresholds[code] = {
            name: value
            for name, value in dict(own.get("thresholds", {})).items()
            if name in RULES[code].thresholds
        }
    return Profile(severities, thresholds, frozenset(disabled))


def severities() -> dict[str, str]:
    """Rule → severity in this company (one query)."""
    own = rule_profile().severities
    return {code: own.get(code, rule.severity).code for code, rule in RULES.items()}


def subject_of(context: Context, kind: str, uid: str) -> Subject:
    """What a page needs to name an object and to know who may see it."""
    world = context.world
    row: Any = world.table(TABLE_OF[kind]).get(uid) if kind in TABLE_OF else None
    if row is None:
        return Subject(kind, uid, "", "")
    code = str(getattr(row, "code", ""))
    name = str(getattr(row, "name", "") or getattr(row, "title", "") or code)
    product = uid if kind == "product" else getattr(row, "product", None)
    entity = getattr(row, "entity", None)
    owner = getattr(row, "owner", None) or getattr(row, "manager", None)
    if kind == "initiative":
        shares = context.initiative_products.get(uid, [])
        product = shares[0].product if shares else None
    if kind == "decision" and row.forum:
        forum = world.forums.get(row.forum)
        entity = forum.entity if forum else None
    if kind == "promise":
        decision = world.decisions.get(row.decision)
        forum = world.forums.get(decision.forum or "") if decision else None
        entity = forum.entity if forum else None
        name = name or context.name("products", row.product)
    if kind == "risk" and row.target_type == "product":
        product = row.target
    if entity is None and product is not None:
        owning = world.products.get(product)
        entity = owning.entity if owning else None
    if kind == "envelope":
        name = context.name("lines", row.line)
    return Subject(kind, uid, code, name, entity, product, owner)


def visible(actor: Actor, listed: Iterable[Listed]) -> list[Listed]:
    """What the reader may know of: by the entities, products and lines of the roles that read
    findings.

    Money in a finding asks for ``budget.read`` on what it is about. The related objects that the
    reader may not see are left out.
    """
    if actor.system:
        return list(listed)
    sight, money = sights(held(actor, FINDING_READ), held(actor, BUDGET_READ))

    def seen(subject: Subject, by: Sight = sight) -> bool:
        return by.covers(subject.entity, subject.product)

    kept = []
    for item in listed:
        if not seen(item.subject):
            continue
        if item.finding.code in PRICED and not seen(item.subject, money):
            continue
        related = tuple(subject for subject in item.related if seen(subject))
        kept.append(item if len(related) == len(item.related) else replace(item, related=related))
    return kept


def covers_whole(actor: Actor) -> bool:
    """Whether a role is held on an entity above which there is nothing."""
    roots = root_ids()
    return any(g.entity in roots for g in actor.grants if g.entity is not None)


def all_source_keys() -> Mapping[str, str]:
    """The source's own identifier of every imported object, by uid (for a whole report)."""
    return {str(uid): key for uid, key in ExternalKey.objects.values_list("record_uid", "key")}


def trend(days: int = 90) -> list[CheckRun]:
    """The recorded counts of the last days, oldest first."""
    runs = CheckRun.objects.order_by("-on")[:days]
    return list(reversed(runs))
