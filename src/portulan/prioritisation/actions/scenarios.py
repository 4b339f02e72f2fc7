"""Writes on scenarios: a new one, its assumptions, solving and stopping, copying and dropping."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from portulan.base import jobs
from portulan.base.changes import recording
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, require
from portulan.prioritisation.access import check_open, scenario_scope
from portulan.prioritisation.activities import SCENARIO_EDIT
from portulan.prioritisation.assumptions import Assumptions, check, from_json
from portulan.prioritisation.models import Entity, Person, Scenario


def next_code() -> str:
    """The number of the next scenario: ``S-001``."""
    numbers = [
        int(code[2:])
        for code in Scenario.objects.filter(code__startswith="S-").values_list("code", flat=True)
        if code[2:].isdigit()
    ]
    return f"S-{max(numbers, default=0) + 1:03}"


def create_scenario(
    actor: Actor, name: str, sheet: Assumptions, *, entity: Entity | None = None
) -> Scenario:
    """A scenario on an entity (``None``: the whole company).

    Raises:
        Refused; Invalid: no name, or assumptions that make no sense.
    """
    require(actor, SCENARIO_EDIT, scenario_scope(entity.pk if entity else None))
    if not name.strip():
        raise Invalid({"name": Refusal("required")})
    check(sheet)
    owner = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, SCENARIO_EDIT.code) as rec:
        return rec.create(
            Scenario(
                code=next_code(),
                name=name.strip()[:300],
                preset=sheet.preset,
                entity=entity,
                owner=owner,
                assumptions=sheet.to_json(),
            )
        )


def entity_by_code(code: str) -> Entity | None:
    """The entity that a scenario is about; "" is the whole company.

    Raises:
        Invalid: no such entity.
    """
    if not code:
        return None
    found = Entity.objects.filter(code=code).first()
    if found is None:
        raise Invalid({"entity": Refusal("invalid")})
    return found


def _require_open(actor: Actor, scenario: Scenario) -> None:
    require(actor, SCENARIO_EDIT, scenario_scope(scenario.entity_id))
    refusal = check_open(scenario)
    if refusal is not None:
        raise Refused(refusal)


def change_assumptions(
    actor: Actor,
    scenario: Scenario,
    sheet: Assumptions,
    *,
    name: str | None = None,
    revision: int | None = None,
) -> None:
    """Change the sheet; the answer found before stays until the next one.

    Raises:
        Refused, Invalid; Conflict: somebody changed the sheet meanwhile.
    """
    _require_open(actor, scenario)
    check(sheet)
    if name is not None and not name.strip():
        raise Invalid({"name": Refusal("required")})
    if revision is not None:
        fresh = Scenario.objects.get(pk=scenario.pk)
        if fresh.revision != revision and fresh.assumptions != scenario.assumptions:
            raise Conflict("scenario", scenario.code, {"revision": (revision, fresh.revision)})
    with recording(actor, SCENARIO_EDIT.code) as rec:
        rec.update(
            scenario,
            assumptions=sheet.to_json(),
            preset=sheet.preset,
            name=scenario.name if name is None else name.strip()[:300],
        )


def lock_initiative(actor: Actor, scenario: Scenario, initiative: str, how: str) -> None:
    """Pin an initiative where it is, leave it out, keep it in, or free it."""
    change_assumptions(actor, scenario, from_json(scenario.assumptions).lock(initiative, how))


def request_solve(actor: Actor, scenario: Scenario) -> UUID:
    """Ask for the best plan; a search under way is given up for this one. Returns the job's uid.

    Raises:
        Refused.
    """
    _require_open(actor, scenario)
    from_json(scenario.assumptions)
    if scenario.job_uid:
        jobs.cancel(scenario.job_uid)
    job = jobs.enqueue(
        "scenario.solve", {"scenario": str(scenario.uid)}, account_id=actor.account_id
    )
    with recording(actor, SCENARIO_EDIT.code) as rec:
        rec.update(scenario, job_uid=job.uid)
    return job.uid


def stop_solving(actor: Actor, scenario: Scenario) -> bool:
    """Stop the search; the best plan found so far is kept. Whether there was one to stop."""
    require(actor, SCENARIO_EDIT, scenario_scope(scenario.entity_id))
    return scenario.job_uid is not None and jobs.cancel(scenario.job_uid)


def copy_scenario(actor: Actor, scenario: Scenario, name: str) -> Scenario:
    """A new scenario with the same assumptions."""
    return create_scenario(
        actor, name, replace(from_json(scenario.assumptions)), entity=scenario.entity
    )


def scenario_from_point(
    actor: Actor, scenario: Scenario, name: str, cost: int, risk: int | None
) -> Scenario:
    """A new scenario with the limits of a point of the frontier, and the value that they allow.

    Like the point, it gives up no value for fewer changes. ``risk`` is in hundredths of a point.
    """
    sheet = replace(
        from_json(scenario.assumptions), spend_at_most=cost, risk_at_most=risk, close=0
    )
    return create_scenario(actor, name, sheet, entity=scenario.entity)


def drop_scenario(actor: Actor, scenario: Scenario) -> None:
    """Put a scenario aside; it stays readable."""
    _require_open(actor, scenario)
    with recording(actor, SCENARIO_EDIT.code) as rec:
        rec.update(scenario, state=Scenario.State.DROPPED)
