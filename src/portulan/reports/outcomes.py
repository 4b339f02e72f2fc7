"""Promises of decisions: what was promised, what came, kept or missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portulan.governance import queries as governance
from portulan.governance.queries.reviews import Kept
from portulan.reports.document import Column, Section, Table
from portulan.reports.standing import Standing
from portulan.wording import formats, vocabulary
from portulan.wording import governance as words

#: Promises looked back at.
YEAR = timedelta(days=365)


def of_money(promise: Any) -> bool:
    """Whether a promise tells an amount."""
    return promise.kind == "cost" or promise.unit == "EUR" or "€" in promise.unit


def promised(value: float | None, unit: str) -> str:
    """A value of a promise with its unit."""
    if value is None:
        return formats.NOTHING
    if unit == "EUR":
        return formats.money(round(value))
    return f"{formats.number(value)}{formats.NBSP}{unit}" if unit else formats.number(value)


def due_section(found: Standing, money: bool) -> Section | None:
    """The promises of past decisions that came due over the last year: kept or missed."""
    day = found.reader.day
    kept = governance.come_due(found.reader.actor, day, since=day - YEAR)
    kept = [row for row in kept if money or not of_money(row.promise)]
    if not kept:
        return None
    counts = {code: sum(r.judged.outcome == code for r in kept) for code in ("kept", "missed")}
    heading = ngettext(
        "%(kept)s promise kept of the %(whole)s that came due over a year",
        "%(kept)s promises kept of the %(whole)s that came due over a year",
        counts["kept"],
    ) % {"kept": formats.number(counts["kept"]), "whole": formats.number(len(kept))}
    if counts["missed"]:
        heading += _(", %(missed)s missed") % {"missed": formats.number(counts["missed"])}
    order = {"missed": 0, "partly": 1, "unmeasured": 2, "kept": 3}
    kept.sort(key=lambda row: order.get(row.judged.outcome, 4))
    rows, tones = [], {}
    for at, row in enumerate(kept):
        tone, word = words.toned(words.OUTCOMES, row.judged.outcome)
        rows.append(_promise_row(row, word))
        tones[at, 5] = tone if tone != "neutral" else "muted"
    table = Table(
        [
            Column(_("Decision"), width=1.3), Column(_("Promise"), width=4),
            Column(_("Promised"), width=1.2), Column(_("Realised"), width=1.2),
            Column(_("Due"), "day", 1.4), Column(pgettext("promise", "Outcome"), width=1.2),
        ],
        rows, tones=tones,
    )
    return Section(heading, [table], source=found.source, name=_("Promises"))


def _promise_row(row: Kept, word: str) -> list[object]:
    promise, fact = row.promise, row.fact
    title = promise.title
    if promise.product is not None and promise.product.name not in title:
        title = f"{title} ({promise.product.name})"
    dated = promise.kind == "date"
    return [
        promise.decision.code if promise.decision else "",
        title,
        formats.day_short(fact.promised_on) if dated else promised(fact.promised, promise.unit),
        formats.day_short(fact.realised_on) if dated else promised(fact.realised, promise.unit),
        promise.due_on,
        word,
    ]


def promises_section(promises: Sequence[Any], code: str, source: str) -> Section:
    """What is promised, to be checked when it comes due."""
    rows = []
    for promise in promises:
        dated = promise.kind == "date"
        rows.append(
            [
                vocabulary.word(words.PROMISES, promise.kind),
                promise.title,
                "" if dated else promised(promise.baseline, promise.unit),
                formats.day_short(promise.promised_on)
                if dated else promised(promise.promised, promise.unit),
                promise.due_on,
                promise.guarantor.name if promise.guarantor else "",
            ]
        )
    heading = ngettext(
        "%(count)s promise to check when it comes due",
        "%(count)s promises to check when they come due",
        len(rows),
    ) % {"count": formats.number(len(rows))}
    table = Table(
        [
            Column(_("Kind"), width=1), Column(_("Promise"), width=4),
            Column(_("Today"), width=1.2), Column(_("Promised"), width=1.2),
            Column(_("Checked on"), "day", 1.4), Column(_("Guarantor"), width=1.6),
        ],
        rows,
    )
    return Section(heading, [table], source=source, name=_("%(code)s promises") % {"code": code})
