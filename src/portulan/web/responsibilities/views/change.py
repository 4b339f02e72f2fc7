"""A change of the matrix: what it gives and takes, then applied or carried to a committee."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.base.manifest import activities
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, check_right, require
from portulan.governance.access import decision_for
from portulan.governance.actions.matrix import dossier_from_letters
from portulan.governance.activities import DOSSIER_EDIT
from portulan.organisation.activities import MATRIX_EDIT
from portulan.organisation.matrix import CHOICES, Place, Row, every_role, own_letters, rows
from portulan.organisation.responsibilities import Asked, check_changes, set_letters
from portulan.readmodels.reader import Reader
from portulan.readmodels.responsibilities.gains import Effectively, Moved, gains
from portulan.readmodels.responsibilities.holders import letters_now, staff_of
from portulan.readmodels.sheets.people import readable_projects
from portulan.web import navigation
from portulan.web.answers import reason, sentence
from portulan.web.htmx import go, tell
from portulan.web.objects import address
from portulan.web.responsibilities import places
from portulan.web.viewer import actor
from portulan.wording import vocabulary
from portulan.wording.activities import activity, letter

#: How many people are named on each side; the others are counted.
NAMED = 12


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who gains or loses a right, and on what, as far as the reader may know."""

    name: str
    code: str
    on: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The change of one activity as the page says it."""

    code: str
    name: str
    cells: tuple[tuple[str, str, str, str, str], ...]
    problem: str
    gains: tuple[Who, ...]
    losses: tuple[Who, ...]
    more_gains: int
    more_losses: int
    gain_count: int
    loss_count: int


def typed(form: QueryDict, every: Sequence[Row]) -> list[Asked]:
    """The rows that differ from the matrix, out of the cells that were sent.

    A letter equal to the inherited one is no letter of one's own; ``reset`` takes a whole row back.
    """
    found = []
    back = set(form.getlist("reset"))
    for row in every:
        code = row.activity.code
        own = {} if code in back else dict(row.own)
        for role in every_role():
            raw = form.get(f"cell-{code}-{role}")
            if raw is None or code in back:
                continue
            value = raw.strip().upper()[:2]
            value = "" if value in ("-", "–", ".") else value
            own.pop(role, None)
            if value != row.letters[role].inherited:
                own[role] = value
        if own != row.own:
            found.append(Asked(code, row.own, own))
    return found


def read_changes(text: str) -> list[Asked]:
    """The changes that a preview carried along.

    Raises:
        Invalid: they were tampered with.
    """
    bad = Invalid({"changes": Refusal("invalid")})
    try:
        items = json.loads(text)
    except ValueError:
        raise bad from None
    if not isinstance(items, list) or len(items) > 200:
        raise bad
    found = []
    for item in items:
        if not (isinstance(item, list) and len(item) == 3 and item[0] in activities()):
            raise bad
        code, before, after = item
        if not all(_letters(side) for side in (before, after)):
            raise bad
        found.append(Asked(code, before, after))
    return found


def _letters(side: Any) -> bool:
    return isinstance(side, dict) and all(
        role in every_role() and value in CHOICES for role, value in side.items()
    )


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Who gains and who loses what, before anything is written."""
    who = actor(request)
    place = places.place_for(who, request.POST.get("place", "")[:130])
    require(who, MATRIX_EDIT, place.scope)
    changes = typed(request.POST, rows(place))
    back = _back(place, request.POST.get("topic", ""))
    if not changes:
        tell(request, sentence(Refusal("matrix.nothing")), tone="warning")
        return go(request, back)
    return _page(request, who, place, changes, back)


def _back(place: Place, topic: str) -> str:
    query = QueryDict(mutable=True)
    if place.kind:
        query["place"] = places.asked_key(place)
    if topic:
        query["topic"] = topic
    return reverse("responsibilities:home") + (f"?{query.urlencode()}" if query else "")


