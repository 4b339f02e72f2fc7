"""Value reviews: the outcome of each promise kept, the verdict recorded with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, require
from portulan.governance.access import product_scope
from portulan.governance.activities import VALUE_REVIEW
from portulan.governance.models import Product, Promise, ValueReview


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a promise on the day of the review."""

    promise: Promise
    realised: float | None
    realised_on: date | None


def record_review(
    actor: Actor,
    product: Product,
    *,
    proposed: str,
    verdict: str,
    reasons: Iterable[Mapping[str, Any]],
    outcomes: Iterable[Outcome] = (),
    comment: str = "",
) -> ValueReview:
    """Record the verdict of a review, and what each promise came to.

    Raises:
        Refused: no right on the product.
        Invalid: an unknown verdict, or one against the proposal without a word why.
    """
    require(actor, VALUE_REVIEW, product_scope(product))
    errors: dict[str, Refusal] = {}
    if verdict not in ValueReview.Verdict.values:
        errors["verdict"] = Refusal("invalid")
    if verdict != proposed and not comment.strip():
        errors["comment"] = Refusal("review.why")
    if errors:
        raise Invalid(errors)
    with recording(actor, VALUE_REVIEW.code) as rec:
        review = rec.create(
            ValueReview(
                product=product,
                on=timezone.localdate(),
                proposed=proposed,
                verdict=verdict,
                reasons=[dict(reason) for reason in reasons],
                comment=comment.strip(),
            )
        )
        rec.update_many(
            (o.promise, {"realised": o.realised, "realised_on": o.realised_on})
            for o in outcomes
            if o.realised is not None or o.realised_on is not None
        )
    return review
