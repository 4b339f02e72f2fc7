"""MoSCoW classes of some initiatives: what the law asks for, what can wait."""

from __future__ import annotations

from datetime import timedelta

from portulan.cli.sample.group import Group, table
from portulan_core.model import Initiative

#: By key of the initiative; what is mandatory by law is a "must" without being named here.
CLASSES = {
    "sou-offre": "should",
    "rec-score": "should",
    "eff-marche": "should",
    "pre-detect": "should",
    "bor-communes": "could",
    "mob-compte": "could",
    "app-chauffage": "could",
    "inf-ecrans": "could",
    "mob-refonte": "wont",
}


def build(group: Group) -> None:
    """Add the classes, set by the PMO after the last steering committee."""
    author = group.find("people", "Claire Aubry")
    for row in table("initiatives"):
        initiative = group.get(Initiative, "initiatives", row["key"])
        level = CLASSES.get(row["key"], "must" if initiative.mandatory else "")
        if level:
            group.detail(
                "prioritisation.priorityclass",
                initiative=initiative.uid,
                level=level,
                author=author,
                set_on=group.today - timedelta(days=21),
            )
