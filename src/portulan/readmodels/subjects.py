"""Objects of every kind under the reader's rights of today: one by code, many by uid or code.

It is the ``base.subjects.Resolver`` of this program. What may not be read is left out, as if it
were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, Q

from portulan.base.policy import Activity, Actor, NotFoundForActor, Refused, check_right, held
from portulan.base.subjects import Subject
from portulan.catalogue.activities import PRODUCT_READ
from portulan.catalogue.models import Line, Objective, Product
from portulan.compliance.activities import RISK_READ
from portulan.compliance.models import Risk
from portulan.evidence.activities import INDICATOR_READ
from portulan.evidence.models import Indicator
from portulan.governance.access import readable_forums
from portulan.governance.activities import DOSSIER_READ, MEETING_READ
from portulan.governance.models import Decision, Dossier, Forum, Meeting
from portulan.governance.queries.register import visible as visible_decisions
from portulan.organisation.activities import ORGANISATION_READ
from portulan.organisation.models import Entity, Person, Team
from portulan.portfolio.activities import INITIATIVE_READ, PROJECT_READ
from portulan.portfolio.models import Initiative, Project, ProjectProduct, Request
from portulan.prioritisation.activities import SCENARIO_READ
from portulan.prioritisation.models import Scenario
from portulan.readmodels.reader import Reader

Condition = Callable[[Reader], Q | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object: its table, and the condition on rows that a reader may read."""

    model: type[Model]
    condition: Condition
    code: str = "code"
    name: str = "name"


def _known(reader: Reader) -> Q | None:
    """The organisation, its lines and objectives are known to whoever holds a role."""
    return None if check_right(reader.actor, ORGANISATION_READ) is not None else Q()


def _products(reader: Reader) -> Q | None:
    return reader.reach(PRODUCT_READ).product_filter()


def _initiatives(reader: Reader) -> Q | None:
    return reader.reach(INITIATIVE_READ).initiative_filter()


def _projects(reader: Reader) -> Q | None:
    return _projects_for(reader, PROJECT_READ)


def _projects_for(reader: Reader, activity: Activity) -> Q:
    reach = reader.reach(activity)
    if reach.everywhere:
        return Q()
    if reach.exact:
        return Q(pk__in=reach.projects)
    readable = Product.objects.filter(reach.product_filter()).values("pk")
    serving = ProjectProduct.objects.filter(product_id__in=readable).values("project_id")
    found = Q(entity_id__in=reach.entities) | Q(pk__in=reach.projects) | Q(pk__in=serving)
    return found | Q(entity_id=None, project_products=None) if reach.root else found


def _of_product(activity: Activity) -> Condition:
    """What lies with its product, else with the company."""

    def condition(reader: Reader) -> Q | None:
        reach = reader.reach(activity)
        if reach.everywhere:
            return Q()
        readable = Product.objects.filter(reach.product_filter()).values("pk")
        found = Q(product_id__in=readable)
        return found | Q(product_id=None) if reach.root else found

    return condition


def _risks(reader: Reader) -> Q | None:
    reach = reader.reach(RISK_READ)
    if reach.everywhere:
        return Q()
    products = Product.objects.filter(reach.product_filter()).values("pk")
    initiatives = Initiative.objects.filter(reach.initiative_filter()).values("pk")
    projects = Project.objects.filter(_projects_for(reader, RISK_READ)).values("pk")
    return (
        Q(product_id__in=products) | Q(initiative_id__in=initiatives) | Q(project_id__in=projects)
    )


def _scenarios(reader: Reader) -> Q | None:
    return _in_entity(reader, SCENARIO_READ)


def _in_entity(reader: Reader, activity: Activity, path: str = "entity_id") -> Q:
    reach = reader.reach(activity)
    if reach.everywhere:
        return Q()
    found = Q(**{f"{path}__in": reach.entities})
    return found | Q(**{path: None}) if reach.root else found


def _seats(reader: Reader, activity: Activity) -> set[int]:
    return {g.forum for g in held(reader.actor, activity) if g.forum is not None}


def _forums(reader: Reader) -> Q | None:
    return Q(pk__in=readable_forums(reader.actor))