def _page(
    request: HttpRequest, who: Actor, place: Place, changes: Sequence[Asked], back: str,
    errors: Mapping[str, Refusal] | None = None, values: Mapping[str, str] | None = None,
) -> HttpResponse:
    reader = Reader(who)
    staff = staff_of(reader)
    seen = {"product": reader.products(), "project": frozenset(readable_projects(reader))}
    problems = check_changes(place, changes)
    found = [
        _shown(one, problems, seen) for one in gains(staff, letters_now(), place, changes)
    ]
    people = {w.code for s in found for w in (*s.gains, *s.losses)}
    context = {
        "section": navigation.section("organisation", "responsibilities:home"),
        "changes": found, "place_name": places.place_name(place),
        "place": places.asked_key(place), "back": back,
        "raw": json.dumps([[c.activity, dict(c.before), dict(c.after)] for c in changes]),
        "blocked": bool(problems), "people": len(people),
        "gain_count": sum(s.gain_count for s in found),
        "loss_count": sum(s.loss_count for s in found),
        "errors": {name: sentence(refusal) for name, refusal in (errors or {}).items()},
        "values": {"reason": "", "decision": "", **(values or {})},
        "dossier_reason": reason(check_right(who, DOSSIER_EDIT, place.scope)),
    }
    status = 422 if errors or problems else 200
    return render(request, "responsibilities/preview.html", context, status=status)


def _shown(one: Effectively, problems: Mapping[str, Refusal], seen: Mapping[str, Any]) -> Shown:
    def people(moved: Sequence[Moved]) -> tuple[Who, ...]:
        return tuple(
            Who(
                m.person.name, m.person.code,
                ", ".join(
                    on.name for on in m.on[:3]
                    if seen.get(on.kind) is None or on.id in seen[on.kind]
                ) + ("…" if len(m.on) > 3 else ""),
            )
            for m in moved[:NAMED]
        )

    refusal = problems.get(one.activity)
    return Shown(
        one.activity, activity(one.activity),
        tuple(
            (vocabulary.role(role), old, letter(old), new, letter(new))
            for role, old, new in one.cells
        ),
        sentence(refusal) if refusal else "", people(one.gains), people(one.losses),
        max(0, len(one.gains) - NAMED), max(0, len(one.losses) - NAMED), len(one.gains),
        len(one.losses),
    )


@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    """Write the change with its reason, or put it into a dossier for a committee."""
    who = actor(request)
    place = places.place_for(who, request.POST.get("place", "")[:130])
    require(who, MATRIX_EDIT, place.scope)
    changes = read_changes(request.POST.get("changes", ""))
    values = {
        "reason": request.POST.get("reason", "")[:300],
        "decision": request.POST.get("decision", "")[:120].strip(),
    }
    back = _back(place, "")
    try:
        if request.POST.get("to") == "dossier":
            dossier = dossier_from_letters(
                who, place, changes,
                title=_("Responsibilities: %(place)s") % {"place": places.place_name(place)},
                reason=values["reason"],
                titles={c.activity: activity(c.activity) for c in changes},
            )
            tell(request, _("The dossier %(code)s carries the change.") % {"code": dossier.code})
            return go(request, address("dossier", dossier.code))
        decision = _decision(who, values["decision"])
        change = set_letters(
            who, place, changes, reason=values["reason"], decision=decision
        )
    except Invalid as invalid:
        return _page(request, who, place, _fresh(place, changes), back, invalid.errors, values)
    tell(
        request,
        _("The matrix is changed.") if change else sentence(Refusal("matrix.nothing")),
        tone="success" if change else "warning",
    )
    return go(request, back)


def _fresh(place: Place, changes: Sequence[Asked]) -> list[Asked]:
    return [Asked(c.activity, own_letters(c.activity, place), c.after) for c in changes]


def _decision(who: Actor, code: str) -> UUID | None:
    if not code:
        return None
    try:
        return UUID(str(decision_for(who, code).uid))
    except NotFoundForActor:
        raise Invalid({"decision": Refusal("decision.unknown", {"found": code})}) from None
