"""The made-up group of the demonstration: its facts as a World, and the texts that go with them.

The group, its people and its figures are invented. Content stands in tables beside the code; dates
follow the day of the load, so that Thursday's committee is always the coming one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.cli.sample import (
    catalogue,
    classes,
    committee,
    evidence,
    flaws,
    money,
    organisation,
    papers,
    plan,
    product_mode,
    rituals,
    scores,
)
from portulan.cli.sample.group import Group, address
from portulan_core.model import World

#: Changes whenever the content does, so that an older one is replaced.
VERSION = "8"
PASSWORD = "valmore-2027"  # noqa: S105 - printed at each load, in a database of samples


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """Somebody of the group who can sign in."""

    name: str
    role: str
    entity: str
    title: str

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return address(self.name)


@dataclass(frozen=True, slots=True)
class Sample:
    """What is loaded: the World, and details by kind of record."""

    world: World
    details: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


ACCOUNTS = (
    SampleAccount("Claire Aubry", "pmo", "VAL", "PMO du groupe"),
    SampleAccount("Karim Delmas", "", "", "manager produit"),
    SampleAccount("Anne Texier", "executive", "VAL", "préside le comité de portefeuille"),
    SampleAccount("Paul Joly", "finance", "VAL", "contrôleur de gestion"),
    SampleAccount("Léa Huet", "contributor", "VAL", "lectrice"),
)


def build_group(today: date) -> Group:
    """The group on a day, with its keys."""
    group = Group(today)
    organisation.build(group)
    catalogue.build(group)
    evidence.build(group)
    catalogue.objectives(group)
    plan.build(group)
    committee.build(group)
    papers.build(group)
    product_mode.build(group)
    scores.build(group)
    classes.build(group)
    flaws.build(group)
    money.build(group)
    rituals.build(group)
    return group


def build(today: date) -> Sample:
    """What the demonstration holds on a day."""
    group = build_group(today)
    details = {kind: tuple(rows.values()) for kind, rows in group.details.items()}
    return Sample(group.world(), details)
