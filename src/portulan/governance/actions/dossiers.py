"""Writes on dossiers: sections, promises, lines, and the way to the vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, Scope, require
from portulan.governance import freezing
from portulan.governance.access import check_any, dossier_scopes
from portulan.governance.actions.meetings import touch
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.company import company_of
from portulan.governance.differences import change_of
from portulan.governance.drift import refreshed
from portulan.governance.gates import KINDS, SECTIONS, completeness
from portulan.governance.machines import DOSSIER, check_move, move
from portulan.governance.models import (
    Dossier,
    DossierLine,
    DossierOption,
    Entity,
    Indicator,
    Initiative,
    Person,
    Product,
    Promise,
)
from portulan.governance.simulating import keep_figures
from portulan_core.effects import Effect

LONGEST_SECTION = 20_000


@dataclass(frozen=True, slots=True)
class PromiseInput:
    """A promise to be checked later; amounts in minor units for benefits and costs."""

    kind: str
    title: str
    due_on: date | None = None
    promised: float | None = None
    promised_on: date | None = None
    baseline: float | None = None
    unit: str = ""
    indicator: Indicator | None = None
    product: Product | None = None
    initiative: Initiative | None = None
    guarantor: Person | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the pages bring to a new dossier: its name, texts by section, and titles of lines.

    ``titles`` gives the words of lines whose target has no name of its own (by target uid).
    """

    name: str
    sections: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[PromiseInput, ...] = ()
    #: Code of an option → its name and text (``governance.templates``).
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def check_editable(dossier: Dossier) -> Refusal | None:
    """Why a dossier can no longer be edited: it is frozen for the vote, decided or withdrawn."""
    if dossier.state in (Dossier.State.DRAFT, Dossier.State.READY):
        return None
    return Refusal("dossier.fixed", {"state": dossier.state})


def require_edit(actor: Actor, dossier: Dossier, *, editable: bool = True) -> None:
    """Let pass who may edit this dossier, while it may be edited.

    Raises:
        Refused: the right is missing, or the dossier is fixed.
    """
    refusal = check_any(actor, DOSSIER_EDIT, dossier_scopes(dossier))
    if refusal is None and editable:
        refusal = check_editable(dossier)
    if refusal is not None:
        raise Refused(refusal)


