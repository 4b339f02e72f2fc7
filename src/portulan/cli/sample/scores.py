"""Scores by several people on the five families; four initiatives that nobody can tell apart."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from portulan.cli.sample.group import Group, listed, table
from portulan_core.model import Assignment, Benefit, Initiative, InitiativeProduct
from portulan_core.scoring import FIVE_FAMILIES
from portulan_core.scoring.model import Criterion

MODEL = FIVE_FAMILIES
RANKED = ("proposed", "planned", "in_progress", "deferred")
#: Waiting for somebody to score them.
UNSCORED = frozenset({"cov-entreprises", "ach-fournis", "sta-capteurs", "cmp-missions"})
#: The same total in each family, reached by other ways.
TIED = {
    "sou-offre": (5, 4, 3, 4, 5, 4, 4, 4, 5, 4, 3, 3, 4, 4, 4),
    "rec-score": (4, 5, 4, 5, 4, 3, 3, 5, 4, 3, 3, 4, 5, 4, 3),
    "bot-voix": (5, 3, 4, 4, 4, 5, 5, 4, 4, 4, 2, 4, 3, 5, 4),
    "eff-marche": (4, 4, 5, 5, 3, 4, 4, 5, 3, 3, 4, 3, 4, 3, 5),
}

#: Where the manager and the business see things far apart; their mean stays what it was.
OPPOSED = frozenset(
    {
        ("eff-pilote", "urgency"),
        ("mob-compte", "reach"),
        ("pro-carbone", "process"),
        ("bor-itiner", "reach"),
        ("vel-regul", "urgency"),
        ("app-chauffage", "problem"),
    }
)


def build(group: Group) -> None:
    """Add the model and the scores."""
    model = group.detail(
        "prioritisation.scoringmodel",
        code=f"{MODEL.code}-{MODEL.version}",
        name=MODEL.label.fr,
        version=MODEL.version,
        definition=MODEL.to_json(),
        active=True,
        adopted_on=group.sitting("COS", 2),
    )
    managers = _people(group, "product_manager")
    business = _people(group, "business")
    products = {
        link.initiative: link.product
        for link in reversed(list(group.all(InitiativeProduct, "initiative_products")))
    }
    worth: dict[str, int] = {}
    for benefit in group.all(Benefit, "benefits"):
        worth[benefit.initiative] = worth.get(benefit.initiative, 0) + benefit.amount
    compliance = group.find("people", "Isabelle Fabre")
    for row in table("initiatives"):
        if row["state"] not in RANKED or row["key"] in UNSCORED:
            continue
        initiative = group.get(Initiative, "initiatives", row["key"])
        values = _values(row["key"], initiative, worth.get(initiative.uid, 0))
        product = products[initiative.uid]
        scorers = (
            (managers.get(product), ("business", "user", "vision", "feasibility", "risk"), 80),
            (business.get(product), ("business", "user"), 70),
            (initiative.estimate_author, ("feasibility",), 85),
            (compliance, ("risk",), 75),
        )
        for number, (author, families, confidence) in enumerate(scorers):
            if author is None:
                continue
            for criterion in MODEL.criteria:
                if criterion.family in families:
                    shifted = _seen_by(number, row["key"], criterion, values[criterion.code])
                    _score(group, model, initiative, criterion, shifted, confidence, author)


def _people(group: Group, role: str) -> dict[str, str]:
    return {
        row.target: row.person
        for row in group.all(Assignment, "assignments")
        if row.role == role and row.target_type == "product"
    }


def _values(key: str, initiative: Initiative, worth: int) -> dict[str, int]:
    """What each criterion is worth, 1 to 5: the gain from its figures, the rest by chance."""
    codes = [criterion.code for criterion in MODEL.criteria]
    if key in TIED:
        return dict(zip(codes, TIED[key], strict=True))
    chance = Random(f"score:{key}")
    quality = chance.uniform(1.9, 3.5)
    values = {
        code: max(1, min(4, round(quality + chance.uniform(-1.1, 1.1)))) for code in codes
    }
    ratio = worth / initiative.cost if initiative.cost else 0.0
    values["gain"] = 1 + sum(ratio > limit for limit in (0.8, 1.6, 2.6, 4.5))
    scarce = any("EQ-DON" in team for team in listed(_row(key)["teams"]))
    values["capacity"] = 2 if scarce else max(3, values["capacity"])
    if initiative.mandatory:
        values["urgency"] = 5
    return values


def _row(key: str) -> dict[str, str]:
    return next(row for row in table("initiatives") if row["key"] == key)


def _seen_by(number: int, key: str, criterion: Criterion, value: int) -> int:
    """The same thing as another scorer sees it: often the same, sometimes one off."""
    if (key, criterion.code) in OPPOSED and number < 2:
        return max(1, min(5, value + (1 if number else -1)))
    if number == 0 or key in TIED:
        return value
    chance = Random(f"{number}:{key}:{criterion.code}").random()
    shift = -1 if chance < 0.2 else 1 if chance > 0.85 else 0
    return max(1, min(5, value + shift))


def _score(
    group: Group,
    model: str,
    initiative: Initiative,
    criterion: Criterion,
    value: int,
    confidence: int,
    author: str,
) -> None:
    texts = group.details["portfolio.initiative"][initiative.uid]
    reason = {"gain": texts["expected_value"], "problem": texts["problem"]}.get(criterion.code, "")
    group.detail(
        "prioritisation.score",
        model=model,
        initiative=initiative.uid,
        criterion=criterion.code,
        value=float(value),
        confidence=confidence,
        reason=reason,
        author=author,
        scored_on=group.today - timedelta(days=8 + len(initiative.name) % 30),
    )
