"""What each page says first."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.readmodels.initiatives import Initiatives
from portulan.readmodels.money import budget
from portulan.readmodels.portfolio import Column, Portfolio
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import Roadmap
from portulan.web.portfolio.words import joined
from portulan.wording import formats

#: Names in a sentence, and the part of the overrun that they must make to be worth naming.
NAMED, PART = 3, 0.4


def _beyond_envelopes(reader: Reader, shown: Portfolio) -> SafeString:
    """Which few lines carry most of what goes beyond the envelopes."""
    found = budget(reader, year=shown.year, axis=shown.axis)
    if found is None or not found.headline.over or found.headline.over <= 0:
        return SafeString("")
    lines = [line for line in found.headline.lines if line.kind == "line"]
    beyond = sum(line.amount for line in found.headline.lines)
    names, covered = [], 0
    for line in lines[:NAMED]:
        names.append(line.name)
        covered += line.amount
        if covered >= 0.6 * beyond:
            break
    if not names:
        return SafeString("")
    tail = ngettext(
        "carries %(part)s of what goes beyond the envelopes.",
        "carry %(part)s of what goes beyond the envelopes.",
        len(names),
    ) % {"part": formats.percent(covered / beyond)}
    return format_html("<b>{}</b> {}", joined(names), tail)


def products(reader: Reader, shown: Portfolio, whole: bool) -> SafeString:
    """How many there are, and which few lines or products make most of the overrun.

    ``whole``: nothing is filtered, so that lines can be held against their envelopes.
    """
    count = shown.table.count
    first = ngettext("%(count)s product.", "%(count)s products.", count) % {
        "count": formats.number(count)
    }
    if not shown.sees_money:
        return format_html("{}", first)
    if whole:
        said = _beyond_envelopes(reader, shown)
        if said:
            return format_html("{} {}", first, said)
    if not shown.drifters:
        return format_html("{}", first)
    beyond = shown.beyond
    names, covered = [], 0
    for name, amount in shown.drifters[:NAMED]:
        names.append(name)
        covered += amount
        if covered >= beyond / 2:
            break
    if not beyond or covered < PART * beyond:
        over = _("%(amount)s beyond the plan in all.") % {"amount": formats.money(beyond)}
        return format_html("{} {}", first, over)
    tail = ngettext(
        "makes %(part)s of the %(amount)s beyond the plan.",
        "make %(part)s of the %(amount)s beyond the plan.",
        len(names),
    ) % {"part": formats.percent(covered / beyond), "amount": formats.money(beyond)}
    return format_html("{} <b>{}</b> {}", first, joined(names), tail)


def initiatives(shown: Initiatives) -> SafeString:
    """How many there are, and what they land at."""
    count = shown.table.count
    first = ngettext("%(count)s initiative.", "%(count)s initiatives.", count) % {
        "count": formats.number(count)
    }
    if not shown.sees_money or not shown.table.sums.landing:
        return format_html("{}", first)
    tail = _("They land at %(amount)s in %(year)s.") % {
        "amount": formats.money(shown.table.sums.landing), "year": shown.year,
    }
    return format_html("{} {}", first, tail)


def board(columns: list[Column]) -> SafeString:
    """How many products, and those that nobody placed in a stage."""
    total = sum(c.count for c in columns)
    lost = sum(c.count for c in columns if not c.stage)
    first = ngettext("%(count)s product.", "%(count)s products.", total) % {
        "count": formats.number(total)
    }
    if not lost:
        return format_html("{} {}", first, _("A committee decides each change of stage."))
    tail = ngettext(
        "%(count)s has no stage today.", "%(count)s have no stage today.", lost
    ) % {"count": formats.number(lost)}
    return format_html("{} <b>{}</b>", first, tail)


def roadmap(found: Roadmap) -> SafeString:
    """What slipped since the baseline, else what conflicts, else how many are placed."""
    if found.baseline and found.slipped and found.latest:
        slipped = ngettext(
            "%(count)s initiative slipped", "%(count)s initiatives slipped", found.slipped
        ) % {"count": formats.number(found.slipped)}
        name, months = found.latest
        tail = ngettext(
            "since the baseline of %(day)s; the latest, %(name)s, by %(months)s month.",
            "since the baseline of %(day)s; the latest, %(name)s, by %(months)s months.",
            months,
        ) % {"day": formats.day_short(found.baseline.taken_on), "name": name, "months": months}
        return format_html("<b>{}</b> {}", slipped, tail)
    count = found.table.count
    first = ngettext(
        "%(count)s initiative on the roadmap.", "%(count)s initiatives on the roadmap.", count
    ) % {"count": formats.number(count)}
    if found.conflicts:
        tail = ngettext(
            "%(count)s dependency in conflict.", "%(count)s dependencies in conflict.",
            len(found.conflicts),
        ) % {"count": formats.number(len(found.conflicts))}
        return format_html("{} <b>{}</b>", first, tail)
    if found.baseline:
        tail = _("None slipped since the baseline of %(day)s.") % {
            "day": formats.day_short(found.baseline.taken_on)
        }
        return format_html("{} {}", first, tail)
    return format_html("{}", first)