def _meetings(reader: Reader) -> Q | None:
    placed = _in_entity(reader, MEETING_READ, "forum__entity_id")
    # An empty condition, which lets everything pass, would vanish from an "or".
    return placed | Q(forum_id__in=_seats(reader, MEETING_READ)) if placed else placed


def _dossiers(reader: Reader) -> Q | None:
    reach = reader.reach(DOSSIER_READ)
    if reach.everywhere:
        return Q()
    seen = Q(items__meeting__forum_id__in=_seats(reader, DOSSIER_READ))
    if reach.products:
        seen |= Q(product_id__in=reach.products) | Q(lines__product_id__in=reach.products)
    return _in_entity(reader, DOSSIER_READ) | Q(
        pk__in=Dossier.objects.filter(seen).values("pk")
    )


def _decisions(reader: Reader) -> Q | None:
    return Q(pk__in=visible_decisions(reader.actor).values("pk"))


KINDS: dict[str, Kind] = {
    "product": Kind(Product, _products),
    "initiative": Kind(Initiative, _initiatives),
    "project": Kind(Project, _projects),
    "person": Kind(Person, _known),
    "team": Kind(Team, _known),
    "entity": Kind(Entity, _known),
    "line": Kind(Line, _known),
    "objective": Kind(Objective, _known),
    "indicator": Kind(Indicator, _of_product(INDICATOR_READ)),
    "request": Kind(Request, _of_product(INITIATIVE_READ)),
    "risk": Kind(Risk, _risks, code="uid"),
    "scenario": Kind(Scenario, _scenarios),
    "forum": Kind(Forum, _forums),
    "meeting": Kind(Meeting, _meetings, name="forum__name"),
    "dossier": Kind(Dossier, _dossiers),
    "decision": Kind(Decision, _decisions),
}
#: The model of a kind as the history names it, and back.
MODELS = {kind: entry.model._meta.label_lower for kind, entry in KINDS.items()}
KIND_OF = {model: kind for kind, model in MODELS.items()}


def find(actor: Actor, kind: str, code: str) -> Subject:
    """The object of this kind and code.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
    """
    entry = KINDS.get(kind)
    if entry is None:
        raise NotFoundForActor(kind, code)
    value: Any = code
    if entry.code == "uid":
        try:
            value = UUID(code)
        except ValueError:
            raise NotFoundForActor(kind, code) from None
    found = _rows(Reader(actor), kind, Q(**{entry.code: value}))
    if not found:
        raise NotFoundForActor(kind, code)
    return found[0]


def readable(
    actor: Actor, wanted: Mapping[str, Collection[UUID]], reader: Reader | None = None
) -> dict[UUID, Subject]:
    """Those of these objects (kind → uids) that the actor may read (one query a kind, some more
    for the tree of entities and for committees).
    """
    reader = reader or Reader(actor)
    return {
        subject.uid: subject
        for kind, uids in wanted.items()
        if uids and kind in KINDS
        for subject in _rows(reader, kind, Q(uid__in=list(uids)))
    }


def coded(actor: Actor, codes: Collection[str]) -> dict[str, Subject]:
    """The readable objects that have one of these codes, by lower-case code (one query a kind)."""
    wanted = {code.lower() for code in codes}
    if not wanted:
        return {}
    reader = Reader(actor)
    match = Q()
    for code in wanted:
        match |= Q(code__iexact=code)
    found: dict[str, Subject] = {}
    for kind, entry in KINDS.items():
        if entry.code == "code" and kind != "person":
            for subject in _rows(reader, kind, match):
                found.setdefault(subject.code.lower(), subject)
    return found


def record(subject: Subject) -> Any:
    """The record behind an object that was found for a reader."""
    return KINDS[subject.kind].model._default_manager.get(pk=subject.pk)


def _rows(reader: Reader, kind: str, match: Q) -> list[Subject]:
    entry = KINDS[kind]
    try:
        condition = entry.condition(reader)
    except Refused:
        return []
    if condition is None:
        return []
    rows: Iterable[tuple[UUID, Any, str, int]] = (
        entry.model._default_manager.filter(match)
        .filter(condition)
        .values_list("uid", entry.code, entry.name, "pk")
        .distinct()
    )
    return [
        Subject(kind, uid, str(code), name, MODELS[kind], pk) for uid, code, name, pk in rows
    ]
