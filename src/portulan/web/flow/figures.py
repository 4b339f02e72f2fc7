"""The figures of a flow, each with what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.portfolio.calendars import knows
from portulan.readmodels.flow import FlowView
from portulan.web.flow import words
from portulan.web.ui.controls import Explanation
from portulan.wording import formats
from portulan_core.flow import Spread


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its label, a note, and its explanation."""

    label: str
    shown: str
    note: str
    explanation: Explanation
    tone: str = ""


def calendar_words(view: FlowView) -> str:
    """Which days count, in words."""
    country = view.flow.country
    if not country or not knows(country):
        return _("Monday to Friday; public holidays are not known")
    return _("Monday to Friday, without public holidays (%(country)s)") % {
        "country": words.country(country)
    }


def _source(view: FlowView) -> str:
    return ", ".join(source.name for source in view.flow.sources)


def _explained(view: FlowView, title: str, value: str, *lines: tuple[str, str]) -> Explanation:
    return Explanation(
        title=title, value=value,
        lines=tuple((label, text, "") for label, text in (
            *lines, (_("Days counted"), calendar_words(view)),
            (_("Period"), _period(view)),
        )),
        source=_source(view), as_of=view.flow.known_until,
    )


def _period(view: FlowView) -> str:
    if view.since is None:
        return _("the whole history")
    return _("since %(day)s") % {"day": formats.day(view.since)}


def _days(value: float | None) -> str:
    return _("%(days)s d") % {"days": formats.number(value, 1)} if value is not None else "–"


def _spread(
    view: FlowView, label: str, spread: Spread, how: str, *more: tuple[str, str]
) -> Figure:
    return Figure(
        label, _days(spread.p85),
        _("half in %(p50)s") % {"p50": _days(spread.p50)} if spread.p50 is not None
        else _("no item has both dates"),
        _explained(
            view, label, _days(spread.p85), (_("What it is"), how),
            (_("Items counted"), formats.number(spread.count, 0)),
            ("50 %", _days(spread.p50)), ("85 %", _days(spread.p85)), ("95 %", _days(spread.p95)),
            (_("Longest"), _days(spread.most)), *more,
        ),
    )


def figures(view: FlowView) -> list[Figure]:
    """Cycle time, lead time, throughput, work in progress, efficiency, reopened."""
    found = []
    if not view.by_lead:
        found.append(
            _spread(
                view, _("Cycle time, 85 %"), view.cycle,
                _("From the first state in progress or waiting to the last time done."),
            )
        )
    found.append(
        _spread(
            view, _("From idea to production, 85 %"), view.production,
            _("From the idea to the release of the item, or to done where no release is known. "
              "The idea is the first request that its initiative answers, else the creation of "
              "the item."),
            (_("Items with a release"), formats.number(view.released, 0)),
            (_("Items whose idea is a request"), formats.number(view.asked, 0)),
            (_("From creation to done, 85 %"), _days(view.lead.p85)),
        )
    )
    found.append(
        Figure(
            _("Finished each week"), formats.number(view.throughput, 1),
            _("%(count)s items over the period") % {"count": formats.number(view.finished, 0)},
            _explained(
                view, _("Finished each week"), formats.number(view.throughput, 1),
                (_("What it is"), _("Items done, by whole week, on average.")),
                (_("Whole weeks"), formats.number(sum(w.complete for w in view.series), 0)),
                (_("Items finished"), formats.number(view.finished, 0)),
            ),
        )
    )
    found.append(
        Figure(
            _("In progress"), formats.number(view.wip, 0),
            _("and %(count)s to do") % {"count": formats.number(view.to_do, 0)},
            _explained(
                view, _("In progress"), formats.number(view.wip, 0),
                (_("What it is"), _("Items started and neither done nor left undone.")),
            ),
        )
    )
    found.append(_share(
        view, _("Flow efficiency"), view.efficiency,
        _("on %(count)s items") % {"count": formats.number(view.measured, 0)},
        _("Time in states in progress over the whole cycle time, all items together; the rest "
          "is waiting."),
    ))
    reopened = view.reopened / view.ever_done if view.ever_done else None
    found.append(_share(
        view, _("Reopened"), reopened,
        _("%(count)s of %(done)s") % {
            "count": formats.number(view.reopened, 0), "done": formats.number(view.ever_done, 0),
        },
        _("Items that went back from done, among those ever done."),
    ))
    return found


def _share(view: FlowView, label: str, value: float | None, note: str, how: str) -> Figure:
    shown = formats.percent(value) if value is not None else "–"
    return Figure(
        label, shown, note if value is not None else _("the data does not say"),
        _explained(view, label, shown, (_("What it is"), how)),
    )
