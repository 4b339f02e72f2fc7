"""Committees past and coming, decisions with promises, actions, risks, requests."""

from __future__ import annotations

from datetime import date, time, timedelta

from portulan.cli.sample.group import Group, listed, table
from portulan_core.model import (
    ActionItem,
    Decision,
    Forum,
    ForumMember,
    Initiative,
    Meeting,
    Promise,
    Request,
    Risk,
)

#: Sittings of each forum that are behind, and ahead.
BEHIND = {"CPF": 7, "COS": 2, "CAR": 3}
AHEAD = {"CPF": 3, "COS": 1, "CAR": 1}
#: The amount, in cents, above which work needs a decision.
LIMIT = 10_000_000
#: Started without a decision, as it happens.
UNDECIDED = frozenset({"acc-revue", "api-portail"})
PLACE = {"CPF": "Salle du Môle, siège", "COS": "Salle du conseil, siège"}


def build(group: Group) -> None:
    """Add them all."""
    _forums(group)
    _meetings(group)
    _decisions(group)
    _promises(group)
    _actions(group)
    _risks(group)
    _requests(group)


def _forums(group: Group) -> None:
    for row in table("forums"):
        forum = Forum(
            uid=group.uid(),
            code=row["code"],
            name=row["name"],
            level=row["level"],
            entity=group.find("entities", row["entity"]),
            threshold=int(row["threshold"]) if row["threshold"] else None,
            kinds=tuple(listed(row["kinds"])),
            quorum=int(row["quorum"]),
        )
        group.add("forums", forum, row["code"])
        group.detail(
            "governance.forum", forum.uid, mandate=row["mandate"], cadence=row["cadence"]
        )
        seats = [(row["chair"], "chair"), (row["secretary"], "secretary")]
        seats += [(name, "votes") for name in listed(row["voters"])]
        seats += [(name, "advises") for name in listed(row["advisers"])]
        for name, right in seats:
            group.add(
                "forum_members",
                ForumMember(group.uid(), forum.uid, group.find("people", name), right),
                f"{row['code']}:{name}",
            )
    deputy = group.find("forum_members", "CPF:Yann Quémeneur")
    group.detail(
        "governance.forummember", deputy, deputy=group.find("people", "David Rivière")
    )


def _meetings(group: Group) -> None:
    minutes = {(row["forum"], row["back"]): row["text"] for row in table("minutes")}
    for row in table("forums"):
        code = row["code"]
        behind, ahead = BEHIND.get(code, 3), AHEAD.get(code, 2)
        for back in range(behind, -ahead, -1):
            day = group.sitting(code, back)
            closed = day < group.today
            meeting = Meeting(
                group.uid(),
                group.find("forums", code),
                day,
                "closed" if closed else "planned",
                f"{code}-{day.isoformat()}",
            )
            group.add("meetings", meeting, f"{code}:{back}")
            group.detail(
                "governance.meeting",
                meeting.uid,
                at=time.fromisoformat(row["time"]),
                place=PLACE.get(code, "À distance"),
                minutes=minutes.get((code, str(back)), ""),
            )
            if closed:
                names = [row["chair"], row["secretary"], *listed(row["voters"])]
                for number, name in enumerate(names):
                    group.detail(
                        "governance.attendance",
                        meeting=meeting.uid,
                        person=group.find("people", name),
                        present=(number + back) % 7 != 6,
                    )


def _decisions(group: Group) -> None:
    rows = sorted(table("decisions"), key=lambda row: group.sitting(row["forum"], int(row["back"])))
    covered = {key for row in rows for key in listed(row["initiatives"])}
    others = [
        row["key"]
        for row in table("initiatives")
        if row["state"] == "in_progress"
        and row["key"] not in covered | UNDECIDED
        and group.get(Initiative, "initiatives", row["key"]).cost > LIMIT
    ]
    numbers: dict[int, int] = {}
    for row in rows:
        day = group.sitting(row["forum"], int(row["back"]))
        numbers[day.year] = numbers.get(day.year, 0) + 1
        keys = listed(row["initiatives"]) + (others if row["key"] == "exercice" else [])
        initiatives = [group.get(Initiative, "initiatives", key) for key in keys]
        decision = Decision(
            uid=group.uid(),
            code=f"DEC-{day.year}-{numbers[day.year]:03d}",
            title=row["title"],
            kind=row["kind"],
            forum=group.find("forums", row["forum"]),
            meeting=group.find("meetings", f"{row['forum']}:{row['back']}"),
            state=row["state"],
            verdict=row["verdict"],
            decided_on=day,
            effective_on=day,
            review_on=group.today + timedelta(days=60 + 10 * len(keys)),
            products=tuple(group.find("products", code) for code in listed(row["products"])),
            initiatives=tuple(initiative.uid for initiative in initiatives),
            applied=row["state"] == "applied",
        )
        group.add("decisions", decision, row["key"])
        group.detail(
            "governance.decision",
            decision.uid,
            text=row["text"],
            conditions=row["conditions"],
            amount=sum(initiative.cost for initiative in initiatives),
        )


