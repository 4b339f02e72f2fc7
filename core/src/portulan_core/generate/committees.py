"""Committees, meetings, decisions with promises kept, risks and requests of a coherent world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from portulan_core.generate import words
from portulan_core.model import (
    ActionItem,
    Decision,
    Entity,
    Forum,
    ForumMember,
    Initiative,
    Meeting,
    Promise,
    Request,
    Risk,
)

if TYPE_CHECKING:
    from portulan_core.generate.clean import Builder, Unit

ACTIVE = ("exploration", "development", "run")


def governance(builder: Builder) -> None:
    """Committees of three levels, past sittings with decisions, coming ones, actions."""
    group, roles = builder.group, builder.group_roles
    strategic = _forum(builder, "COS", "Comité stratégique", "strategic", group, None, 3)
    heads = [unit.roles["executive"] for unit in builder.units[:4]]
    _seats(builder, strategic, roles["executive"], roles["pmo"], [*heads, roles["finance"]])
    _sittings(builder, strategic, 91, [])
    design = _forum(builder, "CAR", "Comité d’architecture", "architecture", group, None, 2)
    _seats(builder, design, roles["architect"], roles["pmo"], [roles["security"], roles["legal"]])
    _sittings(builder, design, 30, [])
    for unit in builder.units:
        forum = _forum(
            builder,
            f"CPF-{unit.entity.code}",
            f"Comité de portefeuille {unit.entity.name}",
            "portfolio",
            unit.entity,
            None,
            3,
        )
        unit.forum = forum
        _seats(
            builder,
            forum,
            unit.roles["executive"],
            unit.roles["pmo"],
            [unit.roles["finance"], unit.roles["head_of_product"], unit.roles["business"]],
        )
        _sittings(builder, forum, 30, [unit])


def _forum(
    builder: Builder,
    code: str,
    name: str,
    level: str,
    entity: Entity,
    threshold: int | None,
    quorum: int,
) -> Forum:
    row = Forum(builder.uid(), code, name, level, entity.uid, threshold, (), quorum)
    builder.add("forums", row)
    return row


def _seats(
    builder: Builder, forum: Forum, chair: str, secretary: str, voters: Iterable[str]
) -> None:
    builder.add("forum_members", ForumMember(builder.uid(), forum.uid, chair, "chair"))
    builder.add("forum_members", ForumMember(builder.uid(), forum.uid, secretary, "secretary"))
    for person in voters:
        builder.add("forum_members", ForumMember(builder.uid(), forum.uid, person, "votes"))


def _sittings(builder: Builder, forum: Forum, every: int, units: Sequence[Unit]) -> None:
    """Past meetings, closed, with their decisions; and the coming ones."""
    last = builder.today - timedelta(days=(builder.today.weekday() - 3) % 7 or 7)
    past = [last - timedelta(days=every * n) for n in range(3, -1, -1)]
    ahead = [last + timedelta(days=every * n) for n in (1, 2)]
    rows = [
        Meeting(
            builder.uid(),
            forum.uid,
            day,
            "closed" if day < builder.today else "planned",
            f"{forum.code}-{day.isoformat()}",
        )
        for day in (*past, *ahead)
    ]
    for row in rows:
        builder.add("meetings", row)
    for unit in units:
        _decisions(builder, forum, rows[:4], unit)


def _decisions(builder: Builder, forum: Forum, meetings: Sequence[Meeting], unit: Unit) -> None:
    """Everything of the present plan was decided in one of the past meetings."""
    planned = [r for r in unit.initiatives if r.state in ("planned", "in_progress")]
    size = max(1, -(-len(planned) // len(meetings)))
    for number, meeting in enumerate(meetings):
        part = planned[number * size : (number + 1) * size]
        if not part:
            continue
        decision = Decision(
            uid=builder.uid(),
            code=f"DEC-{unit.entity.code}-{number + 1}",
            title=f"Plan de {unit.entity.name}, séance {number + 1}",
            kind="adopt_scenario",
            forum=forum.uid,
            meeting=meeting.uid,
            state="applied",
            verdict="whole",
            decided_on=meeting.on,
            effective_on=meeting.on,
            review_on=builder.today + timedelta(days=90 + 30 * number),
            initiatives=tuple(r.uid for r in part),
            applied=True,
        )
        builder.add("decisions", decision)
        _promises(builder, decision, part)
        builder.add(
            "action_items",
            ActionItem(
                builder.uid(),
                "Publier la feuille de route mise à jour",
                decision.uid,
                unit.roles["pmo"],
                meeting.on + timedelta(days=14),
                "done",
            ),
        )
    if meetings and planned:
        builder.add(
            "action_items",
            ActionItem(
                builder.uid(),
                "Préparer le dossier de la prochaine séance",
                None,
                unit.roles["head_of_product"],
                builder.today + timedelta(days=10),
                "open",
            ),
        )


def _promises(builder: Builder, decision: Decision, part: Sequence[Initiative]) -> None:
    for row in part[:20]:
        product = builder.served[row.uid][0][0]
        for indicator in builder.indicators_of[product][:1]:
            value = indicator.last_value or 0.0
            kept = decision.decided_on is not None and builder.random.random() < 0.5
            due = builder.today - timedelta(days=3) if kept else builder.today + timedelta(days=120)
            if decision.decided_on is not None and due <= decision.decided_on:
                due, kept = builder.today + timedelta(days=120), False
            builder.add(
                "promises",
                Promise(
                    uid=builder.uid(),
                    decision=decision.uid,
                    kind="indicator",
                    due_on=due,
                    product=product,
                    initiative=row.uid,
                    indicator=indicator.uid,
                    promised=value if kept else indicator.target,
                    realised=value if kept else None,
                ),
            )


def risks_and_requests(builder: Builder) -> None:
    """Risks that somebody watches, requests that got an answer."""
    draw = builder.random
    for index, product in enumerate(builder.rows["products"]):
        if builder.stage_of[product.uid] not in ACTIVE:
            continue
        kind, name = words.RISKS[index % len(words.RISKS)]
        builder.add(
            "risks",
            Risk(
                uid=builder.uid(),
                target_type="product",
                target=product.uid,
                name=name,
                kind=kind,
                likelihood=draw.randint(1, 3),
                impact=draw.randint(1, 4),
                owner=builder.manager_of[product.uid],
                review_on=builder.today + timedelta(days=draw.randint(15, 80)),
            ),
        )
        if index % 3 == 0:
            fresh = index % 12 == 0
            asked = builder.today - timedelta(
                days=draw.randint(1, 8) if fresh else draw.randint(30, 200)
            )
            builder.add(
                "requests",
                Request(
                    uid=builder.uid(),
                    code=f"DMD-{index + 1:04d}",
                    name=words.REQUESTS[index % len(words.REQUESTS)],
                    product=product.uid,
                    source=draw.choice(("business", "tech", "user")),
                    asked_on=asked,
                    answered_on=None if fresh else asked + timedelta(days=12),
                    state="new" if fresh else draw.choice(("accepted", "refused")),
                ),
            )
