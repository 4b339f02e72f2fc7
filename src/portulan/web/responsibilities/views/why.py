"""Why somebody may or may not do something: the chain from the role to the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.base.manifest import activities
from portulan.base.policy import (
    ANYWHERE,
    MUST_NOT,
    Activity,
    Actor,
    Scope,
    check_right,
    require,
)
from portulan.governance.queries.links import decisions_that_changed
from portulan.organisation.access import person_for
from portulan.organisation.activities import MATRIX_COMPARE, ORGANISATION_READ
from portulan.organisation.matrix import Origin, Source, origins, sources
from portulan.organisation.queries import people_choices
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.holders import Holding, Letters, Somebody, Staff, staff_of
from portulan.readmodels.sheets.people import readable_projects
from portulan.web import navigation
from portulan.web.objects import address
from portulan.web.paging import changed
from portulan.web.responsibilities import places
from portulan.web.viewer import actor
from portulan.wording import formats, vocabulary
from portulan.wording.activities import TOPICS, activity, letter, topic

#: How many people who have the right are named; the others are counted.
NAMED = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One role of the chain: on what, since when, whether it covers, its letter, what follows."""

    role: str
    on: str
    on_url: str
    since: str
    covers: bool
    letter: str
    word: str
    source: str
    tone: str
    outcome: str


@dataclass(frozen=True, slots=True)
class May:
    """An activity that somebody may do: through which roles, and where."""

    code: str
    name: str
    letters: tuple[tuple[str, str, str], ...]


def _period(starts: date | None, ends: date | None) -> str:
    if starts and ends:
        return _("%(start)s – %(end)s") % {"start": formats.day(starts), "end": formats.day(ends)}
    if starts:
        return _("since %(day)s") % {"day": formats.day(starts)}
    if ends:
        return _("until %(day)s") % {"day": formats.day(ends)}
    return _("without a date")


def _kinds() -> dict[str, str]:
    return {
        "entity": _("the entity"), "line": _("the line"), "team": _("the team"),
        "company": _("the company"),
    }


class Sight:
    """Which objects the reader may know of by name."""

    def __init__(self, who: Actor) -> None:
        self.reader = Reader(who)
        self.seen: dict[str, frozenset[int] | None] = {
            "product": self.reader.products(),
            "project": frozenset(readable_projects(self.reader)),
        }

    def name(self, holding: Holding) -> tuple[str, str]:
        """Name and address of what a role is held on."""
        on = holding.on
        allowed = self.seen.get(on.kind)
        if allowed is not None and on.id not in allowed:
            return _("an object that you cannot see"), ""
        return on.name, address(on.kind, on.code)


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """The answer to one question: may this person do this, on this object?"""
    who = actor(request)
    require(who, ORGANISATION_READ)
    known = activities()
    code = request.GET.get("activity", "")
    asked = known.get(code)
    on = places.object_for(who, request.GET.get("on", "")[:140])
    person = _person(who, request.GET.get("person", ""))
    sight = Sight(who)
    staff = staff_of(sight.reader)
    groups: dict[str, list[tuple[str, str]]] = {}
    for app, items in _by_app().items():
        groups[topic(app)] = [(a.code, activity(a.code)) for a in items]
    context: dict[str, Any] = {
        "section": navigation.section("organisation", "responsibilities:home"),
        "faces": places.faces("why", check_right(who, MATRIX_COMPARE) is None),
        "activity": code if asked else "", "groups": groups,
        "on": request.GET.get("on", "") if on else "", "on_name": on.name if on else "",
        "on_url": address(on.kind, on.code) if on else "",
        "person": person.code if person else "", "people": people_choices(),
        "mine": person is not None and person.id == who.person_id,
        "answer": None, "remove_url": changed(request.GET.urlencode(), {"on": None}),
    }
    if asked is not None:
        context["answer"] = _answer(who, sight, staff, asked, on, person)
    return render(request, "responsibilities/why.html", context)


@dataclass(frozen=True, slots=True)
class PersonAsked:
    """Whose right is asked about."""

    id: int
    code: str
    name: str


def _person(who: Actor, code: str) -> PersonAsked | None:
    """The person asked about: the reader, unless another one is named."""
    if code:
        found = person_for(who, code)[0]
        return PersonAsked(found.pk, found.code, found.name)
    if who.person_id is None:
        return None
    return PersonAsked(who.person_id, "", who.name)


def _by_app() -> dict[str, list[Activity]]:
    from portulan.base.manifest import manifests

    found = {m.app: list(m.activities) for m in manifests() if m.activities}
    return {app: found[app] for app in [*TOPICS, *found] if app in found}


