"""Writes on products, lines, objectives: each asks for the right, keeps history, can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.editing import edit_column, take_back
from portulan.base.models import HistoryRow, Record
from portulan.base.policy import (
    Activity,
    Actor,
    Invalid,
    NotFoundForActor,
    Refusal,
    Refused,
    check_right,
    require,
)
from portulan.catalogue.access import line_for, objective_for, product_at, product_for
from portulan.catalogue.activities import (
    LINE_EDIT,
    OBJECTIVE_EDIT,
    PRODUCT_CREATE,
    PRODUCT_EDIT,
    PRODUCT_STAFF,
    STAGE_CHANGE,
)
from portulan.catalogue.lifecycle import refresh_stages
from portulan.catalogue.models import (
    KeyResult,
    Objective,
    ObjectiveProduct,
    Product,
    ProductLine,
    ProductRole,
    Stage,
    StagePeriod,
)
from portulan.catalogue.queries import TEXTS, free_code
from portulan.organisation.access import entity_for, entity_scope, person_for, team_for
from portulan.organisation.activities import PEOPLE_EDIT
from portulan.organisation.roles import ROLES

#: Columns of a product that may be edited in place.
PRODUCT_COLUMNS = frozenset(
    {"name", "kind", "personal_data", "stop_cost", "entity", "team", "parent", "successor", *TEXTS}
)
LINE_COLUMNS = frozenset({"name", "description"})
OBJECTIVE_COLUMNS = frozenset({"name", "description", "cycle", "starts", "ends", "owner"})
KEY_RESULT_COLUMNS = frozenset({"current"})
#: Roles that rule over others: only who may edit people hands them out.
RULING = frozenset({"pmo", "executive", "finance"})


def _column(column: str, allowed: frozenset[str]) -> None:
    if column not in allowed:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})


def edit_product(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a product; keys are given as codes ("" for none).

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    _column(column, PRODUCT_COLUMNS)
    product = product_for(actor, code, PRODUCT_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column in ("entity", "team", "parent", "successor"):
        value = _key(actor, product, column, value)
    return edit_column(actor, PRODUCT_EDIT, product, column, value, revision)


def _key(actor: Actor, product: Product, column: str, code: str) -> Any:
    if not code:
        return None
    if column == "entity":
        entity, scope = entity_for(actor, code)
        # Moving a product to another entity asks for the right there too.
        require(actor, PRODUCT_EDIT, scope)
        return entity
    if column == "team":
        return team_for(actor, code)[0]
    other = product_for(actor, code)
    if other.pk == product.pk:
        raise Invalid({column: Refusal("product.itself")})
    return other


def create_product(
    actor: Actor, *, name: str, kind: str = "digital", code: str = "", entity: str = "",
    line: str = "", summary: str = "",
) -> tuple[Product, UUID]:
    """Add a product to the repository.

    Raises:
        Refused: no right to create products in that entity.
        Invalid: no name, a code that is taken, an unknown kind.
    """
    home = entity_for(actor, entity)[0] if entity else None
    require(actor, PRODUCT_CREATE, entity_scope(home))
    with recording(actor, PRODUCT_CREATE.code) as recorder:
        product = new_product(
            recorder, name=name, kind=kind, code=code, entity_id=home.pk if home else None,
            summary=summary,
        )
        if line:
            recorder.create(ProductLine(product=product, line=line_for(actor, line)))
    return product, recorder.change.uid


def new_product(
    recorder: Recorder, *, name: str, kind: str = "digital", code: str = "",
    entity_id: int | None = None, summary: str = "", stage: str = "", on: date | None = None,
) -> Product:
    """Insert a product within the caller's action, which asked for the right.

    Raises:
        Invalid: no name, a code that is taken, an unknown kind.
    """
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if kind not in Product.Kind.values:
        errors["kind"] = Refusal("kind.unknown", {"found": kind})
    code = code.strip() or free_code(name)
    if "/" in code or len(code) > 120:
        errors["code"] = Refusal("code.invalid")
    elif Product.objects.filter(code=code).exists():
        errors["code"] = Refusal("code.taken", {"found": code})
    if errors:
        raise Invalid(errors)
    product = recorder.create(
        Product(
            code=code, name=name.strip()[:300], kind=kind, entity_id=entity_id,
            summary=summary.strip(),
        )
    )
    if stage:
        recorder.create(StagePeriod(product=product, stage=stage, starts=on))
        refresh_stages(timezone.localdate(), [product.pk])
        product.refresh_from_db(fields=["stage"])
    return product


def check_role(role: str, staff: Refusal | None, people: Refusal | None) -> Refusal | None:
    """Why the actor may not give this role on a product: ruling roles need ``people.edit``."""
    if role not in ROLES:
        return Refusal("role.unknown", {"found": role})
    return people if role in RULING else staff


def add_role(
    actor: Actor, code: str, *, person: str, role: str, fraction: int | None = None,
    starts: date | None = None,
) -> UUID:
    """Give somebody a role on a product.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: an unknown role, a share that is not 1 to 100, a role that is held already.
    """
    product, at = product_at(actor, code)
    refusal = check_role(role, at.refusal(PRODUCT_STAFF), at.refusal(PEOPLE_EDIT))
    if refusal is not None and refusal.code == "role.unknown":
        raise Invalid({"role": refusal})
    if refusal is not None:
        raise Refused(refusal)
    if fraction is not None and not 1 <= fraction <= 100:
        raise Invalid({"fraction": Refusal("fraction.range")})
    who = person_for(actor, person)[0]
    starts = starts or timezone.localdate()
    held = ProductRole.objects.filter(product=product, person=who, role=role, ends=None)
    if held.exists():
        raise Invalid({"role": Refusal("role.held")})
    with recording(actor, PRODUCT_STAFF.code) as recorder:
        recorder.create(
            ProductRole(product=product, person=who, role=role, fraction=fraction, starts=starts)
        )
    return recorder.change.uid


def end_role(actor: Actor, code: str, uid: UUID | str) -> UUID:
    """End a role on a product yesterday; one that starts today or later is taken out.

    Raises:
        NotFoundForActor, Refused: rights, or no such role here.
    """
    product, at = product_at(actor, code)
    held = ProductRole.objects.filter(product=product, uid=uid).first()
    if held is None:
        raise NotFoundForActor("role", str(uid))
    refusal = check_role(held.role, at.refusal(PRODUCT_STAFF), at.refusal(PEOPLE_EDIT))
    if refusal is not None and refusal.code != "role.unknown":
        raise Refused(refusal)
    today = timezone.localdate()
    with recording(actor, PRODUCT_STAFF.code) as recorder:
        if held.starts is not None and held.starts >= today:
            recorder.delete(held)
        else:
            recorder.update(held, ends=today - timedelta(days=1))
    return recorder.change.uid


def add_line(actor: Actor, code: str, line: str) -> UUID:
    """Put a product on a line; the first one of an axis is the primary one.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: it is there already.
    """
    product = product_for(actor, code, PRODUCT_EDIT)
    found = line_for(actor, line)
    placed = ProductLine.objects.filter(product=product, ends=None)
    if placed.filter(line=found).exists():
        raise Invalid({"line": Refusal("line.held")})
    primary = not placed.filter(line__axis=found.axis, primary=True).exists()
    with recording(actor, PRODUCT_EDIT.code) as recorder:
        recorder.create(ProductLine(product=product, line=found, primary=primary))
    return recorder.change.uid


def remove_line(actor: Actor, code: str, line: str) -> UUID:
    """Take a product off a line.

    Raises:
        NotFoundForActor, Refused: rights, or it is not on this line.
    """
    product = product_for(actor, code, PRODUCT_EDIT)
    found = list(ProductLine.objects.filter(product=product, line__code=line))
    if not found:
        raise NotFoundForActor("line", line)
    with recording(actor, PRODUCT_EDIT.code) as recorder:
        recorder.delete_many(found)
    return recorder.change.uid


def link_objective(actor: Actor, code: str, objective: str) -> UUID:
    """Say that a product serves an objective.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: it is said already.
    """
    product = product_for(actor, code, PRODUCT_EDIT)
    found = objective_for(actor, objective)
    if ObjectiveProduct.objects.filter(product=product, objective=found).exists():
        raise Invalid({"objective": Refusal("objective.held")})
    with recording(actor, PRODUCT_EDIT.code) as recorder:
        recorder.create(ObjectiveProduct(product=product, objective=found))
    return recorder.change.uid


def unlink_objective(actor: Actor, code: str, objective: str) -> UUID:
    """Say no longer that a product serves an objective.

    Raises:
        NotFoundForActor, Refused: rights, or it was not said.
    """
    product = product_for(actor, code, PRODUCT_EDIT)
    found = list(ObjectiveProduct.objects.filter(product=product, objective__code=objective))
    if not found:
        raise NotFoundForActor("objective", objective)
    with recording(actor, PRODUCT_EDIT.code) as recorder:
        recorder.delete_many(found)
    return recorder.change.uid


def change_stage(actor: Actor, code: str, *, stage: str, on: date, reason: str) -> UUID:
    """Move a product to another stage outside a committee, with the reason.

    The period that was open on the main market ends that day.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: an unknown stage or the present one, no reason, a day before the present period's.
    """
    product = product_for(actor, code, STAGE_CHANGE)
    errors: dict[str, Refusal] = {}
    if stage not in Stage.values or stage == product.stage:
        errors["stage"] = Refusal("stage.same")
    if len(reason.strip()) < 5:
        errors["reason"] = Refusal("required")
    periods = list(product.stage_periods.filter(market="").order_by("position", "pk"))
    open_ones = [p for p in periods if p.ends is None]
    if any(p.starts is not None and p.starts >= on for p in periods):
        errors["on"] = Refusal("stage.earlier")
    if errors:
        raise Invalid(errors)
    with recording(actor, STAGE_CHANGE.code, effective_on=on, note=reason.strip()) as recorder:
        recorder.update_many((period, {"ends": on}) for period in open_ones)
        position = max((p.position for p in periods), default=-1) + 1
        recorder.create(
            StagePeriod(
                product=product, stage=stage, starts=on, position=position, comment=reason.strip()
            )
        )
        refresh_stages(timezone.localdate(), [product.pk])
    return recorder.change.uid


def edit_line(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a line; raises as ``edit_product``."""
    _column(column, LINE_COLUMNS)
    line = line_for(actor, code, LINE_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    return edit_column(actor, LINE_EDIT, line, column, value, revision)


def edit_objective(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of an objective; raises as ``edit_product``."""
    _column(column, OBJECTIVE_COLUMNS)
    objective = objective_for(actor, code, OBJECTIVE_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "owner":
        value = person_for(actor, value)[0] if value else None
    return edit_column(actor, OBJECTIVE_EDIT, objective, column, value, revision)


def edit_key_result(
    actor: Actor, code: str, uid: UUID | str, value: float | None, revision: int
) -> UUID | None:
    """Say where a key result of an objective stands; raises as ``edit_product``."""
    objective = objective_for(actor, code, OBJECTIVE_EDIT)
    found = KeyResult.objects.filter(objective=objective, uid=uid).first()
    if found is None:
        raise NotFoundForActor("key_result", str(uid))
    return edit_column(actor, OBJECTIVE_EDIT, found, "current", value, revision)


#: Model of a history row → how to find the product it belongs to.
_OF_PRODUCT: Mapping[str, type[Record]] = {
    "catalogue.productrole": ProductRole,
    "catalogue.productline": ProductLine,
    "catalogue.objectiveproduct": ObjectiveProduct,
    "catalogue.stageperiod": StagePeriod,
}
UNDOABLE: Mapping[str, Activity] = {
    a.code: a
    for a in (PRODUCT_EDIT, PRODUCT_STAFF, PRODUCT_CREATE, STAGE_CHANGE, LINE_EDIT, OBJECTIVE_EDIT)
}


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """
    products: set[int] = set()

    def authorise(rows: list[HistoryRow]) -> None:
        activity = UNDOABLE[rows[0].change.activity] if rows else PRODUCT_EDIT
        for row in rows:
            if row.model in _OF_PRODUCT:
                old, new = row.columns.get("product_id", [None, None])
                pk = new or old
                if pk is None:
                    record = _OF_PRODUCT[row.model]._default_manager.get(uid=row.record_uid)
                    pk = getattr(record, "product_id")  # noqa: B009 - each of these has one
                products.add(pk)
            elif row.model == "catalogue.product":
                products.add(row.record_id)
            elif row.model == "catalogue.objective":
                found = Objective.objects.filter(uid=row.record_uid).first()
                objective_for(actor, found.code if found else "", activity)
            elif check_right(actor, activity) is not None:
                raise NotFoundForActor("change", str(uid))
        for code in Product.objects.filter(pk__in=products).values_list("code", flat=True):
            product_for(actor, code, activity)

    take_back(actor, uid, tuple(UNDOABLE.values()), authorise)
    if products:
        refresh_stages(timezone.localdate(), [pk for pk in products if pk])
