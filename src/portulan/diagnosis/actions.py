"""Keep a diagnosis, write the plan, help a product along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.jobs import JobContext
from portulan.base.policy import Actor, Invalid, Refusal, require
from portulan.diagnosis.activities import COACHING_WRITE, DIAGNOSIS_PLAN
from portulan.diagnosis.models import CoachingNote, DiagnosisRun, Person, PlanStep, Product
from portulan.diagnosis.queries import computed, scope_of
from portulan_core import maturity
from portulan_core.maturity import STEPS, Diagnosis
from portulan_core.periods import first_day, last_day, month_of

LONGEST = 4000
#: Months that can be computed again from the history.
MOST_MONTHS = 36


@dataclass(frozen=True, slots=True)
class StepInput:
    """A step of the plan; ``target`` is the share that its test should reach, in percent."""

    title: str
    domain: str
    note: str = ""
    test: str = ""
    target: int | None = None
    progress: int = 0
    owner: Person | None = None
    due_on: date | None = None


def keep(diagnosis: Diagnosis) -> DiagnosisRun:
    """Keep the marks of a day; the same day again replaces them."""
    run, _ = DiagnosisRun.objects.update_or_create(
        on=diagnosis.day,
        defaults={
            "mark": diagnosis.mark,
            "marks": {domain.code: domain.mark for domain in diagnosis.domains},
            "tests": {
                result.code: [result.passed, result.total]
                for domain in diagnosis.domains
                for result in domain.results
            },
        },
    )
    return run


def compute(actor: Actor) -> DiagnosisRun:
    """Compute the diagnosis of today and keep it.

    Raises:
        Refused: the right ``diagnosis.plan`` is missing.
    """
    require(actor, DIAGNOSIS_PLAN)
    return keep(computed().diagnosis)


def rebuild(months: int = 12, day: date | None = None) -> Iterable[DiagnosisRun]:
    """Compute the last month ends again from the history, oldest first."""
    this = month_of(day or timezone.localdate())
    for month in range(this - min(months, MOST_MONTHS), this):
        yield keep(computed(last_day(month)).diagnosis)


def run_monthly(context: JobContext) -> dict[str, Any]:
    """The job: once a month, the end of the month before is kept, from the history."""
    today = timezone.localdate()
    end = first_day(month_of(today)) - timedelta(days=1)
    if DiagnosisRun.objects.filter(on=end).exists():
        return {"kept": None}
    keep(computed(end).diagnosis)
    return {"kept": end.isoformat()}


def run_rebuild(context: JobContext) -> dict[str, int]:
    """The job: the month ends of the last year, from the history."""
    return {"kept": sum(1 for _run in rebuild(int(context.params.get("months", 12))))}


# --- The plan


def _checked(values: StepInput) -> dict[str, Any]:
    errors: dict[str, Refusal] = {}
    if not values.title.strip():
        errors["title"] = Refusal("required")
    if values.domain not in maturity.DOMAINS:
        errors["domain"] = Refusal("invalid")
    if values.test and values.test not in maturity.TESTS:
        errors["test"] = Refusal("invalid")
    if values.target is not None and not 1 <= values.target <= 100:
        errors["target"] = Refusal("invalid")
    if not 0 <= values.progress <= 100:
        errors["progress"] = Refusal("invalid")
    if len(values.note) > LONGEST:
        errors["note"] = Refusal("text.long", {"most": LONGEST})
    if errors:
        raise Invalid(errors)
    return {
        "title": values.title.strip()[:300],
        "domain": values.domain,
        "note": values.note.strip(),
        "test": values.test,
        "target": values.target if values.test else None,
        "progress": values.progress,
        "owner": values.owner,
        "due_on": values.due_on,
    }


def add_step(actor: Actor, values: StepInput) -> PlanStep:
    """Add a step to the transition plan; one with a test remembers where the facts stand.

    Raises:
        Refused: the right ``diagnosis.plan`` is missing.
        Invalid: no title, an unknown domain or test, a target out of 1 to 100.
    """
    require(actor, DIAGNOSIS_PLAN)
    columns = _checked(values)
    start = None
    if values.test:
        share = next(
            (
                result.share
                for domain in computed().diagnosis.domains
                for result in domain.results
                if result.code == values.test
            ),
            None,
        )
        start = round(100 * share) if share is not None else 0
    with recording(actor, DIAGNOSIS_PLAN.code) as rec:
        last = PlanStep.objects.aggregate(last=Max("position"))["last"]
        return rec.create(
            PlanStep(position=0 if last is None else last + 1, start=start, **columns)
        )


def change_step(
    actor: Actor, step: PlanStep, values: StepInput, *, revision: int | None = None
) -> None:
    """Change a step of the plan.

    Raises:
        Refused, Invalid; Conflict: somebody else changed it meanwhile.
    """
    require(actor, DIAGNOSIS_PLAN)
    columns = _checked(values)
    with recording(actor, DIAGNOSIS_PLAN.code) as rec:
        rec.update(step, expected_revision=revision, **columns)


def move_step(actor: Actor, step: PlanStep, state: str) -> None:
    """Say that a step is done, dropped, or open again.

    Raises:
        Refused: the right is missing.
        Invalid: no such state.
    """
    require(actor, DIAGNOSIS_PLAN)
    if state not in PlanStep.State.values:
        raise Invalid({"state": Refusal("invalid")})
    with recording(actor, DIAGNOSIS_PLAN.code) as rec:
        done = state == PlanStep.State.DONE
        rec.update(step, state=state, done_on=timezone.localdate() if done else None)


def proposed_target(level: int) -> int:
    """The share to aim at from a level, in percent: where the next one begins."""
    return round(100 * STEPS[min(level, len(STEPS)) - 1])


# --- Coaching


def add_note(actor: Actor, product: Product, text: str, test: str = "") -> CoachingNote:
    """Note what would help a product's roadmap.

    Raises:
        Refused: the right ``coaching.write`` is missing on the product.
        Invalid: no text, or an unknown test.
    """
    require(actor, COACHING_WRITE, scope_of(product))
    errors: dict[str, Refusal] = {}
    if not text.strip():
        errors["text"] = Refusal("required")
    if len(text) > LONGEST:
        errors["text"] = Refusal("text.long", {"most": LONGEST})
    if test and test not in maturity.TESTS:
        errors["test"] = Refusal("invalid")
    if errors:
        raise Invalid(errors)
    author = Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None
    with recording(actor, COACHING_WRITE.code) as rec:
        return rec.create(
            CoachingNote(
                product=product, author=author, on=timezone.localdate(), test=test,
                text=text.strip(),
            )
        )  # fmt: skip


def settle_note(actor: Actor, note: CoachingNote, *, done: bool = True) -> None:
    """Say that a note was followed, or open it again.

    Raises:
        Refused: the right is missing on the product.
    """
    require(actor, COACHING_WRITE, scope_of(note.product))
    with recording(actor, COACHING_WRITE.code) as rec:
        rec.update(note, done_on=timezone.localdate() if done else None)