def _subject(group: Group, key: str) -> tuple[str | None, str | None]:
    """A product code or an initiative key as ``(product, initiative)``."""
    if key in group.keys["products"]:
        return group.find("products", key), None
    return None, group.find("initiatives", key)


def _amount(row: dict[str, str], column: str) -> float | None:
    """A figure of a promise as it is kept: money in cents, the rest in its own unit."""
    if not row[column]:
        return None
    return float(row[column]) * (100_000 if row["unit"] == "k€" else 1)


def _came(row: dict[str, str], due: date) -> date | None:
    """The day on which what was promised came."""
    if not row["realised"]:
        return None
    return due + timedelta(days=int(row["realised"])) if row["kind"] == "date" else due


def _promises(group: Group) -> None:
    for row in table("promises"):
        product, initiative = _subject(group, row["subject"])
        decision = group.get(Decision, "decisions", row["decision"])
        due = group.day_in(float(row["due"]))
        promise = Promise(
            uid=group.uid(),
            decision=decision.uid,
            kind=row["kind"],
            due_on=due,
            product=product,
            initiative=initiative,
            indicator=group.maybe("indicators", row["indicator"]),
            promised=_amount(row, "promised"),
            # What came of a date is so many days late.
            realised=None if row["kind"] == "date" else _amount(row, "realised"),
        )
        group.add("promises", promise, f"{row['decision']}:{row['title']}")
        squad = next(
            (r for r in table("squads") if row["subject"] in listed(r["products"])), None
        )
        group.detail(
            "governance.promise",
            promise.uid,
            title=row["title"],
            unit="EUR" if row["unit"] == "k€" else row["unit"],
            baseline=_amount(row, "baseline"),
            promised_on=due if row["kind"] == "date" else decision.decided_on,
            realised_on=_came(row, due),
            guarantor=group.maybe("people", squad["manager"] if squad else "Rémi Lemoine"),
        )


def _actions(group: Group) -> None:
    for row in table("actions"):
        due = group.today + timedelta(days=int(row["due"]))
        action = ActionItem(
            uid=group.uid(),
            title=row["title"],
            decision=group.maybe("decisions", row["decision"]),
            owner=group.find("people", row["owner"]),
            due_on=due,
            state=row["state"],
        )
        group.add("action_items", action, row["title"])
        back = next((r["back"] for r in table("decisions") if r["key"] == row["decision"]), "1")
        group.detail(
            "governance.actionitem",
            action.uid,
            meeting=group.find("meetings", f"{row['forum']}:{back}"),
            done_on=due - timedelta(days=2) if row["state"] == "done" else None,
        )


def _risks(group: Group) -> None:
    for row in table("risks"):
        product, initiative = _subject(group, row["subject"])
        risk = Risk(
            uid=group.uid(),
            target_type="product" if product else "initiative",
            target=product or initiative or "",
            name=row["name"],
            kind=row["kind"],
            likelihood=int(row["likelihood"]),
            impact=int(row["impact"]),
            owner=group.find("people", row["owner"]),
            state=row["state"],
            review_on=group.today + timedelta(days=int(row["review"])),
        )
        group.add("risks", risk, row["subject"])
        group.detail("compliance.risk", risk.uid, mitigation=row["mitigation"])


def _requests(group: Group) -> None:
    askers = [row["business"] for row in table("squads")]
    for number, row in enumerate(table("requests"), start=1):
        answered: date | None = None
        if row["answered"]:
            answered = group.today - timedelta(days=int(row["answered"]))
        request = Request(
            uid=group.uid(),
            code=f"DMD-{number:03d}",
            name=row["name"],
            product=group.find("products", row["product"]),
            source=row["source"],
            asked_on=group.today - timedelta(days=int(row["asked"])),
            answered_on=answered,
            state=row["state"],
        )
        group.add("requests", request, request.code)
        group.detail(
            "portfolio.request",
            request.uid,
            need=row["need"],
            answer=row["answer"],
            asked_by=group.find("people", askers[number % len(askers)]),
        )
