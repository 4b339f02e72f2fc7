"""Writes on the options of a dossier, and on what it does without for a reason."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max
from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused
from portulan.governance.actions.dossiers import (
    asked,
    require_edit,
    step_back,
    touch_sittings,
)
from portulan.governance.activities import DOSSIER_EDIT
from portulan.governance.differences import Difference, differences
from portulan.governance.models import (
    Dossier,
    DossierLine,
    DossierOption,
    Person,
    Scenario,
    Waiver,
)
from portulan.governance.simulating import later
from portulan.governance.templates import REQUIREMENTS
from portulan_core.effects import Effect

LONGEST = 4000
#: Beside that number, nobody compares.
MOST = 6
MOST_MONTHS = 36


def check_option(dossier: Dossier) -> Refusal | None:
    """Why no option can be added: there are enough of them."""
    if dossier.options.count() >= MOST:
        return Refusal("option.most", {"most": MOST})
    return None


def add_option(
    actor: Actor,
    dossier: Dossier,
    name: str,
    *,
    text: str = "",
    months: int = 0,
    scenario: Scenario | None = None,
) -> DossierOption:
    """Put an option beside the others: a plan computed, the lines later, or words alone.

    Raises:
        Refused: no right, a fixed dossier, or enough options.
        Invalid: no name, a text too long, months out of 1 to 36.
    """
    require_edit(actor, dossier)
    refusal = check_option(dossier)
    if refusal is not None:
        raise Refused(refusal)
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("required")
    if len(text) > LONGEST:
        errors["text"] = Refusal("text.long", {"most": LONGEST})
    if not 0 <= months <= MOST_MONTHS:
        errors["months"] = Refusal("invalid")
    if errors:
        raise Invalid(errors)
    code, effects = "own", []
    if scenario is not None:
        code, effects = "scenario", [Effect.from_json(raw) for raw in scenario.effects]
    elif months:
        lines = dossier.lines.filter(withdrawn=False).order_by("position", "pk")
        code = "later"
        effects = later(
            [Effect.from_json(raw) for line in lines for raw in line.effects], months
        )
    with recording(actor, DOSSIER_EDIT.code) as rec:
        last = dossier.options.aggregate(last=Max("position"))["last"]
        option = rec.create(
            DossierOption(
                dossier=dossier,
                position=0 if last is None else last + 1,
                code=code,
                name=name.strip()[:300],
                text=text.strip(),
                scenario=scenario,
                effects=[effect.to_json() for effect in effects],
            )
        )
        touch_sittings(dossier)
    return option


def remove_option(actor: Actor, option: DossierOption) -> None:
    """Take an option out; the one that is proposed stays.

    Raises:
        Refused: no right, a fixed dossier, or the option that the lines hold.
    """
    require_edit(actor, option.dossier)
    if option.code == "proposed":
        raise Refused(Refusal("option.proposed"))
    dossier = option.dossier
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.delete(option)
        step_back(rec, Dossier.objects.get(pk=dossier.pk))
        touch_sittings(dossier)


def retain_option(
    actor: Actor, option: DossierOption, titles: dict[str, str] | None = None
) -> None:
    """Propose another option: its effects become the lines, the former lines an option.

    ``titles`` gives the words of targets without a name of their own, by uid.

    Raises:
        Refused: no right, a fixed dossier, proposed already, or an option without effects.
    """
    dossier = option.dossier
    require_edit(actor, dossier)
    if option.code == "proposed":
        raise Refused(Refusal("option.proposed"))
    if not option.effects:
        raise Refused(Refusal("option.no_effects"))
    former = dossier.options.filter(code="proposed").first()
    lines = list(dossier.lines.filter(withdrawn=False).order_by("position", "pk"))
    found = differences(option.effects)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        kept = [effect.to_json() for line in lines for effect in _effects(line)]
        for line in dossier.lines.all():
            rec.delete(line)
        rec.create_many(_lines(dossier, found, titles or {}))
        if former is not None:
            rec.update(former, code="own", effects=kept, figures={})
        rec.update(option, code="proposed", effects=[], figures={})
        fresh = Dossier.objects.get(pk=dossier.pk)
        rec.update(fresh, amount=asked(fresh))
        step_back(rec, fresh)
        touch_sittings(dossier)


def _effects(line: DossierLine) -> list[Effect]:
    return [Effect.from_json(raw) for raw in line.effects]


def _lines(
    dossier: Dossier, found: Sequence[Difference], titles: dict[str, str]
) -> list[DossierLine]:
    return [
        DossierLine(
            dossier=dossier,
            position=position,
            title=(titles.get(d.target) or d.name or dossier.name)[:300],
            initiative=d.initiative,
            product=d.product or dossier.product,
            change=d.change,
            amount=d.amount,
            effects=d.to_json(),
        )
        for position, d in enumerate(found)
    ]


# --- What a dossier does without


def waive(actor: Actor, dossier: Dossier, requirement: str, reason: str) -> Waiver:
    """Do without something that the template asks for; whoever says so vouches for it.

    Raises:
        Refused: no right, or a fixed dossier.
        Invalid: an unknown requirement, or no reason.
    """
    require_edit(actor, dossier)
    errors: dict[str, Refusal] = {}
    if requirement not in REQUIREMENTS:
        errors["requirement"] = Refusal("invalid")
    if len(reason.strip()) < 10:
        errors["reason"] = Refusal("waiver.reason")
    if len(reason) > LONGEST:
        errors["reason"] = Refusal("text.long", {"most": LONGEST})
    if errors:
        raise Invalid(errors)
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, DOSSIER_EDIT.code) as rec:
        known = dossier.waivers.filter(requirement=requirement).first()
        today = timezone.localdate()
        if known is not None:
            rec.update(known, reason=reason.strip(), person=person, on=today)
        else:
            known = rec.create(
                Waiver(
                    dossier=dossier, requirement=requirement, reason=reason.strip(),
                    person=person, on=today,
                )
            )  # fmt: skip
        touch_sittings(dossier)
    return known


def end_waiver(actor: Actor, waiver: Waiver) -> None:
    """Take a waiver back: the template asks for it again."""
    dossier = waiver.dossier
    require_edit(actor, dossier)
    with recording(actor, DOSSIER_EDIT.code) as rec:
        rec.delete(waiver)
        step_back(rec, Dossier.objects.get(pk=dossier.pk))
        touch_sittings(dossier)