def _answer(
    who: Actor, sight: Sight, staff: Staff, asked: Activity, on: places.On | None,
    person: PersonAsked | None,
) -> dict[str, Any]:
    letters = Letters(who.matrix, who.overrides)
    scope = on.scope if on else ANYWHERE
    somebody = staff.people.get(person.id) if person else None
    subject = somebody.actor(letters) if somebody else Actor("", matrix=who.matrix)
    refusal = check_right(subject, asked, scope)
    given = sources(asked, scope if on else Scope())
    known = origins([s.cell for s in given.values() if s.cell is not None])
    decisions = {
        uid: links[0].code
        for uid, links in decisions_that_changed(who, [str(uid) for uid in known]).items()
    } if known else {}
    steps = [
        _step(sight, holding, asked, on, given[holding.role], known, decisions)
        for holding in (somebody.holdings if somebody else ())
        if holding.role in given
    ]
    order = {"bad": 0, "good": 1}
    steps.sort(key=lambda s: (order.get(s.tone, 2 if s.covers else 3), s.role))
    able = _able(staff, asked, scope, letters, on is not None)
    refused = refusal is not None
    name = person.name if person else ""
    return {
        "granted": not refused, "name": name, "what": activity(asked.code),
        "code": asked.code, "steps": steps[:40], "more_steps": max(0, len(steps) - 40),
        "roles": [
            (vocabulary.role(role), source.letter, letter(source.letter))
            for role, source in given.items()
            if source.letter and source.letter in asked.permits
        ],
        "forbidden": vocabulary.role(str(refusal.params["role"]))
        if refused and refusal and refusal.code == "right.must_not" else "",
        "barred": [
            vocabulary.role(role) for role, s in given.items() if s.letter == MUST_NOT
        ],
        "people": [(p, address("person", p.code)) for p in able[:NAMED]],
        "more_people": max(0, len(able) - NAMED),
        "reads": asked.reads, "none": somebody is None or not somebody.holdings,
    }


def _able(
    staff: Staff, asked: Activity, scope: Scope, letters: Letters, located: bool
) -> list[Somebody]:
    if located:
        return staff.permitted(asked, scope, letters)
    return [
        one for one in staff.people.values()
        if one.holdings and check_right(one.actor(letters), asked) is None
    ]


def _step(
    sight: Sight, holding: Holding, asked: Activity, on: places.On | None, given: Source,
    known: dict[Any, Origin], decisions: dict[str, str],
) -> Step:
    covers = on is None or on.scope.covered_by(holding.grant)
    permitted = given.letter != "" and given.letter in asked.permits
    name, url = sight.name(holding)
    if not covers:
        tone, outcome = "neutral", _("does not cover this object")
    elif given.letter == MUST_NOT:
        tone, outcome = "bad", _("refuses")
    elif permitted:
        tone, outcome = "good", _("gives the right")
    else:
        tone, outcome = "neutral", _("gives no right")
    role = vocabulary.role(holding.role)
    if holding.deputy:
        role = _("%(role)s, as deputy") % {"role": role}
    return Step(
        role, name, url, _period(holding.starts, holding.ends), covers, given.letter,
        letter(given.letter), _source(given, known, decisions), tone, outcome,
    )


def _source(given: Source, known: dict[Any, Origin], decisions: dict[str, str]) -> str:
    if given.kind == "shipped":
        return _("the letter shipped with Portulan")
    origin = known.get(given.cell)
    text = _("set for %(part)s, instead of %(letter)s") % {
        "part": _kinds().get(given.kind, given.kind), "letter": given.shipped or "–",
    }
    if origin is None:
        return text
    text += _(", by %(person)s on %(day)s") % {
        "person": origin.actor, "day": formats.day(origin.at.date()),
    }
    if origin.decision is not None and str(given.cell) in decisions:
        text += _(", by the decision %(code)s") % {"code": decisions[str(given.cell)]}
    return text + (f" ({origin.note})" if origin.note else "")


@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that somebody may do, through which role, where."""
    who = actor(request)
    require(who, ORGANISATION_READ)
    found = person_for(who, code)[0]
    sight = Sight(who)
    staff = staff_of(sight.reader)
    somebody = staff.people.get(found.pk)
    letters = Letters(who.matrix, who.overrides)
    topics = []
    count = 0
    for app, items in _by_app().items():
        rows = []
        for item in items:
            one = _may(sight, somebody, item, letters)
            if one is not None:
                rows.append(one)
        count += len(rows)
        if rows:
            topics.append((topic(app), rows))
    context = {
        "section": navigation.section("organisation", "responsibilities:home"),
        "faces": places.faces("", check_right(who, MATRIX_COMPARE) is None),
        "name": found.name, "code": found.code, "topics": topics, "count": count,
        "total": len(activities()), "url": address("person", found.code),
        "signs_in": somebody is not None and somebody.signs_in,
        "why_url": reverse("responsibilities:why"),
        "roles": [
            (vocabulary.role(h.role), *sight.name(h), _period(h.starts, h.ends))
            for h in (somebody.holdings if somebody else ())
        ],
    }
    return render(request, "responsibilities/person.html", context)


def _may(
    sight: Sight, somebody: Somebody | None, item: Activity, letters: Letters
) -> May | None:
    if somebody is None:
        return None
    subject = somebody.actor(letters)
    if check_right(subject, item) is not None:
        return None
    where: dict[tuple[str, str], list[str]] = {}
    for holding in somebody.holdings:
        given = letters.at(item, holding.on.scope).get(holding.role, "")
        if not given or given not in item.permits:
            continue
        if check_right(subject, item, holding.on.scope) is not None:
            continue
        where.setdefault((holding.role, given), []).append(sight.name(holding)[0])
    shown = tuple(
        (
            vocabulary.role(role), given,
            ", ".join(names[:4]) + (
                _(" and %(count)s more") % {"count": len(names) - 4} if len(names) > 4 else ""
            ),
        )
        for (role, given), names in where.items()
    )
    return May(item.code, activity(item.code), shown)
