"""The matrix against what happened: who did what, under which role; and against the role sheets.

A role counts as it was held on the day of the change; letters as they are now. Nothing here ranks
people: the shares of topics are those of roles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate

from portulan.base.manifest import activities, manifests
from portulan.base.models import Change
from portulan.base.policy import Activity
from portulan.organisation.models import Person
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.queries import company_sheets
from portulan.readmodels.responsibilities.holders import Holding, Letters, Staff, kind_of

#: From this share on, and this many actions, what a role mostly does is not what it is for.
DRIFT, ENOUGH = 0.5, 10
#: Causes of changes that nobody typed one by one.
ELSEWHERE = ("import", "job")


@dataclass(frozen=True, slots=True)
class Done:
    """One person's acts of one kind on one day."""

    person: int | None
    activity: str
    day: date
    cause: str
    count: int


@dataclass(frozen=True, slots=True)
class Outside:
    """Acts of a person whose role of that day neither does nor answers.

    ``why``: ``no_role`` never held one that may, ``ended`` held it before, ``later`` only since.
    """

    activity: str
    person: str
    code: str
    count: int
    last: date
    why: str


@dataclass(frozen=True, slots=True)
class Acted:
    """What happened under one activity: by role, and what was outside."""

    activity: Activity
    app: str
    answers: str
    by_role: tuple[tuple[str, str, int, int], ...]
    total: int
    outside: int
    elsewhere: int
    answered: bool
    answering_people: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """What the holders of a role did, by topic; ``away`` is the share outside of their letters."""

    role: str
    people: int
    total: int
    away: float
    topics: tuple[tuple[str, int, bool], ...]

    @property
    def drifts(self) -> bool:
        """Whether most of what its holders do is not what the role is for."""
        return self.total >= ENOUGH and self.away > DRIFT


@dataclass(frozen=True, slots=True)
class Reality:
    """The report of a period."""

    acted: tuple[Acted, ...]
    outside: tuple[Outside, ...]
    drifts: tuple[Drift, ...]
    never: tuple[str, ...]
    total: int
    elsewhere: int

    @property
    def silent(self) -> list[Acted]:
        """Activities that others do while who answers for them never acts."""
        return [a for a in self.acted if a.total and not a.answered]

    @property
    def several(self) -> list[Acted]:
        """Activities for which several people acted as the one who answers."""
        return [a for a in self.acted if a.answering_people > 1 and a.alone]