def next_code(today: date) -> str:
    """The number of the next dossier: ``2027-014``."""
    prefix = f"{today.year}-"
    codes = Dossier.objects.filter(code__startswith=prefix).values_list("code", flat=True)
    numbers = [int(code[len(prefix) :]) for code in codes if code[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03}"


def new_dossier(
    rec: Recorder, actor: Actor, kind: str, draft: Draft, **columns: Any
) -> Dossier:
    """Insert a dossier with its texts and promises, within a builder's recording."""
    if kind not in KINDS:
        raise Invalid({"kind": Refusal("forum.kind", {"kind": kind})})
    if not draft.name.strip():
        raise Invalid({"name": Refusal("required")})
    today = timezone.localdate()
    owner = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    dossier = rec.create(
        Dossier(
            code=next_code(today),
            name=draft.name.strip()[:300],
            kind=kind,
            owner=owner,
            requested_on=today,
            sections={code: draft.sections.get(code, "").strip() for code in SECTIONS},
            **columns,
        )
    )
    rec.create_many([made_promise(dossier, values) for values in draft.promises])
    return dossier


def create_dossier(
    actor: Actor,
    kind: str,
    draft: Draft,
    *,
    entity: Entity | None = None,
    effects: Sequence[Effect] = (),
) -> Dossier:
    """A dossier on an entity, for a kind that no builder prefills; ``effects`` are of its one line.

    Raises:
        Refused: no right on the entity.
        Invalid: unknown kind, no name.
    """
    company = company_of()
    require(
        actor, DOSSIER_EDIT, Scope(entities=company.above(entity.pk if entity else None))
    )
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(rec, actor, kind, draft, entity=entity)
        change = change_of(effects) if effects else "keep"
        kept = [effect.to_json() for effect in effects]
        rec.create(
            DossierLine(dossier=dossier, title=dossier.name, change=change, effects=kept)
        )
        write_options(rec, dossier, draft)
    return dossier


def write_options(
    rec: Recorder, dossier: Dossier, draft: Draft, effects: Mapping[str, Sequence[Effect]] = {}
) -> None:
    """Write the options of a new dossier; ``effects`` of those that have their own, by code."""
    rec.create_many(
        [
            DossierOption(
                dossier=dossier,
                position=position,
                code=code,
                name=name[:300],
                text=text,
                effects=[effect.to_json() for effect in effects.get(code, ())],
            )
            for position, (code, (name, text)) in enumerate(draft.options.items())
        ]
    )


def write_section(
    actor: Actor, dossier: Dossier, section: str, text: str, *, seen: str | None = None
) -> None:
    """Write one section; ``seen`` is the text that the writer started from.

    Two people may write two sections at once; the same section conflicts visibly.

    Raises:
        Refused, Invalid; Conflict: ``{section: (seen, what is there now)}``.
    """
    require_edit(actor, dossier)
    if section not in SECTIONS:
        raise Invalid({"section": Refusal("dossier.unknown_section", {"section": section})})
    if len(text) > LONGEST_SECTION:
        raise Invalid({section: Refusal("text.long", {"most": LONGEST_SECTION})})
    text = text.replace("\r\n", "\n").strip()
    with recording(actor, DOSSIER_EDIT.code) as rec:
        fresh = Dossier.objects.select_for_update().get(pk=dossier.pk)
        now = str(fresh.sections.get(section, ""))
        started = None if seen is None else seen.replace("\r\n", "\n").strip()
        if started is not None and now.strip() != started and now.strip() != text:
            raise Conflict("dossier", dossier.code, {section: (started, now)})
        rec.update(fresh, sections={**fresh.sections, section: text})
        dossier.sections, dossier.revision = fresh.sections, fresh.revision
        step_back(rec, fresh)
        dossier.state = fresh.state
        touch_sittings(dossier)


def step_back(rec: Recorder, dossier: Dossier) -> None:
    """A ready dossier that is no longer complete goes back to draft."""
    if dossier.state == Dossier.State.READY and not completeness(dossier).complete:
        rec.update(dossier, state=move(DOSSIER, dossier.state, "reopen"))


def touch_sittings(dossier: Dossier) -> None:
    """Tell the screens of the meetings where a dossier is on the agenda."""
    for item in dossier.items.select_related("meeting").exclude(meeting__state="closed"):
        touch(item.meeting)


def update_dossier(
    actor: Actor,
    dossier: Dossier,
    *,
    name: str,
    owner: Person | None,
    revision: int | None = None,
) -> None:
    """Change the title or the owner of a dossier.

    Raises:
        Refused, Invalid, Conflict.
    """
    require_edit(actor, dossier)
    if not name.strip():
        raise Invalid({"name": Refusal("required")})
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(dossier, expected_revision=revision, name=name.strip()[:300], owner=owner)


def made_promise(dossier: Dossier, values: PromiseInput) -> Promise:
    """The row of a promise, not written yet."""
    due = values.due_on or (values.promised_on if values.kind == Promise.Kind.DATE else None)
    return Promise(
        dossier=dossier,
        kind=values.kind,
        title=values.title.strip()[:300],
        due_on=due,
        promised=values.promised,
        promised_on=values.promised_on,
        baseline=values.baseline,
        unit=values.unit[:40],
        indicator=values.indicator,
        product=values.product or dossier.product,
        initiative=values.initiative,
        guarantor=values.guarantor,
    )


def check_submit(dossier: Dossier) -> Refusal | None:
    """Why a dossier cannot be put to a committee: its state, or what is missing."""
    refusal = check_move(DOSSIER, dossier.state, "submit")
    if refusal is not None:
        return refusal
    found = completeness(dossier)
    if not found.complete:
        return Refusal("dossier.incomplete", {"count": len(found.missing)})
    return None


def submit(actor: Actor, dossier: Dossier) -> None:
    """Say that a dossier is ready to be decided."""
    require_edit(actor, dossier)
    refusal = check_submit(dossier)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(dossier, state=move(DOSSIER, dossier.state, "submit"))
        rec.update_many((option, {"figures": kept}) for option, kept in keep_figures(dossier))
        touch_sittings(dossier)


def check_reopen(dossier: Dossier) -> Refusal | None:
    """Why a dossier cannot go back to its authors: its state, or votes already counted."""
    refusal = check_move(DOSSIER, dossier.state, "reopen")
    if refusal is not None:
        return refusal
    voted = dossier.lines.exclude(verdict=DossierLine.Verdict.PENDING).exists()
    if dossier.state == Dossier.State.FROZEN and voted:
        return Refusal("dossier.voted")
    return None


def reopen(actor: Actor, dossier: Dossier) -> None:
    """Give a dossier back to its authors, before anything was voted."""
    require_edit(actor, dossier, editable=False)
    refusal = check_reopen(dossier)
    if refusal is not None:
        raise Refused(refusal)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(dossier, state=move(DOSSIER, dossier.state, "reopen"))
        touch_sittings(dossier)


def withdraw(actor: Actor, dossier: Dossier) -> None:
    """Take a dossier back for good; it stays readable."""
    require_edit(actor, dossier, editable=False)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(dossier, state=move(DOSSIER, dossier.state, "withdraw"))
        touch_sittings(dossier)


# --- Lines


def withdraw_line(actor: Actor, line: DossierLine, *, withdrawn: bool = True) -> None:
    """Take a line out before the vote (it stays told), or bring it back."""
    require_edit(actor, line.dossier)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(line, withdrawn=withdrawn)
        rec.update(line.dossier, amount=asked(line.dossier))
        touch_sittings(line.dossier)


def asked(dossier: Dossier) -> int:
    """The money asked by the lines that are not withdrawn, minor units."""
    return sum(dossier.lines.filter(withdrawn=False).values_list("amount", flat=True))


def refresh_line(actor: Actor, line: DossierLine) -> None:
    """Start a drifted line again from what is there now.

    Open until the decision is closed, by who edits the dossier or runs the sitting (the caller
    authorises the latter).
    """
    if line.dossier.state in (Dossier.State.DECIDED, Dossier.State.WITHDRAWN):
        raise Refused(Refusal("dossier.fixed", {"state": line.dossier.state}))
    earlier = list(
        line.dossier.lines.filter(position__lt=line.position, withdrawn=False).order_by("position")
    )
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.update(line, effects=refreshed(line, earlier))
        if line.dossier.state == Dossier.State.FROZEN:
            freezing.keep(rec, line.dossier)
        touch_sittings(line.dossier)


def next_position(dossier: Dossier) -> int:
    """The place after the last line."""
    last = dossier.lines.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
