"""Fetch-and-authorise of campaigns, and of what one is asked."""

from __future__ import annotations

from uuid import UUID

from portulan.base.policy import (
    Actor,
    NotFoundForActor,
    Refusal,
    Refused,
    Scope,
    check_right,
    require,
)
from portulan.campaigns.activities import CAMPAIGN_RUN
from portulan.campaigns.models import Answer, Ask, Campaign, Entity
from portulan.organisation.access import entity_scope
from portulan.readmodels import subjects


def campaign_scope(entity: Entity | None) -> Scope:
    """Where a campaign lies: its part of the company, else the whole."""
    return entity_scope(entity)


def check_run(actor: Actor, campaign: Campaign) -> Refusal | None:
    """Why the actor may not run this campaign."""
    return check_right(actor, CAMPAIGN_RUN, campaign_scope(campaign.entity))


def campaign_for(actor: Actor, code: str) -> Campaign:
    """A campaign that the actor runs.

    Raises:
        NotFoundForActor: there is none, or it is another part's.
        Refused: the actor may run none.
    """
    require(actor, CAMPAIGN_RUN)
    found = Campaign.objects.select_related("entity", "line", "asker").filter(code=code).first()
    if found is None or check_run(actor, found) is not None:
        raise NotFoundForActor("campaign", code)
    return found


def contribution_for(actor: Actor, uid: UUID | str) -> tuple[Campaign, list[Ask]]:
    """A campaign that asks something of the actor, with what it asks, in order.

    Raises:
        NotFoundForActor: it asks nothing of them, or is not launched.
    """
    asks = (
        list(
            Ask.objects.filter(campaign__uid=uid, person_id=actor.person_id)
            .exclude(campaign__state=Campaign.State.DRAFT)
            .select_related("campaign__entity", "campaign__asker", "handed_by")
            .order_by("position", "pk")
        )
        if actor.person_id is not None else []
    )
    if not asks:
        raise NotFoundForActor("campaign", str(uid))
    return asks[0].campaign, asks


def ask_for(actor: Actor, uid: UUID | str) -> Ask:
    """Something asked of the actor in a campaign that is open.

    Raises:
        NotFoundForActor: it is not asked of them.
        Refused: the campaign is closed.
    """
    found = Ask.objects.select_related("campaign__entity").filter(uid=uid).first()
    if (
        found is None or actor.person_id is None or found.person_id != actor.person_id
        or found.campaign.state == Campaign.State.DRAFT
    ):
        raise NotFoundForActor("ask", str(uid))
    if found.object_uid not in subjects.readable(actor, {found.object_kind: [found.object_uid]}):
        raise NotFoundForActor("ask", str(uid))
    refusal = check_fill(found.campaign)
    if refusal is not None:
        raise Refused(refusal)
    return found


def check_fill(campaign: Campaign) -> Refusal | None:
    """Why a campaign takes no value any more."""
    if campaign.state != Campaign.State.OPEN:
        return Refusal("campaign.closed")
    return None


def answers_for(actor: Actor, campaign: Campaign, uids: list[str] | None) -> list[Answer]:
    """The proposed answers of a campaign that was fetched for the actor: these, or all."""
    found = Answer.objects.filter(ask__campaign=campaign, state=Answer.State.PROPOSED)
    if uids is not None:
        found = found.filter(uid__in=uids)
    return list(found.select_related("ask", "author").order_by("ask__position", "pk"))
