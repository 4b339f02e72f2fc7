"""A forecast in words: when, how many, against the plan, and how such forecasts fared."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from portulan.readmodels.pace import AHEAD, CHANCES, FINISHED, WEEKS, Forecast
from portulan.web.flow import words
from portulan.web.ui.controls import Explanation
from portulan.wording import formats
from portulan_core.periods import month_of

CLOSE = 0.5


def said(found: Forecast | None, ends: bool = True) -> dict[str, Any] | None:
    """What a page shows of a forecast; ``None`` without items.

    ``ends``: what is left is all there is (an initiative, a release), so that no more can be done.
    """
    if found is None:
        return None
    return {
        "it": found,
        "headline": headline(found),
        "tone": tone(found),
        "when": [
            (chance, _day(found.when.get(chance)), _explained(found, chance))
            for chance in CHANCES
        ] if found.when and found.left else [],
        "alone": _day(found.alone.get(85)) if found.waits else "",
        "pace": _pace(found),
        "count": [
            (chance, _count(found, found.count[chance], ends))
            for chance in CHANCES if chance in found.count
        ],
        "by": found.by,
        "plan": _plan(found),
        "back": _back(found),
        "waits": [
            {
                "name": w.name, "code": w.code, "end": _day(w.finish.get(85)),
                "by": _("its own items") if w.by == "items" else _("the plan, more or less 30 %"),
                "critical": w.critical,
            }
            for w in found.waits
        ],
        "unplaced": found.unplaced,
        "arriving": _arriving(found),
        "progress": (found.done, found.done + found.left),
    }


def _count(found: Forecast, count: int, ends: bool) -> str:
    """How many items by a day; no more than are left when nothing is added."""
    if ends and found.left and count >= found.left:
        return ngettext("the item left", "all %(count)s items left", found.left) % {
            "count": formats.number(found.left, 0)
        }
    return npgettext("work item", "%(count)s item", "%(count)s items", count) % {
        "count": formats.number(count, 0)
    }


def _day(day: date | None) -> str:
    return formats.day(day) if day is not None else _("in more than five years")


def headline(found: Forecast) -> str:
    """The forecast in one sentence: "85 %: March 2027; the plan says January 2027"."""
    if found.left == 0:
        return _("Everything is done.")
    if found.too_few:
        return _("Too few data to forecast.")
    day = found.when.get(85)
    if day is None:
        return _("At this pace, more than five years.")
    ends = formats.month(month_of(day))
    if found.plan_end is None:
        return _("All that is open, 85 %%: %(month)s") % {"month": ends}
    return _("85 %%: %(month)s; the plan says %(plan)s") % {
        "month": ends, "plan": formats.month(month_of(found.plan_end)),
    }


def tone(found: Forecast) -> str:
    """Good, warn or bad: how the plan holds."""
    if found.left == 0:
        return "good"
    if found.too_few or found.plan_chance is None:
        return "neutral"
    return "good" if found.plan_chance >= 0.85 else "warn" if found.plan_chance >= CLOSE else "bad"


def _plan(found: Forecast) -> str:
    if found.plan_end is None or found.plan_chance is None or not found.left:
        return ""
    return _("The planned end, %(day)s, is kept in %(chance)s of the simulated futures.") % {
        "day": formats.day(found.plan_end), "chance": formats.percent(found.plan_chance),
    }


def _pace(found: Forecast) -> str:
    if found.too_few:
        return _("A forecast needs %(weeks)s whole weeks and %(items)s finished items; there are "
                 "%(known)s weeks.") % {
            "weeks": WEEKS, "items": FINISHED, "known": formats.number(found.weeks, 0),
        }
    per_week = formats.number(found.per_week, 1)
    texts = {
        "own": _("%(pace)s items a week over the last weeks, its own history of %(weeks)s weeks."),
        "teams": _("%(pace)s items a week: the pace of its teams, as if they did nothing else, "
                   "for it has too few weeks of its own (%(weeks)s weeks of history)."),
        "product": _("%(pace)s items a week: the pace of the product (%(weeks)s weeks of "
                     "history)."),
    }
    return texts[found.pace] % {"pace": per_week, "weeks": formats.number(found.weeks, 0)}


def _arriving(found: Forecast) -> str:
    if found.too_few or found.arriving < 0.5 * max(found.per_week, 0.1) or not found.left:
        return ""
    return _("%(count)s new items arrive each week: what will be added is not in the forecast.") % {
        "count": formats.number(found.arriving, 1),
    }


def _back(found: Forecast) -> dict[str, Any] | None:
    if found.too_few:
        return None
    back = found.back
    if back is None:
        return {
            "text": _("No back-test: it takes %(needed)s weeks of history, there are %(weeks)s.")
            % {"needed": found.needed, "weeks": found.weeks},
            "tone": "warn", "verdict": "",
        }
    count = len(back.origins)
    text = ngettext(
        "Tried on the past: of %(count)s forecast over %(ahead)s weeks, the 80 %% interval held "
        "in %(coverage)s, the number announced with 85 %% was reached in %(kept)s.",
        "Tried on the past: of %(count)s forecasts over %(ahead)s weeks, the 80 %% interval held "
        "in %(coverage)s, the number announced with 85 %% was reached in %(kept)s.",
        count,
    ) % {
        "count": formats.number(count, 0), "ahead": AHEAD,
        "coverage": formats.percent(back.coverage[80]), "kept": formats.percent(back.kept[85]),
    }
    tone_, verdict = words.VERDICTS[back.verdict]
    return {"text": text, "tone": tone_, "verdict": str(verdict)}


def _explained(found: Forecast, chance: int) -> Explanation:
    method = (
        _("5,000 futures made of how the past weeks moved") if found.method == "follow"
        else _("5,000 futures made of weeks of the past, drawn at random")
    )
    return Explanation(
        title=_("Done in %(chance)s %% of the futures by") % {"chance": chance},
        value=_day(found.when.get(chance)),
        lines=(
            (_("Items left"), formats.number(found.left, 0), ""),
            (_("Pace"), _pace(found), ""),
            (_("Method"), method, ""),
            *(((_("Without what it waits for"), _day(found.alone.get(chance)), ""),)
              if found.waits else ()),
        ),
        as_of=found.known_until,
    )
