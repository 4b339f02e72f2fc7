"""Writes on campaigns: make one, launch, give values, hand over, settle, close."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portulan.base.changes import Cause, Recorder, recording
from portulan.base.policy import (
    Actor,
    Conflict,
    Invalid,
    NotFoundForActor,
    Refusal,
    Refused,
    Scope,
    require,
    system_actor,
)
from portulan.campaigns.access import answers_for, ask_for, campaign_for, contribution_for
from portulan.campaigns.activities import CAMPAIGN_RUN
from portulan.campaigns.fields import Unfit, same
from portulan.campaigns.kinds import KINDS, fields_of, ids_of
from portulan.campaigns.models import Answer, Ask, Campaign, Entity
from portulan.campaigns.planning import asked, reads
from portulan.catalogue.access import line_for
from portulan.organisation.access import entity_for, person_for
from portulan.organisation.rights import root_ids
from portulan.readmodels import subjects
from portulan.readmodels.reader import Reader

REMIND = (7, 1, -2)
GIVE = "campaign.give"


def create(
    actor: Actor, *, name: str, kind: str, due_on: date, fields: Collection[str],
    entity: str = "", line: str = "", people: Sequence[str] = (), message: str = "",
    remind_days: Sequence[int] = REMIND,
) -> Campaign:
    """Prepare a campaign; nobody is asked before it is launched.

    Raises:
        Refused, NotFoundForActor: rights on the part of the company, unknown people or line.
        Invalid: no name, no field, a day gone by.
    """
    found: Entity | None = None
    if entity:
        found, scope = entity_for(actor, entity)
    else:
        scope = Scope(entities=root_ids())
    require(actor, CAMPAIGN_RUN, scope)
    errors: dict[str, Refusal] = {}
    if not name.strip():
        errors["name"] = Refusal("field.required")
    if due_on < timezone.localdate():
        errors["due_on"] = Refusal("campaign.past")
    offered = [f.key for f in KINDS[kind].offered(due_on)] if kind in KINDS else []
    chosen = [key for key in offered if key in set(fields)]
    if not chosen:
        errors["fields"] = Refusal("campaign.no_field")
    if errors:
        raise Invalid(errors)
    on_line = line_for(actor, line) if line else None
    known = [person_for(actor, code)[0] for code in dict.fromkeys(people)]
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        return recorder.create(
            Campaign(
                code=_code(due_on), name=name.strip()[:300], kind=kind, due_on=due_on,
                fields=chosen, entity=found, line=on_line, message=message.strip()[:4000],
                people=[p.code for p in known], asker_id=actor.person_id,
                remind_days=sorted({int(d) for d in remind_days}, reverse=True)[:10],
            )
        )


def _code(due_on: date) -> str:
    number = 1 + Campaign.objects.filter(code__startswith=f"C-{due_on.year}-").count()
    while Campaign.objects.filter(code=f"C-{due_on.year}-{number:02}").exists():
        number += 1
    return f"C-{due_on.year}-{number:02}"


def discard(actor: Actor, code: str) -> None:
    """Throw away a campaign that was never launched.

    Raises:
        NotFoundForActor, Refused: rights, or it was launched.
    """
    campaign = campaign_for(actor, code)
    _state(campaign, Campaign.State.DRAFT)
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        recorder.delete(campaign)


def launch(actor: Actor, code: str) -> int:
    """Ask: everybody gets what the preview showed; returns how many are asked.

    Raises:
        NotFoundForActor, Refused: rights, or it was launched already.
        Invalid: nobody is to be asked.
    """
    campaign = campaign_for(actor, code)
    _state(campaign, Campaign.State.DRAFT)
    plan = asked(actor, campaign)
    if not plan.asks:
        raise Invalid({"people": Refusal("campaign.nobody")})
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        recorder.create_many(
            [
                Ask(
                    campaign=campaign, person_id=ask.person.pk, object_uid=ask.subject.uid,
                    object_kind=ask.subject.kind, position=position,
                )
                for position, ask in enumerate(plan.asks)
            ]
        )
        recorder.update(campaign, state=Campaign.State.OPEN, opened_at=timezone.now())
    return len({ask.person.pk for ask in plan.asks})


def close(actor: Actor, code: str) -> None:
    """Take no more values; those that wait can still be settled."""
    campaign = campaign_for(actor, code)
    _state(campaign, Campaign.State.OPEN)
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        recorder.update(campaign, state=Campaign.State.CLOSED, closed_at=timezone.now())


def relaunch(actor: Actor, code: str, due_on: date) -> None:
    """Open again, or move the day: whoever has not finished is asked until then.

    Raises:
        NotFoundForActor, Refused: rights, or it was never launched.
        Invalid: a day gone by.
    """
    campaign = campaign_for(actor, code)
    if campaign.state == Campaign.State.DRAFT:
        raise Refused(Refusal("campaign.draft"))
    if due_on < timezone.localdate():
        raise Invalid({"due_on": Refusal("campaign.past")})
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        recorder.update(
            campaign, state=Campaign.State.OPEN, due_on=due_on, closed_at=None,
            opened_at=timezone.now(),
        )


def remind(actor: Actor, code: str) -> int:
    """Remind who has not finished, now; returns how many."""
    campaign = campaign_for(actor, code)
    _state(campaign, Campaign.State.OPEN)
    with recording(actor, CAMPAIGN_RUN.code) as recorder:
        recorder.update(campaign, reminded_at=timezone.now())
    left = campaign.asks.filter(done_at=None).values_list("person_id", flat=True)
    return len(set(left))


def _state(campaign: Campaign, wanted: str) -> None:
    if campaign.state != wanted:
        raise Refused(Refusal(f"campaign.{campaign.state}"))


# --- Contributors


@dataclass(frozen=True, slots=True)
class Given:
    """A value that somebody gives: the ask, the field, and the value they saw there."""

    ask: Ask
    field: str
    new: Any
    seen: Any


def give(actor: Actor, uid: UUID | str, field: str, typed: Any) -> Any:
    """Propose one value; the value that is there already takes the proposal back. Returns the
    raw value.

    Raises:
        NotFoundForActor, Refused: it is not asked of the actor, or the campaign is closed.
        Invalid: a field that is not asked, or a value that it cannot take.
    """
    ask = ask_for(actor, uid)
    known = {f.key: f for f in fields_of(ask.campaign)}
    if field not in known:
        raise Invalid({"field": Refusal("column.unknown", {"found": field})})
    try:
        raw = known[field].read(typed)
    except Unfit as error:
        raise Invalid({field: error.refusal}) from None
    present = present_values(actor, ask.campaign, [ask]).get(ask.object_uid, {})
    give_many(actor, ask.campaign, [Given(ask, field, raw, present.get(field))], Answer.Way.PAGE)
    return raw


def give_many(
    actor: Actor, campaign: Campaign, given: Iterable[Given], way: str
) -> int:
    """Propose values that were read and checked; returns how many proposals changed."""
    items = list(given)
    truth = _truth(campaign, [item.ask for item in items])
    count = 0
    with recording(actor, GIVE, cause=Cause("campaign", campaign.uid)) as recorder:
        for item in items:
            old = truth.get(item.ask.pk, {}).get(item.field)
            count += _propose(recorder, actor, item, old, way)
    return count


def _truth(campaign: Campaign, asks: Sequence[Ask]) -> dict[int, Mapping[str, Any]]:
    """The values that are there, by ask, whoever may see them: kept to know what moves on.

    A contributor is never told them, nor whether theirs are the same.
    """
    kind, reader = KINDS[campaign.kind], Reader(system_actor("campaigns"))
    ids = ids_of(campaign, asks)
    people = {ask.person_id for ask in asks} if campaign.kind == Campaign.Kind.SCORES else {0}
    values = {person: kind.values(list(ids.values()), person, reader) for person in people}
    return {
        ask.pk: values.get(ask.person_id, values.get(0, {})).get(ids.get(ask.object_uid, 0), {})
        for ask in asks
    }


def _propose(recorder: Recorder, actor: Actor, item: Given, old: Any, way: str) -> int:
    known = Answer.objects.select_for_update().filter(ask=item.ask, field=item.field).first()
    if known is not None and known.state == Answer.State.PROPOSED and same(item.new, item.seen):
        recorder.delete(known)
        return 1
    if known is None and same(item.new, item.seen):
        return 0
    if known is not None and same(known.new, item.new) and known.state != Answer.State.REFUSED:
        return 0
    values: dict[str, Any] = {
        "old": old, "new": item.new, "author_id": actor.person_id, "way": way,
        "given_at": timezone.now(), "state": Answer.State.PROPOSED, "settled_by_id": None,
        "settled_at": None, "word": "", "change_uid": None,
    }
    if known is None:
        recorder.create(Answer(ask=item.ask, field=item.field, **values))
    else:
        recorder.update(known, **values)
    return 1


def finish(actor: Actor, uid: UUID | str, asks: Collection[str] | None, done: bool) -> int:
    """Say that all, or these, are finished (or not yet); returns how many changed."""
    campaign, mine = contribution_for(actor, uid)
    if campaign.state != Campaign.State.OPEN:
        raise Refused(Refusal("campaign.closed"))
    chosen = [
        ask for ask in mine
        if (asks is None or str(ask.uid) in asks) and (ask.done_at is None) == done
    ]
    with recording(actor, GIVE, cause=Cause("campaign", campaign.uid)) as recorder:
        return recorder.update_many(
            [(ask, {"done_at": timezone.now() if done else None}) for ask in chosen]
        )


def hand_over(actor: Actor, uid: UUID | str, asks: Collection[str], person: str) -> int:
    """Hand what one is asked to somebody else, who must be able to read it.

    Raises:
        NotFoundForActor, Refused: rights, the campaign is closed, no such person.
        Invalid: nothing chosen, oneself, somebody who cannot sign in or read it.
    """
    campaign, mine = contribution_for(actor, uid)
    if campaign.state != Campaign.State.OPEN:
        raise Refused(Refusal("campaign.closed"))
    chosen = [ask for ask in mine if str(ask.uid) in asks]
    if not chosen:
        raise Invalid({"asks": Refusal("campaign.none_chosen")})
    other, _scope = person_for(actor, person)
    if other.pk == actor.person_id:
        raise Invalid({"person": Refusal("campaign.oneself")})
    seen = reads(other, {(a.object_kind, a.object_uid) for a in chosen})
    if any(a.object_uid not in seen for a in chosen):
        raise Invalid({"person": Refusal("campaign.cannot_read", {"name": other.name})})
    theirs = set(
        Ask.objects.filter(campaign=campaign, person=other).values_list("object_uid", flat=True)
    )
    if any(a.object_uid in theirs for a in chosen):
        raise Invalid({"person": Refusal("campaign.asked_already", {"name": other.name})})
    with recording(actor, GIVE, cause=Cause("campaign", campaign.uid)) as recorder:
        return recorder.update_many(
            [
                (ask, {"person_id": other.pk, "handed_by_id": ask.handed_by_id or ask.person_id})
                for ask in chosen
            ]
        )


def present_values(
    actor: Actor, campaign: Campaign, asks: Sequence[Ask]
) -> dict[UUID, Mapping[str, Any]]:
    """The values that are there now, by the uid of the object, as the asked person sees them."""
    ids = ids_of(campaign, asks)
    person = asks[0].person_id if asks else 0
    found = KINDS[campaign.kind].values(list(ids.values()), person, Reader(actor))
    return {uid: found.get(pk, {}) for uid, pk in ids.items()}


# --- Settling


@dataclass(frozen=True, slots=True)
class Settled:
    """How a settling went: how many entered, and which could not, with why."""

    entered: int
    failed: Sequence[tuple[Answer, Refusal]] = ()


def accept(
    actor: Actor, code: str, answers: list[str] | None, *, anyway: bool = False
) -> Settled:
    """Let proposed values in, through the actions of the apps that hold them: each under the
    rights of whoever accepts. A value that moved on since it was proposed is left, unless
    ``anyway``.

    Raises:
        NotFoundForActor, Refused: rights on the campaign.
    """
    campaign = campaign_for(actor, code)
    chosen = answers_for(actor, campaign, answers)
    kind = KINDS[campaign.kind]
    ids = ids_of(campaign, [a.ask for a in chosen])
    seen = subjects.readable(actor, {kind.object_kind: [a.ask.object_uid for a in chosen]})
    truth = _truth(campaign, [a.ask for a in chosen])
    entered, failed = 0, []
    for answer in chosen:
        uid = answer.ask.object_uid
        if uid not in seen:
            continue
        current = truth.get(answer.ask.pk, {}).get(answer.field)
        if not anyway and not same(current, answer.old) and not same(current, answer.new):
            failed.append((answer, Refusal("campaign.moved")))
            continue
        try:
            with transaction.atomic():
                change = kind.enter(
                    actor, answer.author_id, seen[uid].code, ids[uid], answer.field, answer.new,
                    campaign.due_on,
                )
                _settle(actor, campaign, answer, Answer.State.ACCEPTED, change=change)
        except Refused as error:
            failed.append((answer, error.refusal))
        except Invalid as error:
            failed.append((answer, next(iter(error.errors.values()))))
        except (Conflict, NotFoundForActor):
            failed.append((answer, Refusal("campaign.moved")))
        else:
            entered += 1
    return Settled(entered, failed)


def refuse(actor: Actor, code: str, answers: list[str], word: str) -> int:
    """Refuse proposed values, with a word for who gave them; returns how many.

    Raises:
        NotFoundForActor, Refused: rights on the campaign.
        Invalid: no word.
    """
    campaign = campaign_for(actor, code)
    if not word.strip():
        raise Invalid({"word": Refusal("campaign.no_word")})
    chosen = answers_for(actor, campaign, answers)
    for answer in chosen:
        _settle(actor, campaign, answer, Answer.State.REFUSED, word=word.strip()[:1000])
    return len(chosen)


def _settle(
    actor: Actor, campaign: Campaign, answer: Answer, state: str, *,
    word: str = "", change: UUID | None = None,
) -> None:
    with recording(
        actor, CAMPAIGN_RUN.code, cause=Cause("campaign", campaign.uid)
    ) as recorder:
        fresh = Answer.objects.select_for_update().get(pk=answer.pk)
        if fresh.state != Answer.State.PROPOSED or fresh.revision != answer.revision:
            raise Conflict("answer", str(answer.uid), {})
        recorder.update(
            fresh, state=state, settled_by_id=actor.person_id, settled_at=timezone.now(),
            word=word, change_uid=change,
        )
        if state == Answer.State.REFUSED:
            # It is for its author again: they may give another value.
            recorder.update(fresh.ask, done_at=None)