def acts(since: date, until: date) -> list[Done]:
    """What was done in a period, changes undone left out (two queries)."""
    people = dict(Person.objects.exclude(account=None).values_list("account_id", "pk"))
    rows = (
        Change.objects.filter(at__date__gte=since, at__date__lte=until, undone_by=None)
        .annotate(day=TruncDate("at"))
        .values_list("account_id", "activity", "day", "cause_type")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return [
        Done(people.get(account) if account else None, activity, day, cause, n)
        for account, activity, day, cause, n in rows
    ]


def reality(staff: Staff, letters: Letters, done: Iterable[Done]) -> Reality:
    """The report; ``staff`` holds past assignments too (no query)."""
    known = activities()
    apps = {a.code: m.app for m in manifests() for a in m.activities}
    held: dict[int, list[Holding]] = defaultdict(list)
    for holding in staff.holdings:
        held[holding.person].append(holding)
    by_role: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    by_people: dict[tuple[str, str], set[int]] = defaultdict(set)
    outside: dict[tuple[str, int], tuple[int, date, str]] = {}
    elsewhere: Counter[str] = Counter()
    shares: dict[str, Counter[str]] = defaultdict(Counter)
    own: Counter[str] = Counter()
    holders: dict[str, set[int]] = defaultdict(set)
    for act in done:
        activity = known.get(act.activity)
        if activity is None or activity.reads:
            continue
        if act.person is None or act.cause in ELSEWHERE:
            elsewhere[activity.code] += act.count
            continue
        mine = held.get(act.person, [])
        today = [h for h in mine if _on(h, act.day)]
        found = _best(activity, letters, today)
        for role in {h.role for h in today}:
            holders[role].add(act.person)
            shares[role][apps[activity.code]] += act.count
            letter = letters.at(activity, _scope(today, role)).get(role, "")
            own[role] += act.count if letter in ("R", "A") else 0
        if found is not None:
            by_role[activity.code][found] += act.count
            by_people[(activity.code, found[0])].add(act.person)
            continue
        why = "no_role"
        ever = [h for h in mine if _best(activity, letters, [h]) is not None]
        if ever:
            why = "ended" if any(h.ends and h.ends < act.day for h in ever) else "later"
        count, last, _why = outside.get((activity.code, act.person), (0, act.day, why))
        outside[(activity.code, act.person)] = (count + act.count, max(last, act.day), why)
    rows = []
    for code, activity in known.items():
        if activity.reads:
            continue
        answers = next((r for r, v in letters.company.get(code, {}).items() if v == "A"), "")
        roles = by_role.get(code, Counter())
        away = sum(n for (activity_code, _p), (n, _l, _w) in outside.items()
                   if activity_code == code)
        acting = {role for (role, letter), n in roles.items() if letter == "A" and n}
        rows.append(
            Acted(
                activity, apps[code], answers,
                tuple(
                    (role, letter, n, len(by_people[(code, role)]))
                    for (role, letter), n in sorted(roles.items(), key=lambda i: i[0])
                ),
                sum(roles.values()) + away, away, elsewhere[code], bool(acting),
                len({p for role in acting for p in by_people[(code, role)]}),
                kind_of(activity) == "",
            )
        )
    drifts = []
    for role in (role for role in ROLES if role in shares):
        total = sum(shares[role].values())
        mine_of = {
            apps[code] for code, activity in known.items()
            if not activity.reads and letters.company.get(code, {}).get(role, "") in ("R", "A")
        }
        drifts.append(
            Drift(
                role, len(holders[role]), total, 1 - own[role] / total if total else 0.0,
                tuple(
                    (app, n, app in mine_of)
                    for app, n in sorted(shares[role].items(), key=lambda i: (-i[1], i[0]))
                ),
            )
        )
    people = staff.people
    return Reality(
        tuple(rows),
        tuple(
            sorted(
                (
                    Outside(
                        code, people[pk].name if pk in people else "–",
                        people[pk].code if pk in people else "", count, last, why,
                    )
                    for (code, pk), (count, last, why) in outside.items()
                ),
                key=lambda o: (o.activity, o.person),
            )
        ),
        tuple(drifts),
        tuple(a.activity.code for a in rows if not a.total and not a.elsewhere),
        sum(a.total for a in rows), sum(elsewhere.values()),
    )


def _on(holding: Holding, day: date) -> bool:
    return (holding.starts is None or holding.starts <= day) and (
        holding.ends is None or holding.ends >= day
    )


def _scope(holdings: Iterable[Holding], role: str) -> Any:
    return next(h.on.scope for h in holdings if h.role == role)


def _best(
    activity: Activity, letters: Letters, holdings: Iterable[Holding]
) -> tuple[str, str] | None:
    """The role under which somebody acts: the one that answers, else one that does."""
    found: tuple[str, str] | None = None
    for holding in holdings:
        letter = letters.at(activity, holding.on.scope).get(holding.role, "")
        if letter and letter in activity.permits:
            if letter == "A":
                return holding.role, letter
            if found is None or holding.role < found[0]:
                found = holding.role, letter
    return found


@dataclass(frozen=True, slots=True)
class SheetGap:
    """A role sheet and the matrix that do not say the same of an activity.

    ``code``: ``decides`` (the sheet says so, the letter gives no right), ``not_decides`` (the
    letter gives it although the sheet says not), ``unsaid`` (answers for it, the sheet is silent).
    """

    role: str
    activity: str
    letter: str
    code: str
    item: Mapping[str, Any]


def against_sheets(letters: Letters) -> list[SheetGap]:
    """Where role sheets and matrix differ (two queries)."""
    known = activities()
    found: list[SheetGap] = []
    for role, sections in sorted(company_sheets().items()):
        said: set[str] = set()
        for section in ("decides", "not_decides"):
            for item in sections.get(section, ()):
                for code in item.get("activities", ()):
                    if code not in known:
                        continue
                    said.add(code)
                    letter = letters.company.get(code, {}).get(role, "")
                    gives = letter in ("R", "A")
                    if gives != (section == "decides"):
                        found.append(SheetGap(role, code, letter, section, item))
        for code, activity in known.items():
            letter = letters.company.get(code, {}).get(role, "")
            if letter == "A" and code not in said and not activity.reads:
                found.append(SheetGap(role, code, letter, "unsaid", {}))
    return found
