"""The made-up group of the demonstration: its facts as a World, and the texts that go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan_core.generate import clean_world
from portulan_core.model import World

#: Changes whenever the content does, so that an older one is replaced.
VERSION = "1"
PASSWORD = "valmore-2027"


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """Somebody of the group who can sign in."""

    email: str
    name: str
    role: str
    entity: str
    title: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What is loaded: the World, and details by kind of record."""

    world: World
    details: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


ACCOUNTS = (
    SampleAccount("claire.aubry@valmore.example", "Claire Aubry", "pmo", "", "PMO"),
    SampleAccount("karim.delmas@valmore.example", "Karim Delmas", "product_manager", "", "produit"),
    SampleAccount("anne.texier@valmore.example", "Anne Texier", "executive", "", "direction"),
    SampleAccount("paul.joly@valmore.example", "Paul Joly", "finance", "", "contrôle de gestion"),
    SampleAccount("lea.huet@valmore.example", "Léa Huet", "contributor", "", "lecture"),
)


def build(today: date) -> Sample:
    """The group on a day."""
    return Sample(clean_world(7, 60, 120, today=today))
