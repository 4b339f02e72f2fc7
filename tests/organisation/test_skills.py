"""Skills: who may see them, who agrees them, what is told of groups, seats of trainings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portulan.base.policy import Invalid, NotFoundForActor, Refused
from portulan.organisation.models import Entity, EntityRole, Person, PersonSkill, Skill
from portulan.organisation.rights import actor_for
from portulan.organisation.skills import access, actions, queries
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Company:
    """A company where the outsider is the manager of who has no right."""
    built = company()
    person = built.people[UNENTITLED]
    person.manager = built.people[OUTSIDER]
    person.save()
    for code in ("vision", "donnees"):
        skill = Skill(code=code, name=code)
        skill.refresh_derived()
        skill.save()
    return built


def test_only_the_person_the_manager_and_hr_see_levels(house: Company) -> None:
    code = house.people[UNENTITLED].code
    assert access.skills_of(actor_for(house.accounts[UNENTITLED]), code)[1] == "self"
    assert access.skills_of(actor_for(house.accounts[OUTSIDER]), code)[1] == "manager"
    with pytest.raises(NotFoundForActor):
        access.skills_of(actor_for(house.accounts[ENTITLED]), code)
    EntityRole.objects.create(role="hr", person=house.people[ENTITLED], entity=house.elsewhere)
    with pytest.raises(NotFoundForActor):
        access.skills_of(actor_for(house.accounts[ENTITLED]), code)
    EntityRole.objects.create(role="hr", person=house.people[ENTITLED], entity=house.home)
    assert access.skills_of(actor_for(house.accounts[ENTITLED]), code)[1] == "hr"
    with pytest.raises(NotFoundForActor):
        access.skills_of(actor_for(house.accounts[ENTITLED]), "nobody")


def test_no_role_but_human_resources_sees_the_skills_of_others(house: Company) -> None:
    from portulan.organisation.roles import ROLES

    code = house.people[UNENTITLED].code
    for role in ROLES:
        EntityRole.objects.filter(person=house.people[ENTITLED]).delete()
        EntityRole.objects.create(role=role, person=house.people[ENTITLED], entity=house.group)
        actor = actor_for(house.accounts[ENTITLED])
        if role == "hr":
            assert access.skills_of(actor, code)[1] == "hr"
        else:
            with pytest.raises(NotFoundForActor):
                access.skills_of(actor, code)


def test_a_level_is_declared_by_oneself_then_agreed_by_the_manager(house: Company) -> None:
    person = house.people[UNENTITLED]
    me, boss = actor_for(house.accounts[UNENTITLED]), actor_for(house.accounts[OUTSIDER])
    assert actions.declare(me, {"vision": 3, "donnees": None}) is not None
    assert actions.declare(me, {"vision": 3}) is None
    assert queries.reports(house.people[OUTSIDER].pk)[0].to_agree == 1
    with pytest.raises(Refused):
        actions.agree(me, person.code, {"vision": 4})
    actions.agree(boss, person.code, {"vision": 2})
    assert queries.reports(house.people[OUTSIDER].pk)[0].to_agree == 0
    row = next(r for r in queries.levels(person, []) if r.code == "vision")
    assert (row.declared, row.agreed, row.level) == (3, 2, 2)
    assert row.agreed_by == house.people[OUTSIDER].name
    for wrong in (0, 5, -1):
        with pytest.raises(Invalid):
            actions.declare(me, {"vision": wrong})
    with pytest.raises(NotFoundForActor):
        actions.declare(me, {"none": 2})
    with pytest.raises(NotFoundForActor):
        actions.agree(actor_for(house.accounts[ENTITLED]), person.code, {"vision": 1})


def test_gaps_are_to_the_highest_level_that_the_roles_ask() -> None:
    asked = queries.asked(
        [{"code": "vision", "level": 3}, {"code": "x", "level": 9}, {"fr": "sans code"}]
    )
    assert asked == {"vision": 3}


def test_nothing_is_told_about_fewer_than_five_people(house: Company) -> None:
    skill = Skill.objects.get(code="vision")
    entity = Entity.objects.get(pk=house.home.pk)
    people = []
    for number in range(6):
        one = Person(code=f"p{number}", name=f"P{number}", entity=entity)
        one.refresh_derived()
        one.save()
        people.append(one)
    for count, one in enumerate(people[:4], start=1):
        PersonSkill.objects.create(person=one, skill=skill, declared=2)
        assert queries.groups({}) == [], count
    PersonSkill.objects.create(person=people[4], skill=skill, declared=4, agreed=2)
    found = queries.groups({})
    assert [(g.code, g.people, g.average, g.below) for g in found] == [("vision", 5, 2.0, 0)]
    people[0].active = False
    people[0].save()
    assert queries.groups({}) == []


def test_a_plan_has_steps_and_a_coach_who_is_somebody_else(house: Company) -> None:
    person = house.people[UNENTITLED]
    boss = actor_for(house.accounts[OUTSIDER])
    made = actions.add_step(
        boss, person.code, kind="coaching", title="Préparer un arbitrage", skill="vision",
        coach=house.people[ENTITLED].code,
    )
    assert [s.person.code for s in queries.coached(house.people[ENTITLED].pk)] == [person.code]
    actions.finish_step(actor_for(house.accounts[UNENTITLED]), made.uid, True)
    assert queries.steps(person)[0].done_on == timezone.localdate()
    assert queries.coached(house.people[ENTITLED].pk) == []
    for wrong in ({"title": " "}, {"kind": "x"}, {"coach": person.code}, {"coach": "none"}):
        with pytest.raises(Invalid):
            actions.add_step(
                boss, person.code, **{"kind": "practice", "title": "T", **wrong}
            )
    with pytest.raises(NotFoundForActor):
        actions.finish_step(actor_for(house.accounts[ENTITLED]), made.uid, False)


def test_seats_are_never_exceeded_and_attendance_waits_for_the_day(house: Company) -> None:
    runs = actor_for(house.accounts[ENTITLED])
    training = actions.save_training(
        runs, "", name="Écouter", description="", provider="", hours=7, leads_to={"vision": 2}
    )
    day = timezone.localdate() + timedelta(days=3)
    session = actions.add_session(
        runs, training.code, starts=day, ends=day, place="Lyon", seats=1
    )
    for name in (UNENTITLED, OUTSIDER):
        actions.ask_seat(actor_for(house.accounts[name]), session.uid)
    with pytest.raises(Refused):
        actions.ask_seat(actor_for(house.accounts[OUTSIDER]), session.uid)
    one, two = house.people[UNENTITLED].code, house.people[OUTSIDER].code
    boss = actor_for(house.accounts[OUTSIDER])
    actions.answer_seat(boss, session.uid, one, "accepted")
    with pytest.raises(Refused) as caught:
        actions.answer_seat(runs, session.uid, two, "accepted")
    assert caught.value.refusal.code == "skill.full"
    with pytest.raises(Refused) as caught:
        actions.answer_seat(runs, session.uid, one, "attended")
    assert caught.value.refusal.code == "skill.not_begun"
    session.starts = session.ends = timezone.localdate()
    session.save()
    actions.answer_seat(runs, session.uid, one, "attended")
    assert queries.enrolments(house.people[UNENTITLED])[0].state == "attended"
    with pytest.raises(Refused):
        actions.answer_seat(actor_for(house.accounts[UNENTITLED]), session.uid, two, "accepted")
    actions.cancel_session(runs, session.uid)
    with pytest.raises(Refused):
        actions.ask_seat(runs, session.uid)
    with pytest.raises(Invalid):
        actions.add_session(
            runs, training.code, starts=day, ends=day - timedelta(days=1), place="", seats=2
        )


def test_nobody_is_above_themselves(house: Company) -> None:
    runs = actor_for(house.accounts[ENTITLED])
    person = Person.objects.get(pk=house.people[UNENTITLED].pk)
    boss = Person.objects.get(pk=house.people[ENTITLED].pk)
    actions.set_manager(runs, person, boss)
    with pytest.raises(Invalid):
        actions.set_manager(runs, boss, person)
    with pytest.raises(Refused):
        actions.set_manager(actor_for(house.accounts[UNENTITLED]), person, None)
