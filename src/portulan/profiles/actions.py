"""Writes of profiles: apply one in one transaction, keep the company's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from portulan.base.changes import Cause, Recorder, recording
from portulan.base.policy import Actor, Conflict, NotFoundForActor, Refusal, Refused, require
from portulan.organisation.access import entity_scope
from portulan.organisation.standards import standard, write_standard
from portulan.profiles.activities import PROFILE_APPLY
from portulan.profiles.library import BadProfile, Files, Profile, read, shipped_codes
from portulan.profiles.merge import CONFLICT, LOCAL, TAKE, digest, marks, resolve
from portulan.profiles.models import Application, OwnProfile
from portulan.profiles.nodes import Problem
from portulan.profiles.plan import APPLIED, Plan, make
from portulan.profiles.queries import own_files
from portulan.profiles.writers import write
from portulan_core.scoring import ScoringError


def apply(
    actor: Actor,
    profile: Profile,
    step: str = "",
    *,
    choices: Mapping[str, str] | None = None,
    language: str = "",
    seen: str = "",
) -> Plan:
    """Apply a profile up to a step, all or nothing; returns the plan that was applied.

    ``choices``: what conflicts become (see ``merge.resolve``); without one, what the company has
    stays. ``seen``: the mark of the plan that was looked at; another one by now is a conflict.
    The same again changes nothing.

    Raises:
        Refused: no right on the whole company, or a row of the matrix says no.
        Conflict: the plan is another one by now.
        KeyError: no such step. BadProfile: its scoring model says nonsense.
    """
    require(actor, PROFILE_APPLY, entity_scope(None))
    chosen = choices or {}
    try:
        plan = make(profile, step, language)
    except ScoringError as error:
        raise BadProfile([Problem("scoring.yaml", 0, error.path, str(error))]) from None
    if seen and seen != mark(plan):
        raise Conflict("profile", profile.code, {"plan": (seen, mark(plan))})
    today = timezone.localdate()
    changing = {
        entry.key: resolved
        for entry in plan.entries
        if entry.kind != LOCAL and (resolved := resolve(entry, chosen)) != entry.present
    }
    forced = frozenset(
        entry.key
        for entry in plan.entries
        if entry.kind == CONFLICT and entry.reason == "parts" and chosen.get(entry.key) == TAKE
    )
    if not changing and plan.same_profile and not plan.conflicts:
        return plan
    application = Application(
        profile=profile.code, name=_name(profile), step=step,
        before=str(plan.before.get("code", "")), applied_on=today, by=actor.name[:200],
        counts=plan.counts,
    )
    cause = Cause("profile", application.uid)
    note = " → ".join(part for part in (str(plan.before.get("code", "")), profile.code) if part)
    with recording(actor, PROFILE_APPLY.code, cause=cause, note=note) as recorder:
        write(recorder, changing, note=note, forced=forced)
        _remember(recorder, plan, today)
        if recorder.changed:
            recorder.create(application)
    return plan


def _name(profile: Profile) -> str:
    return (profile.name.get("fr") or profile.name.get("en") or profile.code)[:200]


def _remember(recorder: Recorder, plan: Plan, today: date) -> None:
    """Keep what the profile said, so that what the company changes from now on is local."""
    kept = standard(APPLIED)
    base = dict(kept.get("base", {}))
    for key in plan.said_before:
        base.pop(key, None)
    base |= marks(plan.said)
    same = kept.get("code") == plan.profile.code and kept.get("step", "") == plan.step
    write_standard(
        recorder, APPLIED,
        {
            "code": plan.profile.code,
            "name": dict(plan.profile.name),
            "step": plan.step,
            "source": plan.profile.source,
            "on": kept["on"] if same and "on" in kept else today.isoformat(),
            "base": base,
        },
    )


def mark(plan: Plan) -> str:
    """A mark of what a plan says: another plan has another one."""
    return digest(
        [plan.profile.code, plan.step]
        + [[e.key, e.kind, e.present, e.target] for e in plan.entries]
    )


def keep_own(actor: Actor, files: Files) -> OwnProfile:
    """Take in a profile of the company's own; the same code again replaces its files.

    Raises:
        Refused: no right on the whole company, or the code is one of the shipped profiles.
        BadProfile: every problem of its files.
    """
    require(actor, PROFILE_APPLY, entity_scope(None))
    profile = read(files, "own", own_files)
    if profile.code in (*shipped_codes(), "base"):
        raise Refused(Refusal("profile.shipped", {"code": profile.code}))
    with recording(actor, PROFILE_APPLY.code, note=profile.code) as recorder:
        found = OwnProfile.objects.filter(code=profile.code).first()
        if found is None:
            return recorder.create(
                OwnProfile(code=profile.code, name=_name(profile), files=dict(files))
            )
        recorder.update(found, name=_name(profile), files=dict(files))
        return found


def forget_own(actor: Actor, code: str) -> None:
    """Leave a profile of the company's own out of the list; what it set up stays.

    Raises:
        Refused: no right; NotFoundForActor: there is no such profile.
    """
    require(actor, PROFILE_APPLY, entity_scope(None))
    found = OwnProfile.objects.filter(code=code).first()
    if found is None:
        raise NotFoundForActor("profile", code)
    with recording(actor, PROFILE_APPLY.code, note=code) as recorder:
        recorder.delete(found)
