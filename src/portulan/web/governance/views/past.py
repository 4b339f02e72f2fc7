"""The portfolio as of any past day, and the decisions that made the difference."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from portulan.readmodels.between import Between, Changed
from portulan.readmodels.between import between as compared
from portulan.web.governance import words
from portulan.web.governance.views.home import faces
from portulan.web.objects import address
from portulan.web.plugs import Link
from portulan.web.reading import reader
from portulan.wording import formats, vocabulary

#: How far back the page looks when nothing is asked.
DAYS = 90
EARLIEST = date(2000, 1, 1)
KINDS = {
    "product": ("stack-2", gettext_lazy("Product")),
    "initiative": ("route", gettext_lazy("Initiative")),
    "envelope": ("wallet", gettext_lazy("Envelope")),
}
WHAT = {
    "new": pgettext_lazy("change between two days", "Appears"),
    "gone": pgettext_lazy("change between two days", "Disappears"),
    "stage": gettext_lazy("Stage"),
    "state": gettext_lazy("State"),
    "start": gettext_lazy("Start"),
    "months": gettext_lazy("Months"),
    "cost": gettext_lazy("Cost"),
    "name": gettext_lazy("Name"),
    "amount": gettext_lazy("Amount"),
}


def _day(text: str, default: date) -> date:
    try:
        return min(max(date.fromisoformat(text), EARLIEST), timezone.localdate())
    except ValueError:
        return default


def _said(change: Changed, value: Any) -> str:
    """A value of a change as readers write it."""
    if value is None:
        return formats.NOTHING
    if change.what == "stage" or (change.kind == "product" and change.what in ("new", "gone")):
        return vocabulary.word(vocabulary.STAGES, value)
    if change.what in ("state", "new", "gone"):
        return vocabulary.word(words.INITIATIVE_STATES, str(value))
    if change.what == "start":
        return formats.month_short(int(value))
    if change.what in ("cost", "amount"):
        return formats.money(int(value))
    return str(value)


@require_GET
def between(request: HttpRequest) -> HttpResponse:
    """Two days side by side: what differs, and each change with its decision."""
    today = timezone.localdate()
    start = _day(request.GET.get("from", ""), today - timedelta(days=DAYS))
    end = _day(request.GET.get("to", ""), today)
    if start > end:
        start, end = end, start
    found = compared(reader(request), start, end)
    here = reverse("governance:between")
    context = {
        "faces": faces("register"),
        "it": found,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "today": today.isoformat(),
        "spans": [
            Link(
                label,
                f"{here}?from={(today - timedelta(days=days)).isoformat()}",
                current=start == today - timedelta(days=days) and end == today,
            )
            for label, days in (
                (_("A month"), 30),
                (_("A quarter"), DAYS),
                (_("A year"), 365),
            )
        ],
        "totals": _totals(found),
        "rows": [
            {
                "change": row,
                "icon": KINDS[row.kind][0],
                "kind": str(KINDS[row.kind][1]),
                "name": row.name or row.code,
                "url": address(row.kind, row.code) if row.kind != "envelope" else "",
                "what": str(WHAT[row.what]),
                "before": _said(row, row.before),
                "after": _said(row, row.after),
            }
            for row in found.changes
        ],
        "decisions": [(link, words.kind(link.kind)) for link in found.decisions],
        "unexplained": sum(1 for row in found.changes if not row.decisions),
    }
    return render(request, "governance/between.html", context)


def _totals(found: Between) -> list[tuple[str, str, str, bool]]:
    """The figures of both days: label, before, after, whether they differ."""
    pairs: list[tuple[str, Any, Any, Any]] = [
        (_("Products"), found.before.products, found.after.products, formats.number),
        *(
            (vocabulary.word(vocabulary.STAGES, code), found.before.stages[code],
             found.after.stages[code], formats.number)
            for code in found.before.stages
        ),
        (_("Initiatives in the plan"), found.before.planned, found.after.planned, formats.number),
    ]  # fmt: skip
    if found.money:
        pairs += [
            (_("Cost of the plan"), found.before.cost, found.after.cost, formats.money),
            (_("Envelopes in force"), found.before.envelopes, found.after.envelopes, formats.money),
        ]
    return [(label, write(old), write(new), old != new) for label, old, new, write in pairs]
