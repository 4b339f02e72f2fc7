"""Writes the first version of a dossier's eight sections from the facts, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.governance.actions import Draft, PromiseInput
from portulan.governance.queries.briefing import Briefing
from portulan.web.governance import choices, words
from portulan.wording import formats, vocabulary
from portulan_core.periods import last_day

#: At most so many promises are proposed: beyond, nobody would check them.
MOST_PROMISES = 40


def scenario_draft(name: str, scenario: str, facts: Briefing) -> Draft:
    """A dossier that adopts a scenario."""
    context = [
        _plan_now(facts),
        _("The scenario “%(name)s” proposes %(changes)s.") % {
            "name": scenario, "changes": _changes(facts),
        },
    ]
    options = choices.first_options("adopt_scenario", scenario)
    return Draft(name, _sections(facts, context, _scenario_options(facts)), _titles(facts),
                 _promises(facts), options)


def product_draft(name: str, kind: str, product: str, facts: Briefing) -> Draft:
    """A dossier about one product, in the words of its template."""
    context = [
        _("The committee is asked to decide on %(product)s: %(kind)s.") % {
            "product": product, "kind": words.kind(kind).lower(),
        },
        choices.about(kind),
        _measured(facts),
    ]
    return _of_template(name, kind, facts, context)


def work_draft(name: str, kind: str, work: str, facts: Briefing) -> Draft:
    """A dossier about an initiative, or about what a project carries."""
    context = [
        _("The committee is asked to decide on %(work)s: %(kind)s.") % {
            "work": work, "kind": words.kind(kind).lower(),
        },
        _plan_now(facts),
        _measured(facts),
    ]
    return _of_template(name, kind, facts, context)


def _of_template(name: str, kind: str, facts: Briefing, context: list[str]) -> Draft:
    options = choices.first_options(kind)
    return Draft(
        name, _sections(facts, context, choices.lines_of_options(options)), _titles(facts),
        _promises(facts), options,
    )


def standard_draft(name: str, kind: str) -> Draft:
    """A dossier about a standard or a waiver: the frame is written, the reasons are not."""
    options = choices.first_options(kind)
    context = _("The committee is asked to decide: %(kind)s.") % {
        "kind": words.kind(kind).lower()
    }
    sections = {
        "context": _paragraphs([context, choices.about(kind)]),
        "options": "\n".join(choices.lines_of_options(options)),
        "rollout": _("Say from when it applies, to whom, and how it is made known."),
    }
    return Draft(name, sections, options=options)


def review_draft(
    name: str, kind: str, product: str, facts: Briefing, reasons: Iterable[str], comment: str
) -> Draft:
    """A dossier that a value review asks for: its reasons are the context."""
    draft = product_draft(name, kind, product, facts)
    told = "\n".join(f"- {reason}" for reason in reasons)
    context = "\n\n".join(
        part for part in (
            _("The value review of %(day)s concludes: %(kind)s.") % {
                "day": formats.day(facts.day), "kind": words.kind(kind).lower(),
            },
            told,
            comment,
            draft.sections["context"],
        ) if part
    )
    return replace(draft, name=name, sections={**draft.sections, "context": context})


def reversal_draft(name: str, decision: str, facts: Briefing) -> Draft:
    """A dossier that would undo an earlier decision."""
    context = [
        _("Decision %(code)s was applied. This dossier proposes to go back on it: %(changes)s.") % {
            "code": decision, "changes": _changes(facts),
        },
        _plan_now(facts),
    ]
    options = [
        _("1. Undo decision %(code)s: each of its effects is turned round.") % {"code": decision},
        _("2. Keep it as it is."),
    ]
    return Draft(name, _sections(facts, context, options), _titles(facts))


def _sections(facts: Briefing, context: list[str], options: list[str]) -> dict[str, str]:
    return {
        "context": _paragraphs(context),
        "vision": _vision(facts),
        "objectives": _objectives(facts),
        "options": "\n".join(options),
        "risks": _risks(facts),
        "impact": _impact(facts),
        "rollout": _rollout(facts),
        "indicators": _indicators(facts),
    }


def _paragraphs(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _plan_now(facts: Briefing) -> str:
    found = facts.impact
    landing, envelope = found.landing[0], found.envelope[0]
    if envelope is None:
        text = _("On %(day)s the plan of %(year)s lands at %(landing)s.") % {
            "day": formats.day(facts.day), "year": found.fiscal_year,
            "landing": formats.money(landing),
        }
    elif landing > envelope:
        text = _(
            "On %(day)s the plan of %(year)s lands at %(landing)s for an envelope of "
            "%(envelope)s: %(gap)s too much."
        ) % {
            "day": formats.day(facts.day), "year": found.fiscal_year,
            "landing": formats.money(landing), "envelope": formats.money(envelope),
            "gap": formats.money(landing - envelope),
        }
    else:
        text = _(
            "On %(day)s the plan of %(year)s lands at %(landing)s, within its envelope of "
            "%(envelope)s."
        ) % {
            "day": formats.day(facts.day), "year": found.fiscal_year,
            "landing": formats.money(landing), "envelope": formats.money(envelope),
        }
    if found.peak is not None and found.peak[0].ratio > 1:
        text += " " + _("The team %(team)s is at %(ratio)s in %(quarter)s.") % {
            "team": found.peak[0].team, "ratio": formats.percent(found.peak[0].ratio),
            "quarter": formats.quarter(found.peak[0].month, found.peak[0].first_month),
        }
    return text


def _changes(facts: Briefing) -> str:
    counts: dict[str, int] = {}
    for difference in facts.differences:
        counts[difference.change] = counts.get(difference.change, 0) + 1
    texts = {
        "in": lambda n: ngettext("%(n)s initiative enters", "%(n)s initiatives enter", n),
        "out": lambda n: ngettext("%(n)s initiative leaves", "%(n)s initiatives leave", n),
        "moved": lambda n: ngettext("%(n)s initiative moves", "%(n)s initiatives move", n),
        "resized": lambda n: ngettext(
            "%(n)s initiative changes size", "%(n)s initiatives change size", n
        ),
        "envelope": lambda n: ngettext("%(n)s envelope changes", "%(n)s envelopes change", n),
        "capacity": lambda n: ngettext("%(n)s capacity changes", "%(n)s capacities change", n),
        "stage": lambda n: ngettext("%(n)s change of stage", "%(n)s changes of stage", n),
    }
    said = [texts[c](n) % {"n": n} for c, n in counts.items() if c in texts]
    return ", ".join(said) or _("no change")


def _measured(facts: Briefing) -> str:
    known = [row for row in facts.indicators if row.value is not None]
    if not known:
        return _("No indicator of this product has been measured yet.")
    lines = [
        _("- %(name)s: %(value)s on %(day)s") % {
            "name": row.name, "value": _amount(row.value, row.unit), "day": formats.day(row.on),
        }
        for row in known[:8]
    ]
    return _("Last measures:") + "\n" + "\n".join(lines)


def _amount(value: float | None, unit: str) -> str:
    return f"{formats.number(value)}{formats.NBSP}{unit}".strip() if unit else formats.number(value)


def _scenario_options(facts: Briefing) -> list[str]:
    before, after = facts.impact.landing
    return [
        _("1. Adopt the scenario: the landing goes from %(before)s to %(after)s.") % {
            "before": formats.money(before), "after": formats.money(after),
        },
        _("2. Change nothing: the landing stays at %(before)s.") % {
            "before": formats.money(before)
        },
        _("3. Decide line by line: each line has its own effect on the landing."),
    ]


def _vision(facts: Briefing) -> str:
    told = [f"- {name}{_colon()}{vision}" for _code, name, vision in facts.products if vision]
    silent = [name for _code, name, vision in facts.products if not vision]
    if silent:
        told.append(
            _("- Vision still to be written: %(names)s") % {"names": ", ".join(silent)}
        )
    return "\n".join(told) or _("This decision concerns no product in particular.")


def _colon() -> str:
    return f"{formats.NBSP}: " if formats.french() else ": "


def _objectives(facts: Briefing) -> str:
    if not facts.objectives:
        return _("No objective is tied to these products: say which one this decision serves.")
    return "\n".join(f"- {name} ({products})" for name, products in facts.objectives)


def _risks(facts: Briefing) -> str:
    told = [
        _("- %(name)s (%(subject)s, level %(level)s of 25)") % {
            "name": row.name, "subject": row.subject, "level": row.level,
        }
        for row in facts.risks
    ]
    told += [
        _("- %(waiting)s waits for %(gone)s, which leaves the plan") % {
            "waiting": waiting, "gone": gone,
        }
        for waiting, gone in facts.waiting
    ]
    return "\n".join(told) or _("No open risk is recorded on what this decision concerns.")


def _impact(facts: Briefing) -> str:
    found = facts.impact
    told = [
        _("- Landing %(year)s: %(before)s today, %(after)s after.") % {
            "year": found.fiscal_year, "before": formats.money(found.landing[0]),
            "after": formats.money(found.landing[1]),
        }
    ]
    envelope = found.envelope[1]
    if envelope is not None:
        margin = envelope - found.landing[1]
        pattern = (
            _("- Envelope of %(amount)s: kept, %(margin)s left.")
            if margin >= 0
            else _("- Envelope of %(amount)s: exceeded by %(margin)s.")
        )
        told.append(
            pattern % {"amount": formats.money(envelope), "margin": formats.money(abs(margin))}
        )
    if found.peak is not None:
        peak, after = found.peak
        told.append(
            _("- Team %(team)s in %(quarter)s: %(before)s today, %(after)s after.") % {
                "team": peak.team, "quarter": formats.quarter(peak.month, peak.first_month),
                "before": formats.percent(peak.ratio), "after": formats.percent(after),
            }
        )
    return "\n".join(told)


def _rollout(facts: Briefing) -> str:
    told = []
    for place in sorted(facts.places, key=lambda p: (p.start is None, p.start or 0, p.name)):
        if place.change == "out":
            told.append(_("- %(name)s: leaves the plan") % {"name": place.name})
        else:
            told.append(f"- {place.name}{_colon()}{formats.period(place.start, place.end)}")
    return "\n".join(told) or _("No initiative changes its dates. Say who does what, and when.")


def _indicators(facts: Briefing) -> str:
    told = [
        _("- %(name)s (%(product)s): target %(target)s, today %(value)s") % {
            "name": row.name, "product": row.product, "target": _amount(row.target, row.unit),
            "value": _amount(row.value, row.unit),
        }
        for row in facts.indicators
        if row.target is not None
    ]
    told += [
        _("- %(kind)s of %(name)s in %(year)s: %(amount)s") % {
            "kind": vocabulary.word(words.BENEFITS, row.kind), "name": row.initiative,
            "year": row.year,
            "amount": formats.number(row.amount) + " h"
            if row.kind == "user_time"
            else formats.money(row.amount),
        }
        for row in facts.benefits
    ]
    return "\n".join(told[:30]) or _("Say which measure will show that the decision was right.")


def _titles(facts: Briefing) -> dict[str, str]:
    titles = {}
    for difference in facts.differences:
        if difference.name:
            continue
        effect = difference.effects[0]
        if difference.change == "envelope":
            titles[difference.target] = _("Envelope: %(before)s → %(after)s") % {
                "before": formats.money(effect.before), "after": formats.money(effect.after),
            }
        elif difference.change == "capacity":
            titles[difference.target] = _("Capacity: %(before)s → %(after)s") % {
                "before": formats.effort(effect.before), "after": formats.effort(effect.after),
            }
    return titles


def _promises(facts: Briefing) -> tuple[PromiseInput, ...]:
    """Cost, end and first yearly benefit of each initiative that goes ahead."""
    by_uid = {d.target: d for d in facts.differences}
    found: list[PromiseInput] = []
    for place in facts.places:
        if place.change == "out" or place.end is None:
            continue
        difference = by_uid[place.uid]
        end = last_day(place.end - 1)
        found.append(
            PromiseInput(
                "date", _("End of %(name)s") % {"name": place.name}, promised_on=end,
                due_on=end, initiative=difference.initiative, product=difference.product,
            )
        )
        if place.change in ("in", "resized") and place.cost:
            found.append(
                PromiseInput(
                    "cost", _("Cost of %(name)s") % {"name": place.name},
                    promised=float(place.cost), due_on=end, unit="EUR",
                    initiative=difference.initiative, product=difference.product,
                )
            )
    seen: set[tuple[str, str]] = set()
    for row in sorted(facts.benefits, key=lambda b: b.year):
        difference = by_uid[row.uid]
        if difference.change == "out" or (row.uid, row.kind) in seen:
            continue
        seen.add((row.uid, row.kind))
        hours = row.kind == "user_time"
        found.append(
            PromiseInput(
                "benefit",
                _("%(kind)s of %(name)s in %(year)s") % {
                    "kind": vocabulary.word(words.BENEFITS, row.kind), "name": row.initiative,
                    "year": row.year,
                },
                promised=float(row.amount), due_on=date(row.year, 12, 31),
                unit="h" if hours else "EUR", initiative=difference.initiative,
                product=difference.product,
            )
        )
    return tuple(found[:MOST_PROMISES])
