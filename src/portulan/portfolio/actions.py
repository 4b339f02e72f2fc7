"""Writes on initiatives, projects and requests, edited where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.editing import edit_column, take_back
from portulan.base.models import HistoryRow
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, Refused, require
from portulan.catalogue.access import objective_for, product_for
from portulan.catalogue.actions import new_product
from portulan.catalogue.activities import PRODUCT_CREATE
from portulan.organisation.access import entity_for, entity_scope, person_for, team_for
from portulan.portfolio.access import initiative_at, initiative_for, project_at, request_at
from portulan.portfolio.activities import (
    BUDGET_READ,
    INITIATIVE_EDIT,
    PROJECT_EDIT,
    REQUEST_ANSWER,
)
from portulan.portfolio.models import (
    Initiative,
    InitiativeProduct,
    Project,
    ProjectProduct,
    Request,
)
from portulan.portfolio.placing import check_move
from portulan_core.periods import split, spread

WHOLE = 10_000
INITIATIVE_COLUMNS = frozenset(
    {
        "name", "problem", "expected_value", "stage", "state", "start", "months", "earliest",
        "latest", "mandatory", "mandatory_reason", "owner", "objective", "estimate_range",
    }
)
PROJECT_COLUMNS = frozenset(
    {
        "name", "description", "status", "status_text", "phase", "starts", "ends",
        "baseline_starts", "baseline_ends", "budget", "manager", "state",
    }
)
REQUEST_COLUMNS = frozenset({"name", "need", "answer", "state"})
#: What may be said of an initiative outside a committee: facts of its work, never an arbitration.
STEPS: Mapping[str, frozenset[str]] = {
    "idea": frozenset({"proposed"}),
    "proposed": frozenset({"idea"}),
    "deferred": frozenset({"proposed"}),
    "planned": frozenset({"in_progress"}),
    "in_progress": frozenset({"done"}),
    "done": frozenset({"in_progress"}),
}
#: Effort of a T-shirt size, in hundredths of person-days.
SIZES: Mapping[str, int] = {"XS": 1_000, "S": 3_000, "M": 8_000, "L": 20_000, "XL": 50_000}
MONTHS = 60


def _column(column: str, allowed: frozenset[str]) -> None:
    if column not in allowed:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})


def edit_initiative(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of an initiative; keys are given as codes ("" for none).

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    _column(column, INITIATIVE_COLUMNS)
    initiative = initiative_for(actor, code, INITIATIVE_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "owner":
        value = person_for(actor, value)[0] if value else None
    elif column == "objective":
        value = objective_for(actor, value) if value else None
    elif column == "start":
        refusal = check_move(initiative, value)
        if refusal is not None:
            raise Invalid({"start": refusal})
    elif column == "months" and not 1 <= int(value or 0) <= MONTHS:
        raise Invalid({"months": Refusal("initiative.months")})
    elif column == "state" and value not in {*STEPS.get(initiative.state, ()), initiative.state}:
        raise Invalid({"state": Refusal("initiative.step", {"state": initiative.state})})
    elif column in ("earliest", "latest"):
        low = value if column == "earliest" else initiative.earliest
        high = value if column == "latest" else initiative.latest
        if low is not None and high is not None and low > high:
            raise Invalid({column: Refusal("initiative.window")})
    return edit_column(actor, INITIATIVE_EDIT, initiative, column, value, revision)


def set_size(actor: Actor, code: str, *, team: str, size: str) -> UUID | None:
    """Give a team's effort by its size, spread evenly over the initiative's months.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: an unknown size.
    """
    if size not in SIZES:
        raise Invalid({"size": Refusal("kind.unknown", {"found": size})})
    initiative = initiative_for(actor, code, INITIATIVE_EDIT)
    days = spread(SIZES[size], max(1, initiative.months))
    return _set_effort(actor, initiative, team, days, size=size)


def set_effort(actor: Actor, code: str, *, team: str, days: int) -> UUID | None:
    """Give a team's whole effort in hundredths of person-days, kept in the shape that it has.

    Nothing takes the team out.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: a negative effort.
    """
    if days < 0:
        raise Invalid({"days": Refusal("invalid")})
    initiative = initiative_for(actor, code, INITIATIVE_EDIT)
    uid = str(team_for(actor, team)[0].uid)
    return _set_effort(
        actor, initiative, team, _reshaped(days, initiative.efforts.get(uid, ()), initiative.months)
    )


def _reshaped(total: int, before: Sequence[int], months: int) -> list[int]:
    """A new total in the shape of the old months; evenly when there was none."""
    if total == 0:
        return []
    if sum(before) > 0:
        return split(total, list(before))
    return spread(total, max(1, months))


def _set_effort(
    actor: Actor, initiative: Initiative, team: str, days: list[int], size: str | None = None
) -> UUID | None:
    uid = str(team_for(actor, team)[0].uid)
    efforts = {key: list(value) for key, value in initiative.efforts.items() if key != uid}
    if days:
        efforts[uid] = days
    values: dict[str, Any] = {"efforts": efforts, "estimate_on": timezone.localdate()}
    if size is not None:
        values["size"] = size
    with recording(actor, INITIATIVE_EDIT.code) as recorder:
        recorder.update(initiative, **values)
    return recorder.change.uid if recorder.changed else None


def set_cost(actor: Actor, code: str, *, nature: str, amount: int) -> UUID | None:
    """Give the whole CAPEX or OPEX of an initiative, kept in the shape that it has by month.

    Raises:
        NotFoundForActor, Refused: rights, or the budget may not be seen.
        Invalid: an unknown nature, a negative amount.
    """
    if nature not in ("capex", "opex"):
        raise Invalid({"nature": Refusal("kind.unknown", {"found": nature})})
    if amount < 0:
        raise Invalid({"amount": Refusal("invalid")})
    initiative, at = initiative_at(actor, code, INITIATIVE_EDIT)
    refusal = at.refusal(BUDGET_READ)
    if refusal is not None:
        raise Refused(refusal)
    column = f"costs_{nature}"
    made = _reshaped(amount, getattr(initiative, column), initiative.months)
    with recording(actor, INITIATIVE_EDIT.code) as recorder:
        recorder.update_many(
            [(initiative, {column: made, "estimate_on": timezone.localdate()})]
        )
    return recorder.change.uid if recorder.changed else None


def serve_product(actor: Actor, code: str, *, product: str, share: int) -> UUID:
    """Say that an initiative serves a product by a share in hundredths of a percent.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: a share that is not 1 to 100 %, or more than is left.
    """
    initiative = initiative_for(actor, code, INITIATIVE_EDIT)
    served = product_for(actor, product)
    if not 1 <= share <= WHOLE:
        raise Invalid({"share": Refusal("fraction.range")})
    links = list(InitiativeProduct.objects.filter(initiative=initiative))
    others = sum(link.share for link in links if link.product_id != served.pk)
    if others + share > WHOLE:
        raise Invalid({"share": Refusal("share.left", {"left": (WHOLE - others) // 100})})
    known = next((link for link in links if link.product_id == served.pk), None)
    with recording(actor, INITIATIVE_EDIT.code) as recorder:
        if known is not None:
            recorder.update(known, share=share)
        else:
            recorder.create(
                InitiativeProduct(initiative=initiative, product=served, share=share)
            )
    return recorder.change.uid


def edit_project(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a project; raises as ``edit_initiative``."""
    _column(column, PROJECT_COLUMNS)
    project, at = project_at(actor, code, PROJECT_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "manager":
        value = person_for(actor, value)[0] if value else None
    if column == "budget":
        refusal = at.refusal(BUDGET_READ)
        if refusal is not None:
            raise Refused(refusal)
    if column == "state" and Project.State.CONVERTED in (value, project.state):
        raise Invalid({"state": Refusal("project.converted")})
    return edit_column(actor, PROJECT_EDIT, project, column, value, revision)


def check_convert(project: Project) -> Refusal | None:
    """Why a project cannot become a product: it did already."""
    if project.state == Project.State.CONVERTED or project.product_id is not None:
        return Refusal("project.converted")
    return None


def convert_project(
    actor: Actor, code: str, *, name: str = "", product_code: str = "", entity: str = "",
    stage: str = "development", on: date | None = None,
) -> tuple[Project, UUID]:
    """Make a product of a project; its initiatives serve the product, its money is not touched.

    What an initiative already gives to other products stays theirs; what is left goes to the new
    product, so that the project and the products agree to the cent.

    Raises:
        NotFoundForActor, Refused: no right on the project, or to create products in the entity.
        Invalid: it became one already, or the product cannot be created so.
    """
    project = project_at(actor, code, PROJECT_EDIT)[0]
    refusal = check_convert(project)
    if refusal is not None:
        raise Invalid({"project": refusal})
    home = entity_for(actor, entity)[0] if entity else project.entity
    require(actor, PRODUCT_CREATE, entity_scope(home))
    day = on or timezone.localdate()
    with recording(actor, PROJECT_EDIT.code) as recorder:
        product = new_product(
            recorder, name=name or project.name, code=product_code,
            entity_id=home.pk if home else None, summary=project.description, stage=stage, on=day,
        )
        carried = list(project.initiatives.order_by("pk"))
        given: dict[int, int] = {}
        links = InitiativeProduct.objects.filter(initiative__in=carried)
        for initiative, share in links.values_list("initiative_id", "share"):
            given[initiative] = given.get(initiative, 0) + share
        recorder.create_many(
            [
                InitiativeProduct(
                    initiative=row, product=product, share=WHOLE - given.get(row.pk, 0)
                )
                for row in carried
                if given.get(row.pk, 0) < WHOLE
            ]
        )
        recorder.create(ProjectProduct(project=project, product=product, share=WHOLE))
        recorder.update(project, state=Project.State.CONVERTED, product=product)
    return project, recorder.change.uid


def edit_request(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a request; an answer or a verdict dates it.

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: a verdict without an answer.
    """
    _column(column, REQUEST_COLUMNS)
    request, _at = request_at(actor, code, REQUEST_ANSWER)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    ends = (Request.State.ACCEPTED, Request.State.REFUSED)
    if column == "state" and value in ends and not request.answer.strip():
        raise Invalid({"state": Refusal("request.answer")})
    change = edit_column(actor, REQUEST_ANSWER, request, column, value, revision)
    if column == "state" and value in ends and request.answered_on is None:
        with recording(actor, REQUEST_ANSWER.code) as recorder:
            fresh = Request.objects.get(pk=request.pk)
            recorder.update(fresh, answered_on=timezone.localdate())
    return change


_ACTIVITIES = (INITIATIVE_EDIT, PROJECT_EDIT, REQUEST_ANSWER)


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """
    initiatives: set[int] = set()
    projects: set[int] = set()
    requests: set[int] = set()

    def authorise(rows: list[HistoryRow]) -> None:
        for row in rows:
            if row.model == "portfolio.initiative":
                initiatives.add(row.record_id)
            elif row.model == "portfolio.project":
                projects.add(row.record_id)
            elif row.model == "portfolio.request":
                requests.add(row.record_id)
            elif row.model == "portfolio.initiativeproduct":
                links = InitiativeProduct.objects.filter(uid=row.record_uid)
                initiatives.update(links.values_list("initiative_id", flat=True))
        found = Initiative.objects.filter(pk__in=initiatives).values_list("code", flat=True)
        asked = False
        for code in found:
            initiative_for(actor, code, INITIATIVE_EDIT)
            asked = True
        for code in Project.objects.filter(pk__in=projects).values_list("code", flat=True):
            project_at(actor, code, PROJECT_EDIT)
            asked = True
        for code in Request.objects.filter(pk__in=requests).values_list("code", flat=True):
            request_at(actor, code, REQUEST_ANSWER)
            asked = True
        if not asked:
            raise NotFoundForActor("change", str(uid))

    take_back(actor, uid, _ACTIVITIES, authorise)
