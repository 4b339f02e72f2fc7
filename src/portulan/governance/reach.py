"""Parts of what was fetched for the actor: options, waivers, conditions, referrals."""

from __future__ import annotations

from portulan.base.policy import Actor, NotFoundForActor, check_right
from portulan.governance.access import dossier_scopes, forum_scope, known_scope
from portulan.governance.activities import DOSSIER_READ, MEETING_READ, REGISTER_READ
from portulan.governance.company import company_of
from portulan.governance.models import (
    Condition,
    Decision,
    Dossier,
    DossierOption,
    FrozenDossier,
    Referral,
    Waiver,
)


def option_of(dossier: Dossier, uid: str) -> DossierOption:
    """An option of a dossier that was fetched for the actor.

    Raises:
        NotFoundForActor: the dossier has no such option.
    """
    option = DossierOption.objects.filter(dossier=dossier, uid=uid).first()
    if option is None:
        raise NotFoundForActor("option", uid)
    option.dossier = dossier
    return option


def waiver_of(dossier: Dossier, uid: str) -> Waiver:
    """A waiver of a dossier that was fetched for the actor.

    Raises:
        NotFoundForActor: the dossier has no such waiver.
    """
    waiver = Waiver.objects.filter(dossier=dossier, uid=uid).first()
    if waiver is None:
        raise NotFoundForActor("waiver", uid)
    waiver.dossier = dossier
    return waiver


def frozen_of(dossier: Dossier) -> FrozenDossier:
    """The copy of a dossier that the committee sees, or saw.

    Raises:
        NotFoundForActor: it was before no committee yet.
    """
    found = dossier.frozen.order_by("-pk").first()
    if found is None:
        raise NotFoundForActor("frozen", dossier.code)
    return found


def condition_of(decision: Decision, uid: str) -> Condition:
    """A condition of a decision that was fetched for the actor.

    Raises:
        NotFoundForActor: the decision has no such condition.
    """
    found = Condition.objects.select_related("owner", "action").filter(decision=decision, uid=uid)
    condition = found.first()
    if condition is None:
        raise NotFoundForActor("condition", uid)
    condition.decision = decision
    return condition


def referral_for(actor: Actor, uid: str) -> Referral:
    """A matter handed from one committee to another, for who may know of one of the two.

    Raises:
        NotFoundForActor: none, or none that the actor may know of.
    """
    found = (
        Referral.objects.select_related("source", "target", "decision__forum", "dossier")
        .filter(uid=uid)
        .first()
    )
    if found is None:
        raise NotFoundForActor("referral", uid)
    company = company_of()
    for forum in (found.target, found.source):
        if forum is None:
            continue
        if check_right(actor, MEETING_READ, forum_scope(forum, company)) is None:
            return found
        if found.decision is not None and (
            check_right(actor, REGISTER_READ, known_scope(actor, forum, company)) is None
        ):
            return found
    if found.dossier is not None and any(
        check_right(actor, DOSSIER_READ, scope) is None for scope in dossier_scopes(found.dossier)
    ):
        return found
    raise NotFoundForActor("referral", uid)
