"""Lists hold exactly the rows that the objects' own pages would open, whatever the letters say."""

from __future__ import annotations

import itertools

import pytest

from portulan.base.policy import (
    Actor,
    Grant,
    NotFoundForActor,
    Override,
    Refused,
    check_right,
)
from portulan.catalogue.access import product_at
from portulan.catalogue.manifest import PRODUCT_READ
from portulan.catalogue.models import Product
from portulan.organisation.models import Entity, Team
from portulan.organisation.rights import entities_with_ancestors
from portulan.portfolio.access import initiative_at, project_at
from portulan.portfolio.manifest import INITIATIVE_READ, PROJECT_READ
from portulan.portfolio.models import Initiative, Project
from portulan.readmodels import search
from portulan.readmodels.reader import Reader
from portulan.readmodels.selection import matching
from portulan.readmodels.view import View
from tests.readmodels import company

READ = (PRODUCT_READ, INITIATIVE_READ, PROJECT_READ)


@pytest.fixture
def small(db) -> None:
    company.load()
    made = Project(code="PRJ", name="Projet belge", entity=Entity.objects.get(code="BE"))
    made.refresh_derived()
    made.save()
    Product.objects.filter(code="CAB").update(team=Team.objects.get(code="T-WEB"))


def on(code: str) -> dict[str, object]:
    """An override's entity, with what stands above it."""
    entity = Entity.objects.get(code=code)
    return {"entity": entity.pk, "above": entities_with_ancestors(entity)}


def opens(actor: Actor, door, code: str) -> bool:
    try:
        door(actor, code)
    except (NotFoundForActor, Refused):
        return False
    return True


def cases() -> list[tuple[str, tuple[str, ...]]]:
    """Who holds what: every pair of a place and one or two roles."""
    roles = [("executive",), ("marketing",), ("executive", "marketing")]
    return list(itertools.product(("GRP", "FR", "BE"), roles))


LETTERS = [
    {},
    {"entity": "BE", "letter": "X"},
    {"entity": "BE", "letter": ""},
    {"entity": "FR", "letter": "A"},
    {"line": "MOB", "letter": "X"},
    {"line": "DATA", "letter": "R"},
    {"team": "T-WEB", "letter": ""},
]


@pytest.mark.parametrize("override", LETTERS, ids=str)
@pytest.mark.parametrize("barred", [False, True])
def test_lists_and_pages_agree(small, override, barred) -> None:
    matrix = {
        activity.code: {"pmo": "A", "executive": "I", "marketing": "X" if barred else ""}
        for activity in READ
    }
    overrides = {}
    if override:
        place = (
            on(override["entity"])
            if "entity" in override
            else {"line": company.line(override["line"])}
            if "line" in override
            else {"team": Team.objects.get(code=override["team"]).pk}
        )
        overrides = {
            activity.code: (Override(activity.code, "executive", override["letter"], **place),)
            for activity in READ
        }
    for place, roles in cases():
        entity = Entity.objects.get(code=place)
        actor = Actor(
            "somebody",
            grants=tuple(
                Grant(role, entity=entity.pk, above=entities_with_ancestors(entity))
                for role in roles
            ),
            matrix=matrix,
            overrides=overrides,
        )
        reader = Reader(actor)
        told = f"{place} {roles}"
        expected = {
            c for c in Product.objects.values_list("code", flat=True) if opens(actor, product_at, c)
        }
        assert {f.code for f in matching(reader, View())} == expected, told
        seen = reader.initiatives(INITIATIVE_READ)
        listed = {i.code for i in Initiative.objects.all() if seen is None or i.pk in seen}
        expected = {
            c
            for c in Initiative.objects.values_list("code", flat=True)
            if opens(actor, initiative_at, c)
        }
        assert listed == expected, told
        found = {hit.code for hit in search.search(reader, "projet", 20, ("project",))}
        expected = {
            c for c in Project.objects.values_list("code", flat=True) if opens(actor, project_at, c)
        }
        assert found == expected, told
        if not expected and not listed:
            assert check_right(actor, PROJECT_READ) is not None or overrides
