"""The tool bar of the portfolio pages: filters, grouping, columns, order, density, as addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.readmodels.book import default_year
from portulan.readmodels.book import years as fiscal_years
from portulan.readmodels.initiatives import INITIATIVE_GROUPS, initiative_choices
from portulan.readmodels.load import load_map
from portulan.readmodels.portfolio import choices
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import HORIZONS, Roadmap
from portulan.readmodels.selection import GROUPS, axis_of
from portulan.web.plugs import Link
from portulan.web.portfolio import words
from portulan.web.portfolio.asked import INITIATIVES, Asked
from portulan.wording import formats

MONEY_COLUMNS = frozenset({"committed", "planned", "landing", "drift", "bar", "cost"})
#: Values offered in a menu; the rest are found by the words typed.
OFFERED = 14


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    remove: str


@dataclass(frozen=True, slots=True)
class Adder:
    """A filter that may be added: its values, with how many rows have each."""

    name: str
    label: str
    links: tuple[Link, ...]
    more: int


def chips(reader: Reader, view: Asked, here: str) -> list[Chip]:
    """The filters in force."""
    names = _names(reader, view)
    found = []
    for parameter, values in view.view.filters.items():
        for value in values:
            shown = words.value_name(parameter, value, names.get((parameter, value), value))
            label = words.FILTERS[parameter]
            found.append(Chip(str(label), shown, view.toggled(here, parameter, value)))
    if view.view.text:
        found.append(Chip(_("Text"), f"« {view.view.text} »", view.url(here, q=None)))
    if view.view.year is not None:
        found.append(Chip(_("Fiscal year"), str(view.view.year), view.url(here, year=None)))
    return found


def _choices(reader: Reader, view: Asked) -> dict[str, list[tuple[str, str, int]]]:
    if view.show == INITIATIVES:
        return initiative_choices(reader, view.view)
    return choices(reader, view.view)


def _names(reader: Reader, view: Asked) -> dict[tuple[str, str], str]:
    found = {
        (parameter, code): name
        for parameter, values in _choices(reader, view).items()
        for code, name, _count in values
    }
    found.update({("entity", e.code): e.name for e in reader.entities.values()})
    found.update({("line", line.code): line.name for line in reader.lines.values()})
    return found


def adders(reader: Reader, view: Asked, here: str) -> list[Adder]:
    """The filters that may be added, those with something to choose."""
    found = []
    for parameter, values in _choices(reader, view).items():
        chosen = view.view.filters.get(parameter, ())
        if len(values) < 2 and not chosen:
            continue
        links = tuple(
            Link(words.value_name(parameter, code, name), view.toggled(here, parameter, code),
                 detail=formats.number(count), current=code in chosen)
            for code, name, count in values[:OFFERED]
        )
        found.append(
            Adder(parameter, str(words.FILTERS[parameter]), links, max(0, len(values) - OFFERED))
        )
    if view.show != INITIATIVES and reader.sees_money:
        link = Link(words.MONEY["over"], view.toggled(here, "money", "over"),
                    current="over" in view.view.filters.get("money", ()))
        found.append(Adder("money", str(words.FILTERS["money"]), (link,), 0))
    return found


def axes(reader: Reader, view: Asked, here: str) -> list[Link]:
    """The axes that have lines."""
    used = [axis for axis in words.AXES if any(x.axis == axis for x in reader.lines.values())]
    now = axis_of(reader, view.view.axis)
    if len(used) < 2:
        return []
    return [Link(words.AXES[a], view.url(here, axis=a, line=None), current=a == now) for a in used]


def years(reader: Reader, view: Asked, here: str) -> list[Link]:
    """The fiscal years."""
    if not reader.sees_money:
        return []
    now = view.view.year or default_year(reader)
    return [
        Link(str(year), view.url(here, year=str(year)), current=year == now)
        for year in fiscal_years(reader)
    ]


def grouping(view: Asked, here: str) -> list[Link]:
    """The groupings."""
    groups = INITIATIVE_GROUPS if view.show == INITIATIVES else GROUPS
    none = [] if here == "portfolio:roadmap" else [
        Link(_("No group"), view.url(here, group=None), current=not view.view.group)
    ]
    return none + [
        Link(words.FILTERS[g], view.url(here, group=g), current=view.view.group == g)
        for g in groups
    ]


def choosing(view: Asked, here: str, sees_money: bool) -> list[Link]:
    """The columns: each link shows or hides one."""
    found = []
    for name in view.all_columns:
        if not sees_money and name in MONEY_COLUMNS:
            continue
        shown = set(view.columns) ^ {name}
        kept = tuple(c for c in view.all_columns if c in shown)
        value = None if kept == view.default_columns else ",".join(kept) or "-"
        found.append(
            Link(words.COLUMNS[name], view.url(here, columns=value), current=name in view.columns)
        )
    return found


def sorting(view: Asked, here: str, sorts: Sequence[str], sees_money: bool) -> list[Link]:
    """The orders; figures begin with the largest."""
    found = []
    for name in sorts:
        if not sees_money and name in MONEY_COLUMNS:
            continue
        large = name in ("planned", "landing", "drift", "score", "findings", "cost", "effort")
        value = None if name == "name" else ("-" if large else "") + name
        found.append(
            Link(words.SORTS[name], view.url(here, sort=value), current=view.view.sort == name)
        )
    return found


def density(view: Asked, here: str) -> list[Link]:
    """Airy or compact rows."""
    return [
        Link(_("Airy rows"), view.url(here, density=None), "menu-2", current=not view.compact),
        Link(_("Compact rows"), view.url(here, density="compact"), "baseline-density-small",
             current=view.compact),
    ]


def before(columns: Sequence[str]) -> int:
    """How many cells of a row come before the first figure of money, the name included."""
    for index, name in enumerate(columns):
        if name in MONEY_COLUMNS:
            return index + 1
    return len(columns) + 1


def zooms(view: Asked, zoom: str) -> list[Link]:
    """How much time the roadmap shows."""
    labels = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    return [
        Link(labels[z], view.url("portfolio:roadmap", zoom=None if z == "quarter" else z),
             current=z == zoom)
        for z in HORIZONS
    ]


def baselines(view: Asked, found: Roadmap) -> list[Link]:
    """The frozen references to compare with."""
    now = found.baseline.code if found.baseline else ""
    links = [
        Link(f"{formats.day(b.taken_on)} · {b.name}",
             view.url("portfolio:roadmap", baseline=b.code), current=b.code == now)
        for b in found.baselines
    ]
    if links:
        links.append(Link(_("None"), view.url("portfolio:roadmap", baseline="-"), current=not now))
    return links


def teams(reader: Reader, view: Asked, team: str) -> list[Link]:
    """The teams whose load may be drawn under the bars."""
    return [
        Link(row.team.name, view.url("portfolio:roadmap", team=row.team.code),
             current=row.team.code == team)
        for row in load_map(reader).rows[:40]
    ]
