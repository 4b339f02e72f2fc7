"""What people write and keep: dossiers, agendas, reviews, views, comments, the frozen baseline."""

from __future__ import annotations

from datetime import date, timedelta

from portulan.cli.sample.group import Group, listed, table
from portulan_core.model import Decision, Initiative, Product
from portulan_core.periods import first_day

SECTIONS = (
    "context", "vision", "objectives", "options", "risks", "impact", "rollout", "indicators",
)  # fmt: skip
VERDICTS = {
    "whole": "approved",
    "conditional": "approved",
    "partial": "approved",
    "refused": "refused",
    "deferred": "deferred",
}
CHANGES = {"stop": "out", "continue": "keep", "reinforce": "keep"}
#: What happened to these was decided otherwise than the rest of their decision.
OTHERWISE = {"mob-refonte": "deferred", "sig-trois": "deferred", "pil-mobile": "deferred"}


def build(group: Group) -> None:
    """Add them all."""
    _past_dossiers(group)
    _coming_dossiers(group)
    _agendas(group)
    _reviews(group)
    _views(group)
    _comments(group)
    _baseline(group)


def _past_dossiers(group: Group) -> None:
    """The dossier behind each decision, with its lines as they were voted."""
    numbers: dict[int, int] = {}
    rows = sorted(table("decisions"), key=lambda row: group.sitting(row["forum"], int(row["back"])))
    for row in rows:
        decision = group.get(Decision, "decisions", row["key"])
        assert decision.decided_on is not None
        asked = decision.decided_on - timedelta(days=24)
        numbers[asked.year] = numbers.get(asked.year, 0) + 1
        products = listed(row["products"])
        uid = group.detail(
            "governance.dossier",
            code=f"{asked.year}-{numbers[asked.year]:03d}",
            name=row["title"],
            kind=row["kind"],
            state="decided",
            entity=group.find("entities", "VAL"),
            owner=_owner(group, products),
            product=group.find("products", products[0]) if len(products) == 1 else None,
            requested_on=asked,
            sections=_sections(group, row, products),
        )
        group.keys["dossiers"][row["key"]] = uid
        group.detail("governance.decision", decision.uid, dossier=uid)
        for promise in table("promises"):
            if promise["decision"] == row["key"]:
                key = f"{row['key']}:{promise['title']}"
                group.detail("governance.promise", group.find("promises", key), dossier=uid)
        _lines(group, row, decision, uid)
        group.detail(
            "governance.agendaitem",
            meeting=decision.meeting,
            position=len(group.keys["items"]) % 6 + 1,
            title=row["title"],
            kind="decision",
            minutes_planned=20,
            dossier=uid,
            product=group.find("products", products[0]) if products else None,
            state="closed",
            decision_text=row["text"],
        )
        group.keys["items"][row["key"]] = uid


def _owner(group: Group, products: list[str]) -> str | None:
    for squad in table("squads"):
        if products and products[0] in listed(squad["products"]):
            return group.find("people", squad["manager"])
    return group.find("people", "Hélène Marchand")


def _sections(group: Group, row: dict[str, str], products: list[str]) -> dict[str, str]:
    written = dict.fromkeys(SECTIONS, "")
    if products:
        product = group.get(Product, "products", products[0])
        written["vision"] = product.vision
        written["objectives"] = product.value_business
    problems = [
        group.details["portfolio.initiative"][group.find("initiatives", key)]["problem"]
        for key in listed(row["initiatives"])
    ]
    written["context"] = " ".join(text for text in problems[:3] if text) or row["text"]
    written["options"] = f"Décider : {row['text']}\n\nNe rien faire : le problème demeure."
    written["risks"] = row["conditions"] or "Aucun risque au-delà de ceux déjà suivis."
    written["impact"] = "Figure dans le plan et dans les enveloppes de l’exercice."
    written["rollout"] = "Selon la feuille de route."
    written["indicators"] = "Ceux des promesses ci-dessous."
    return written


def _lines(group: Group, row: dict[str, str], decision: Decision, uid: str) -> None:
    verdict = VERDICTS[row["verdict"]]
    for position, initiative_uid in enumerate(decision.initiatives):
        initiative = group.rows["initiatives"][initiative_uid]
        assert isinstance(initiative, Initiative)
        key = next(k for k, u in group.keys["initiatives"].items() if u == initiative_uid)
        line = OTHERWISE.get(key, verdict)
        against = 2 if line != "approved" else int(position % 5 == 4)
        group.detail(
            "governance.dossierline",
            dossier=uid,
            position=position,
            title=initiative.name,
            initiative=initiative_uid,
            change=CHANGES.get(row["kind"], "in"),
            amount=initiative.cost,
            verdict=line,
            condition=row["conditions"] if row["verdict"] == "conditional" else "",
            deferred_to=group.today + timedelta(days=120) if line == "deferred" else None,
            votes_for=8 - against if line == "approved" else against,
            votes_against=against if line == "approved" else 8 - against,
            abstentions=0,
        )


