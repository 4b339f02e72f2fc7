"""Value reviews: the outcome of each promise kept, the verdict recorded with its reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import Actor, Invalid, Refusal, Refused, Scope, require
from portulan.governance.access import product_scope
from portulan.governance.actions.dossiers import Draft, new_dossier, write_options
from portulan.governance.activities import DOSSIER_EDIT, VALUE_REVIEW
from portulan.governance.company import company_of
from portulan.governance.models import (
    Dossier,
    DossierLine,
    Line,
    LineReview,
    Product,
    Promise,
    ValueReview,
)


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


def line_scope(line_id: int) -> Scope:
    """Where a line lies: itself, and the whole company."""
    return Scope(entities=company_of().roots, lines=frozenset([line_id]))


def record_line_review(
    actor: Actor, line: Line, verdict: str, comment: str, products: Iterable[Mapping[str, Any]]
) -> LineReview:
    """Record the verdict on a whole line, with what its products brought on that day.

    Raises:
        Refused: no right on the line.
        Invalid: an unknown verdict, or no reason.
    """
    require(actor, VALUE_REVIEW, line_scope(line.pk))
    errors: dict[str, Refusal] = {}
    if verdict not in ValueReview.Verdict.values:
        errors["verdict"] = Refusal("invalid")
    if not comment.strip():
        errors["comment"] = Refusal("required")
    if errors:
        raise Invalid(errors)
    with recording(actor, VALUE_REVIEW.code) as rec:
        return rec.create(
            LineReview(
                line=line, on=timezone.localdate(), verdict=verdict, comment=comment.strip()[:4000],
                products=[dict(row) for row in products],
            )
        )  # fmt: skip


def dossier_from_line_review(
    actor: Actor, review: LineReview, draft: Draft, products: Iterable[Product]
) -> Dossier:
    """The dossier that the review of a line asks for: one line to decide per product.

    Raises:
        Refused: no right to write dossiers on the line, or there is one already.
    """
    require(actor, DOSSIER_EDIT, line_scope(review.line_id))
    if review.dossier_id is not None:
        raise Refused(Refusal("review.has_dossier"))
    with recording(actor, DOSSIER_EDIT.code) as rec:
        dossier = new_dossier(rec, actor, review.verdict, draft)
        rec.create_many(
            [
                DossierLine(
                    dossier=dossier, position=position, title=product.name, product=product,
                    change="keep",
                )
                for position, product in enumerate(products)
            ]
        )  # fmt: skip
        write_options(rec, dossier, draft)
        rec.update(review, dossier=dossier)
    return dossier
