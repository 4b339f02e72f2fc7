"""The library of lessons: written, found, linked to what the reader may know of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portulan.base.policy import Conflict, Invalid, NotFoundForActor, Refused
from portulan.catalogue.models import Product
from portulan.organisation.lessons import actions, queries
from portulan.organisation.lessons.actions import Told
from portulan.organisation.models import EntityRole, Lesson
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Company:
    """The company, with a product at home."""
    built = company()
    made = Product(code="MOB", name="Application mobile", entity=built.home)
    made.refresh_derived()
    made.save()
    return built


def told(**more: object) -> Told:
    values = {
        "name": "Essayer tôt avec le terrain", "happened": "Le pilote a été élargi trop vite.",
        "again": "Trois agences d’abord.", "tags": "Pilote, terrain; PILOTE",
        "about": ["product:MOB"],
    }
    return Told(**{**values, **more})  # type: ignore[arg-type] # one place for all forms


def test_a_lesson_is_found_by_words_without_accents_and_by_tag(house: Company) -> None:
    who = actor_for(house.accounts[ENTITLED])
    made = actions.write_lesson(who, told())
    assert made.code.endswith("-001")
    assert actions.write_lesson(who, told(name="Autre")).code.endswith("-002")
    assert [r.code for r in queries.lessons(who, text="elargi essayer")] == [made.code]
    assert queries.lessons(who, text="elargi introuvable") == []
    assert len(queries.lessons(who, tag="pilote")) == 2
    assert queries.tags() == [("pilote", 2), ("terrain", 2)]
    assert [s.code for s in queries.lessons(who)[0].about] == ["MOB"]
    assert queries.found("pilote", 5)[0][1] == "Autre"
    assert len(queries.lessons_on(who, [Product.objects.get().uid])) == 2


def test_what_it_is_about_shows_only_to_who_may_know(house: Company) -> None:
    actions.write_lesson(actor_for(house.accounts[ENTITLED]), told())
    outsider = actor_for(house.accounts[OUTSIDER])
    assert [r.about for r in queries.lessons(outsider)] == [()]
    with pytest.raises(NotFoundForActor):
        actions.write_lesson(outsider, told())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"), ({"happened": ""}, "happened"), ({"again": ""}, "again"),
        ({"learned_on": timezone.localdate() + timedelta(days=1)}, "learned_on"),
        ({"about": ["person:x"]}, "about"),
    ],
)
def test_a_lesson_says_what_is_missing(
    house: Company, change: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        actions.write_lesson(actor_for(house.accounts[ENTITLED]), told(**change))
    assert set(caught.value.errors) == {field}
    assert not Lesson.objects.exists()


def test_its_author_changes_it_and_who_keeps_the_library(house: Company) -> None:
    EntityRole.objects.create(
        role="developer", person=house.people[UNENTITLED], entity=house.home
    )
    author = actor_for(house.accounts[UNENTITLED])
    made = actions.write_lesson(author, told())
    assert actions.edit_lesson(author, made.code, told(name="Mieux"), 1) is not None
    with pytest.raises(Conflict):
        actions.edit_lesson(author, made.code, told(name="Encore"), 1)
    keeper = actor_for(house.accounts[ENTITLED])
    fresh = Lesson.objects.get()
    assert actions.edit_lesson(keeper, made.code, told(about=[]), fresh.revision) is not None
    assert not Lesson.objects.get().subjects.exists()
    outsider = actor_for(house.accounts[OUTSIDER])
    with pytest.raises(Refused):
        actions.delete_lesson(outsider, made.code)
    actions.delete_lesson(author, made.code)
    assert not Lesson.objects.exists()


def test_who_changes_a_lesson_keeps_what_they_cannot_see(house: Company) -> None:
    made = actions.write_lesson(actor_for(house.accounts[ENTITLED]), told())
    lesson = Lesson.objects.get()
    lesson.author = house.people[OUTSIDER]
    lesson.save()
    outsider = actor_for(house.accounts[OUTSIDER])
    actions.edit_lesson(outsider, made.code, told(name="Vu d’ailleurs", about=[]), 1)
    assert lesson.subjects.count() == 1


def test_nobody_without_a_role_reads_the_library(house: Company) -> None:
    EntityRole.objects.filter(person=house.people[UNENTITLED]).delete()
    nobody = actor_for(house.accounts[UNENTITLED])
    with pytest.raises(NotFoundForActor):
        queries.lessons(nobody)
    assert queries.lessons_on(nobody, []) == []