def _coming_dossiers(group: Group) -> None:
    for number, row in enumerate(table("dossiers"), start=1):
        product = group.maybe("products", row["product"])
        uid = group.detail(
            "governance.dossier",
            code=f"{group.today.year}-{900 + number}",
            name=row["name"],
            kind=row["kind"],
            state=row["state"],
            entity=group.find("entities", "VAL"),
            owner=group.find("people", row["owner"]),
            product=product,
            requested_on=group.today - timedelta(days=9 * number),
            sections={code: row[code] for code in SECTIONS},
        )
        group.keys["dossiers"][row["key"]] = uid
        effects = []
        if row["kind"] == "launch_development" and product is not None:
            effects = [_to_development(group, product)]
        group.detail(
            "governance.dossierline",
            dossier=uid,
            title=row["name"],
            product=product,
            change="stage" if effects else "keep",
            effects=effects,
        )
    _promise(group, "soleil", "SOLEIL", "Communes signées", "communes", 0, 4, 9)
    _promise(group, "bot", "BOT", "Questions réglées sans conseiller", "%", 38, 50, 5)


def _to_development(group: Group, product: str) -> dict[str, object]:
    return {
        "v": 1,
        "type": "product.stage",
        "target": group.uid(),
        "before": None,
        "after": {
            "product": product,
            "stage": "development",
            "starts": group.thursday.isoformat(),
            "ends": None,
            "market": "",
        },
    }


def _promise(
    group: Group, key: str, code: str, title: str, unit: str, baseline: float, value: float,
    months: int,
) -> None:  # fmt: skip
    indicator = f"{code}-BUS"
    group.detail(
        "governance.promise",
        dossier=group.keys["dossiers"][key],
        product=group.find("products", code),
        indicator=group.find("indicators", indicator),
        kind="indicator",
        title=title,
        unit=unit,
        baseline=baseline,
        promised=value,
        due_on=group.day_in(months),
        guarantor=_owner(group, [code]),
    )


def _agendas(group: Group) -> None:
    positions: dict[str, int] = {}
    for row in table("agenda"):
        meeting = group.find("meetings", f"{row['forum']}:{row['back']}")
        position = positions.get(meeting, 0)
        positions[meeting] = position + 1
        group.detail(
            "governance.agendaitem",
            meeting=meeting,
            position=position,
            title=row["title"],
            kind=row["kind"],
            minutes_planned=int(row["minutes"]),
            dossier=group.keys["dossiers"][row["dossier"]] if row["dossier"] else None,
            product=group.maybe("products", row["product"]),
        )


def _reviews(group: Group) -> None:
    for row in table("reviews"):
        group.detail(
            "governance.valuereview",
            product=group.find("products", row["product"]),
            on=group.sitting("CPF", int(row["back"])),
            proposed=row["proposed"],
            verdict=row["verdict"],
            comment=row["comment"],
        )


def _views(group: Group) -> None:
    for row in table("views"):
        group.detail(
            "collaboration.savedview",
            page=row["page"],
            name=row["name"],
            query=row["query"],
            sharing=row["sharing"],
        )


def _comments(group: Group) -> None:
    for row in table("comments"):
        known = row["subject"] in group.keys["products"]
        kind = "product" if known else "initiative"
        group.detail(
            "collaboration.comment",
            subject_kind=kind,
            subject_uid=group.find(f"{kind}s", row["subject"]),
            author=group.find("people", row["author"]),
            text=row["text"],
        )


def _baseline(group: Group) -> None:
    """The plan as it was frozen at the start of the fiscal year: some of it has slipped since."""
    taken: date = first_day(group.year_start)
    placements = {}
    for number, row in enumerate(group.all(Initiative, "initiatives")):
        if row.start is None or row.state not in ("planned", "in_progress", "done"):
            continue
        slip = (0, 0, 0, 1, 0, 2, 0, 0)[number % 8] if row.state != "done" else 0
        placements[row.uid] = [row.start - slip, row.months, row.cost]
    group.detail(
        "portfolio.baseline",
        code=f"REF-{group.year}",
        name="Plan voté de l’exercice",
        taken_on=taken,
        placements=placements,
    )
