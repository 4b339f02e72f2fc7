"""Writes on scores, on the scoring model and on ranks set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from portulan.base.changes import Recorder, recording
from portulan.base.policy import Actor, Conflict, Invalid, Refusal, Refused, require
from portulan.prioritisation.access import initiative_scope, scenario_scope
from portulan.prioritisation.activities import RANK_OVERRIDE, SCORE_RECORD, SCORING_MODEL_EDIT
from portulan.prioritisation.models import (
    Initiative,
    Person,
    PriorityClass,
    RankOverride,
    Score,
    ScoringModel,
)
from portulan.prioritisation.queries.scoring import (
    RANKED_STATES,
    is_used,
    marks,
    model_in_force,
)
from portulan_core.scoring import ScoringError, check_rating, model_from_json, preset
from portulan_core.scoring import ScoringModel as CoreModel

LONGEST = 4_000


def ensure_model(actor: Actor, code: str = "five_families") -> ScoringModel:
    """The model in force; the preset ``code`` becomes it when the company has none."""
    found = model_in_force()
    return found.record if found is not None else adopt_preset(actor, code)


def adopt_preset(actor: Actor, code: str) -> ScoringModel:
    """Put a preset in force, as it is shipped; what was in force stays readable.

    Raises:
        Refused: no right on the scoring model; Invalid: no such preset.
    """
    require(actor, SCORING_MODEL_EDIT, scenario_scope(None))
    try:
        core = preset(code)
    except KeyError:
        raise Invalid({"preset": Refusal("invalid")}) from None
    with recording(actor, SCORING_MODEL_EDIT.code) as rec:
        return _adopt(rec, replace(core, version=_next_version(core.code)))


def adopt(rec: Recorder, core: CoreModel) -> ScoringModel:
    """Put a model in force as the next version of its code; no right is asked."""
    return _adopt(rec, replace(core, version=_next_version(core.code)))


def _next_version(code: str) -> int:
    known = [
        record.version
        for record in ScoringModel.objects.all()
        if record.definition.get("code") == code
    ]
    return max(known, default=0) + 1


def _adopt(rec: Recorder, core: CoreModel) -> ScoringModel:
    rec.update_many(
        [(old, {"active": False}) for old in ScoringModel.objects.filter(active=True)]
    )
    return rec.create(
        ScoringModel(
            code=f"{core.code}-{core.version}",
            name=(core.label.fr or core.label.en or core.code)[:300],
            version=core.version,
            definition=core.to_json(),
            active=True,
            adopted_on=timezone.localdate(),
        )
    )


def change_weights(
    actor: Actor,
    families: Mapping[str, float],
    criteria: Mapping[str, float] | None = None,
    *,
    revision: int | None = None,
) -> ScoringModel:
    """Change weights: of families, and of criteria inside their family.

    A model that somebody used is fixed: the change is then a new version, and the scores given so
    far stay. A model that nobody used yet is changed where it stands.

    Raises:
        Refused; Invalid: a weight that is no number, negative, or all nil; Conflict: another
        version came meanwhile.
    """
    require(actor, SCORING_MODEL_EDIT, scenario_scope(None))
    found = model_in_force()
    if found is None:
        raise Invalid({"model": Refusal("model.none")})
    if revision is not None and revision != found.record.revision:
        raise Conflict(
            "scoring_model", found.record.code, {"revision": (revision, found.record.revision)}
        )
    core = _with_weights(found.core, families, criteria or {})
    if core == found.core:
        return found.record
    with recording(actor, SCORING_MODEL_EDIT.code) as rec:
        if is_used(found.record):
            return _adopt(rec, replace(core, version=_next_version(core.code)))
        rec.update(found.record, definition=core.to_json())
        return found.record


def _with_weights(
    core: CoreModel, families: Mapping[str, float], criteria: Mapping[str, float]
) -> CoreModel:
    errors = {
        name: Refusal("weight.negative")
        for name, weight in (*families.items(), *criteria.items())
        if not 0 <= weight <= 1_000_000
    }
    unknown = (set(families) - set(core.families)) | (
        set(criteria) - {c.code for c in core.criteria}
    )
    errors |= {name: Refusal("invalid") for name in unknown}
    if errors:
        raise Invalid(errors)
    weights = {**dict(core.family_weights), **families}
    data: dict[str, Any] = replace(
        core,
        family_weights=tuple(weights.items()) if core.family_weights else (),
        criteria=tuple(replace(c, weight=criteria.get(c.code, c.weight)) for c in core.criteria),
    ).to_json() if any(weights.values()) or not core.family_weights else {}
    if not data:
        raise Invalid({"weights": Refusal("weight.all_nil")})
    try:
        return model_from_json(data)
    except ScoringError as error:
        raise Invalid({error.path: Refusal("weight.all_nil")}) from None


def record_score(
    actor: Actor,
    initiative: Initiative,
    criterion: str,
    value: float | None,
    *,
    confidence: int | None = None,
    reason: str | None = None,
    evidence: str | None = None,
    seen: tuple[str, int] | None = None,
    check_seen: bool = False,
) -> Score | None:
    """Give, change or (``value`` ``None``) take back one's own score on a criterion.

    ``seen``: uid and revision of the score the scorer looked at (``None``: there was none); with
    ``check_seen`` a score that is another one by now conflicts. What is not given stays.

    Raises:
        Refused: no right on the initiative, no person behind the account, or it is decided.
        Invalid: a value outside the scale; Conflict.
    """
    require(actor, SCORE_RECORD, initiative_scope(initiative))
    author = _scorer(actor)
    if initiative.state not in RANKED_STATES:
        raise Refused(Refusal("score.closed", {"state": initiative.state}))
    found = model_in_force()
    if found is None:
        raise Refused(Refusal("model.none"))
    try:
        known = found.core.criterion(criterion)
        check_rating(known, value, exact=True)
    except ScoringError as error:
        raise Invalid({criterion: Refusal(f"score.{error.code}", dict(error.params))}) from None
    if confidence is not None and not 0 <= confidence <= 100:
        raise Invalid({"confidence": Refusal("score.bad_confidence")})
    for name, text in (("reason", reason), ("evidence", evidence)):
        if text is not None and len(text) > LONGEST:
            raise Invalid({name: Refusal("text.long", {"most": LONGEST})})
    mine = {m.criterion: m for m in marks(found, [initiative.pk], author.pk)}.get(criterion)
    there = (mine.uid, mine.revision) if mine else None
    if check_seen and seen != there:
        there_now = mine.value if mine else None
        raise Conflict("score", f"{initiative.code}/{criterion}", {"value": (value, there_now)})
    with recording(actor, SCORE_RECORD.code) as rec:
        old = Score.objects.filter(uid=mine.uid).first() if mine else None
        if value is None:
            if old is not None:
                rec.delete(old)
            return None
        given = {"confidence": confidence, "reason": reason, "evidence": evidence}
        values: dict[str, Any] = {
            "value": float(value),
            **{
                name: text.strip() if isinstance(text, str) else text
                for name, text in given.items()
                if text is not None
            },
        }
        if old is not None and old.model_id == found.record.pk:
            if any(getattr(old, name) != new for name, new in values.items()):
                rec.update(old, scored_on=timezone.localdate(), **values)
            return old
        carried = (
            {"confidence": old.confidence, "reason": old.reason, "evidence": old.evidence}
            if old is not None
            else {}
        )
        return rec.create(
            Score(
                model=found.record,
                initiative=initiative,
                criterion=criterion,
                author=author,
                scored_on=timezone.localdate(),
                **{**carried, **values},
            )
        )


def _scorer(actor: Actor) -> Person:
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise Refused(Refusal("score.no_person"))
    return person


def set_rank(actor: Actor, initiative: Initiative, rank: int, reason: str) -> RankOverride:
    """Set an initiative's rank against its score; the reason stands beside it.

    Raises:
        Refused; Invalid: no reason, or a rank below 1.
    """
    require(actor, RANK_OVERRIDE, initiative_scope(initiative))
    errors = {}
    if not 1 <= rank <= 100_000:
        errors["rank"] = Refusal("rank.bad")
    if not reason.strip():
        errors["reason"] = Refusal("required")
    if errors:
        raise Invalid(errors)
    author = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    values: dict[str, Any] = {
        "rank": rank, "reason": reason.strip()[:LONGEST], "author": author,
        "set_on": timezone.localdate(),
    }
    with recording(actor, RANK_OVERRIDE.code) as rec:
        old = RankOverride.objects.filter(initiative=initiative).first()
        if old is None:
            return rec.create(RankOverride(initiative=initiative, **values))
        rec.update(old, **values)
        return old


def release_rank(actor: Actor, initiative: Initiative) -> None:
    """Take back a rank that was set: the score counts again."""
    require(actor, RANK_OVERRIDE, initiative_scope(initiative))
    with recording(actor, RANK_OVERRIDE.code) as rec:
        rec.delete_many(list(RankOverride.objects.filter(initiative=initiative)))



def set_class(actor: Actor, initiative: Initiative, level: str) -> PriorityClass | None:
    """Give an initiative its MoSCoW class, or (``level`` "") take it away.

    Raises:
        Refused; Invalid: no such class.
    """
    require(actor, RANK_OVERRIDE, initiative_scope(initiative))
    if level and level not in PriorityClass.Level.values:
        raise Invalid({"level": Refusal("invalid")})
    author = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, RANK_OVERRIDE.code) as rec:
        old = PriorityClass.objects.filter(initiative=initiative).first()
        if not level:
            if old is not None:
                rec.delete(old)
            return None
        values: dict[str, Any] = {
            "level": level, "author": author, "set_on": timezone.localdate(),
        }  # fmt: skip
        if old is None:
            return rec.create(PriorityClass(initiative=initiative, **values))
        if old.level != level:
            rec.update(old, **values)
        return old
