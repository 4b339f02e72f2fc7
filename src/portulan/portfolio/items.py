"""Writes on work items and releases, edited where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.editing import edit_column, take_back
from portulan.base.models import HistoryRow
from portulan.base.policy import (
    Actor,
    Invalid,
    NotFoundForActor,
    Refusal,
    Scope,
    check_right,
    require,
)
from portulan.base.text import slug
from portulan.catalogue.access import Located, product_at, product_for, product_scope
from portulan.organisation.access import entity_scope, team_for
from portulan.organisation.rights import root_ids
from portulan.portfolio.access import initiative_for, initiative_scope
from portulan.portfolio.activities import BACKLOG_EDIT, BACKLOG_READ
from portulan.portfolio.models import BacklogItem, Release, WorkSource

ITEM_COLUMNS = frozenset(
    {"name", "description", "kind", "criteria", "standing", "team", "initiative", "release"}
)
RELEASE_COLUMNS = frozenset({"name", "goal", "state", "due_on", "released_on"})
#: The states of what is typed here, in the order of their places.
LOCAL_STATES = (
    ("todo", "before"), ("doing", "active"), ("waiting", "waiting"), ("done", "done"),
    ("dropped", "dropped"),
)
LOCAL = "portulan"
MAX_CRITERIA = 60


def item_scope(item: BacklogItem) -> Scope:
    """Where an item lies: with its product, else its initiative, else its team, else the company.

    A grant on any of the three covers it.
    """
    found = Scope(entities=frozenset(root_ids()))
    if item.product is not None:
        found = product_scope(item.product)
    elif item.initiative is not None:
        found = initiative_scope(item.initiative)
    elif item.team is not None:
        found = entity_scope(item.team.entity)
    return Scope(
        entities=found.entities, lines=found.lines, products=found.products,
        initiative=item.initiative_id, project=found.project, team=item.team_id or found.team,
    )


def item_at(
    actor: Actor, code: str, activity: Any = BACKLOG_READ
) -> tuple[BacklogItem, Located]:
    """The item with this code and where it lies, if the actor may do ``activity`` on it.

    Raises:
        NotFoundForActor: there is none that the actor may know of.
        Refused: it may be read, and nothing more.
    """
    found = (
        BacklogItem.objects.select_related(
            "source", "product__entity", "initiative__entity", "team__entity", "release"
        )
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFoundForActor("item", code)
    scope = item_scope(found)
    if check_right(actor, BACKLOG_READ, scope) is not None:
        raise NotFoundForActor("item", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def release_at(
    actor: Actor, code: str, activity: Any = BACKLOG_READ
) -> tuple[Release, Located]:
    """The release with this code and where it lies; raises as ``item_at``."""
    found = Release.objects.select_related("product__entity").filter(code=code).first()
    if found is None:
        raise NotFoundForActor("release", code)
    scope = product_scope(found.product)
    if check_right(actor, BACKLOG_READ, scope) is not None:
        raise NotFoundForActor("release", code)
    require(actor, activity, scope)
    return found, Located(actor, scope)


def local_source(recorder: Recorder) -> WorkSource:
    """The source of what is typed here, made at the first item."""
    known = WorkSource.objects.filter(code=LOCAL).first()
    if known is not None:
        return known
    return recorder.create(
        WorkSource(
            code=LOCAL, name="Portulan", kind=WorkSource.Kind.LOCAL,
            states=[list(pair) for pair in LOCAL_STATES],
        )
    )


def create_item(
    actor: Actor, *, name: str, product: str = "", initiative: str = "", team: str = "",
    release: str = "", criteria: str = "", description: str = "", kind: str = "",
) -> tuple[BacklogItem, UUID]:
    """Add an item to the backlog of a product or an initiative; it begins as to do.

    Raises:
        NotFoundForActor, Refused: rights on what it is added to.
        Invalid: no name, or neither product nor initiative.
    """
    if not name.strip():
        raise Invalid({"name": Refusal("required")})
    if not product and not initiative:
        raise Invalid({"product": Refusal("required")})
    home = product_for(actor, product, BACKLOG_EDIT) if product else None
    into = None
    if initiative:
        into = initiative_for(actor, initiative) if home else initiative_for(
            actor, initiative, BACKLOG_EDIT
        )
    with recording(actor, BACKLOG_EDIT.code) as recorder:
        source = local_source(recorder)
        base = slug(product or initiative, 90).upper()
        number = BacklogItem.objects.filter(source=source, key__startswith=f"{base}-").count() + 1
        while BacklogItem.objects.filter(code=f"{base}-{number}").exists():
            number += 1
        first = BacklogItem.objects.filter(product=home, initiative=into).aggregate(
            least=Min("rank")
        )["least"]
        item = recorder.create(
            BacklogItem(
                code=f"{base}-{number}", key=f"{base}-{number}", name=name.strip()[:300],
                source=source, product=home, initiative=into, kind=kind.strip()[:80],
                team=team_for(actor, team)[0] if team else None,
                release=_release(actor, release, home.pk if home else None),
                description=description, criteria=_criteria(criteria),
                rank=(first or 0) - 1,
                transitions=[[int(timezone.now().timestamp()), 0]],
            )
        )
    return item, recorder.change.uid


def _release(actor: Actor, code: str, product: int | None) -> Release | None:
    if not code:
        return None
    found = release_at(actor, code)[0]
    if product is None or found.product_id != product:
        raise Invalid({"release": Refusal("release.product")})
    return found


def _criteria(text: str) -> list[list[Any]]:
    """Acceptance criteria as typed: one a line; "[x]" before one says that it is met."""
    found = []
    for line in text.splitlines():
        said = line.strip().lstrip("-*•–").strip()
        met = said[:3].lower() == "[x]"
        said = said[3:].strip() if said[:3].lower() in ("[x]", "[ ]") else said
        if said:
            found.append([said[:500], met])
    return found[:MAX_CRITERIA]


def criteria_text(criteria: Sequence[Sequence[Any]]) -> str:
    """Acceptance criteria as they are typed."""
    return "\n".join(f"[{'x' if met else ' '}] {text}" for text, met in criteria)


def edit_item(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of an item; keys are given as codes ("" for none).

    A new standing is a change of state, dated now. What a source tells (name, kind, standing) is
    edited in that source.

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    if column not in ITEM_COLUMNS:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})
    item, _at = item_at(actor, code, BACKLOG_EDIT)
    refusal = check_column(item, column)
    if refusal is not None:
        raise Invalid({column: refusal})
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "criteria":
        value = _criteria(str(value))
    elif column == "team":
        value = team_for(actor, value)[0] if value else None
    elif column == "initiative":
        value = initiative_for(actor, value) if value else None
    elif column == "release":
        value = _release(actor, value, item.product_id)
    elif column == "standing":
        return _move(actor, item, str(value), revision)
    return edit_column(actor, BACKLOG_EDIT, item, column, value, revision)


def check_column(item: BacklogItem, column: str) -> Refusal | None:
    """Why a thing of an item cannot be edited here: its source tells it."""
    told = column in ("name", "kind", "standing", "description")
    if told and item.source.kind != WorkSource.Kind.LOCAL:
        return Refusal("item.source", {"source": item.source.name})
    return None


def _move(actor: Actor, item: BacklogItem, standing: str, revision: int) -> UUID | None:
    places = {kind: place for place, (_, kind) in enumerate(item.source.states)}
    if standing not in places:
        raise Invalid({"standing": Refusal("kind.unknown", {"found": standing})})
    if standing == item.standing:
        return None
    moves = [*item.transitions, [int(timezone.now().timestamp()), places[standing]]]
    with recording(actor, BACKLOG_EDIT.code) as recorder:
        recorder.update(item, expected_revision=revision, transitions=moves)
    return recorder.change.uid if recorder.changed else None


def create_release(
    actor: Actor, product: str, *, name: str, goal: str = "", due_on: date | None = None
) -> tuple[Release, UUID]:
    """Add a release to a product.

    Raises:
        NotFoundForActor, Refused: rights.
        Invalid: no name, or one that the product has already.
    """
    home, _at = product_at(actor, product, BACKLOG_EDIT)
    text = name.strip()[:300]
    if not text:
        raise Invalid({"name": Refusal("required")})
    if Release.objects.filter(product=home, name=text).exists():
        raise Invalid({"name": Refusal("release.taken")})
    base = release_code(product, text)
    code, number = base, 1
    while Release.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    with recording(actor, BACKLOG_EDIT.code) as recorder:
        made = recorder.create(
            Release(code=code, name=text, product=home, goal=goal, due_on=due_on)
        )
    return made, recorder.change.uid


def release_code(product: str, name: str) -> str:
    """The code that the first release of a product with this name has."""
    return slug(f"{product}-{name}", 100) or "release"


def edit_release(actor: Actor, code: str, column: str, value: Any, revision: int) -> UUID | None:
    """Change one thing of a release; released without a day means today.

    Raises:
        NotFoundForActor, Refused: rights.
        Conflict: it changed meanwhile.
        Invalid: the value cannot be taken.
    """
    if column not in RELEASE_COLUMNS:
        raise Invalid({"column": Refusal("column.unknown", {"found": column})})
    release, _at = release_at(actor, code, BACKLOG_EDIT)
    if column == "name" and not str(value).strip():
        raise Invalid({"name": Refusal("required")})
    if column == "state" and value not in Release.State.values:
        raise Invalid({"state": Refusal("kind.unknown", {"found": value})})
    if column == "state" and value == Release.State.RELEASED and release.released_on is None:
        with recording(actor, BACKLOG_EDIT.code) as recorder:
            recorder.update(
                release, expected_revision=revision, state=value,
                released_on=timezone.localdate(),
            )
        return recorder.change.uid
    return edit_column(actor, BACKLOG_EDIT, release, column, value, revision)


def undo_edit(actor: Actor, uid: UUID | str) -> None:
    """Take one's own last edit of items or releases back, while the right still holds.

    Raises:
        NotFoundForActor, Refused: not one's own, too old, or the right is gone.
        Invalid: something changed since.
    """

    def authorise(rows: list[HistoryRow]) -> None:
        asked = False
        for row in rows:
            if row.model == "portfolio.backlogitem":
                codes = BacklogItem.objects.filter(uid=row.record_uid)
                for code in codes.values_list("code", flat=True):
                    item_at(actor, code, BACKLOG_EDIT)
                    asked = True
            elif row.model == "portfolio.release":
                releases = Release.objects.filter(uid=row.record_uid)
                for code in releases.values_list("code", flat=True):
                    release_at(actor, code, BACKLOG_EDIT)
                    asked = True
        if not asked:
            raise NotFoundForActor("change", str(uid))

    take_back(actor, uid, (BACKLOG_EDIT,), authorise)

