"""The page of an item and of a release, edited in place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.base.policy import Refusal
from portulan.portfolio import items
from portulan.portfolio.activities import BACKLOG_EDIT
from portulan.portfolio.items import item_at, release_at
from portulan.readmodels import backlog as backlogs
from portulan.readmodels import forecast as forecasts
from portulan.readmodels.flow import Part
from portulan.web.flow import fields, forecasting, words
from portulan.web.flow.parts import asked_day
from portulan.web.objects import address
from portulan.web.reading import reader as reader_of
from portulan.web.sheets.fields import Editable
from portulan.web.viewer import actor
from portulan.wording import formats

SIZE = 100


def _editables(record: Any) -> dict[str, Editable]:
    found = dict(fields.ITEM)
    if record.product_id is not None:
        product = record.product_id
        found["release"] = fields.release_key(
            lambda: [(row.code, row.name) for row, _left, _all in backlogs.releases(product)]
        )
    return found


def _why(record: Any, column: str, refusal: Refusal | None) -> Refusal | None:
    return refusal or items.check_column(record, column)


@require_GET
def item(request: HttpRequest, code: str) -> HttpResponse:
    """An item: its text, its criteria, what it belongs to, how it moved."""
    record, at = item_at(actor(request), code)
    refusal = at.refusal(BACKLOG_EDIT)
    places = {
        name: fields.place("item", record, editable, _why(record, name, refusal))
        for name, editable in _editables(record).items()
    }
    states = record.source.states
    moves = sorted(record.transitions, key=lambda move: -move[0])
    context = {
        "record": record, "places": places,
        "aside": [places[n] for n in ("standing", "kind", "team", "initiative", "release")
                  if n in places],
        "text": [places[n] for n in ("description", "criteria")],
        "moves": [
            (_at(move[0]), str(words.LOCAL.get(states[move[1]][0], states[move[1]][0])))
            for move in moves[:60] if move[1] < len(states)
        ],
        "states": words.STANDINGS, "product_url": (
            address("product", record.product.code) if record.product else ""
        ),
        "initiative_url": (
            address("initiative", record.initiative.code) if record.initiative else ""
        ),
        "backlog_url": reverse("flow:product_backlog", args=[record.product.code])
        if record.product else "",
        "met": sum(bool(c[1]) for c in record.criteria),
    }
    return render(request, "flow/item.html", context)


def _at(second: int) -> str:
    return formats.moment(datetime.fromtimestamp(second, UTC))


@require_http_methods(["GET", "POST"])
def item_field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of an item, edited in place."""
    who = actor(request)
    record, _located = item_at(who, code)

    def load() -> tuple[Any, Refusal | None]:
        fresh, at = item_at(who, code)
        return fresh, _why(fresh, column, at.refusal(BACKLOG_EDIT))

    def save(value: Any, revision: int) -> UUID | None:
        return items.edit_item(who, code, column, value, revision)

    return fields.answer(request, "item", _editables(record), column, load, save)


@require_GET
def release(request: HttpRequest, code: str) -> HttpResponse:
    """A release: what it brings, what is left, when it may be out."""
    who = actor(request)
    record, at = release_at(who, code)
    reader = reader_of(request)
    refusal = at.refusal(BACKLOG_EDIT)
    places = {
        name: fields.place("release", record, editable, refusal)
        for name, editable in fields.RELEASE.items()
    }
    part = Part("release", record.pk, record.code, record.name)
    lines, total = backlogs.listed(reader, part, "all", 0, SIZE)
    by = asked_day(request.GET.get("by", ""))
    made = forecasts.of_release(reader, record, by) if record.state == "planned" else None
    context = {
        "record": record, "places": places, "lines": lines, "total": total,
        "aside": [places[n] for n in ("state", "due_on", "released_on")],
        "forecast": forecasting.said(made), "by": made.by if made else None,
        "states": words.STANDINGS, "release_states": words.RELEASES,
        "product_url": address("product", record.product.code),
        "backlog_url": reverse("flow:product_backlog", args=[record.product.code]),
        "counts": backlogs.counts(part),
    }
    return render(request, "flow/release.html", context)


@require_http_methods(["GET", "POST"])
def release_field(request: HttpRequest, code: str, column: str) -> HttpResponse:
    """One thing of a release, edited in place."""
    who = actor(request)

    def load() -> tuple[Any, Refusal | None]:
        record, at = release_at(who, code)
        return record, at.refusal(BACKLOG_EDIT)

    def save(value: Any, revision: int) -> UUID | None:
        return items.edit_release(who, code, column, value, revision)

    return fields.answer(request, "release", fields.RELEASE, column, load, save)


@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one's own last edit of the backlog back."""
    items.undo_edit(actor(request), uid)
    return HttpResponse(status=204)
