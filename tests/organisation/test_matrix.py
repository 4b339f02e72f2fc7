"""The responsibility matrix: what is written, what is refused, and the rights that it grants."""

from __future__ import annotations

import pytest

from portulan.base.changes import Cause, recording
from portulan.base.manifest import activities
from portulan.base.models import Change
from portulan.base.policy import (
    ANYWHERE,
    Activity,
    Actor,
    Conflict,
    Grant,
    Invalid,
    Refused,
    Scope,
    check_right,
    system_actor,
)
from portulan.catalogue.activities import PRODUCT_EDIT, PRODUCT_READ
from portulan.governance.effects import apply_effects, drifted
from portulan.organisation.activities import MATRIX_EDIT
from portulan.organisation.effects import set_effect
from portulan.organisation.matrix import Place, company, entity_place, every_role, origins, rows
from portulan.organisation.responsibilities import Asked, set_letters
from portulan.organisation.rights import actor_for
from portulan.organisation.roles import ROLES
from portulan_core.effects import EffectConflict, EffectError, inverse
from tests.web.actors import ENTITLED, OUTSIDER, Company
from tests.web.actors import company as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Company:
    """A group with two units."""
    return build()


def who(house: Company, name: str = ENTITLED) -> Actor:
    return actor_for(house.accounts[name])


def whole(house: Company, role: str = "pmo") -> Actor:
    """Somebody with one role on the whole group."""
    pk = house.group.pk
    grant = Grant(role, entity=pk, above=frozenset({pk}))
    known = actor_for(house.accounts[ENTITLED])
    return Actor("x", grants=(grant,), matrix=known.matrix, overrides=known.overrides)


def put(house: Company, place: Place, activity: str, before: dict[str, str], **after: str) -> None:
    set_letters(
        whole(house), place, [Asked(activity, before, after)], reason="Decided together"
    )


def within(place: Place) -> Scope:
    return place.scope


def test_every_activity_has_one_role_that_answers_for_it() -> None:
    wrong = [row.activity.code for row in rows() if len(row.answers) != 1]
    assert wrong == []


def test_letters_are_those_of_roles_that_exist() -> None:
    known = set(every_role())
    wrong = {
        (code, role) for code, a in activities().items() for role in a.letters if role not in known
    }
    assert wrong == set()


@pytest.mark.parametrize("code", sorted(activities()))
def test_each_role_is_granted_what_its_letter_permits_and_refused_the_rest(code: str) -> None:
    """The answer of the check, for every role, against the letter that the page shows."""
    house = build()
    activity = activities()[code]
    shown = {row.activity.code: row for row in rows()}[code]
    scope = Scope(entities=frozenset({house.group.pk, house.home.pk}))
    known = actor_for(house.accounts[ENTITLED])
    for role in ROLES:
        grant = Grant(role, entity=house.home.pk)
        actor = Actor("x", grants=(grant,), matrix=known.matrix, overrides=known.overrides)
        letter = shown.letters[role].letter
        granted = letter != "" and letter in activity.permits
        assert (check_right(actor, activity, scope) is None) == granted, role
        assert (check_right(actor, activity, ANYWHERE) is None) == granted, role
        elsewhere = Scope(entities=frozenset({house.elsewhere.pk}))
        assert check_right(actor, activity, elsewhere) is not None, role


def test_the_company_changes_a_letter_and_the_right_follows(house: Company) -> None:
    owner = Grant("product_owner", entity=house.home.pk)
    assert check_right(_with(house, owner), PRODUCT_EDIT, within(entity_place(house.home))) is None
    put(house, company(), "product.edit", {}, product_owner="C")
    refusal = check_right(_with(house, owner), PRODUCT_EDIT, within(entity_place(house.home)))
    assert refusal is not None
    assert refusal.code == "right.missing"
    assert "product_owner" not in refusal.roles


def _with(house: Company, *grants: Grant) -> Actor:
    known = actor_for(house.accounts[ENTITLED])
    return Actor("x", grants=grants, matrix=known.matrix, overrides=known.overrides)


def test_an_entity_has_its_own_letters_and_the_others_keep_theirs(house: Company) -> None:
    put(
        house, entity_place(house.home), "product.edit", {},
        product_manager="R", head_of_product="A", product_owner="",
    )
    owner = _with(
        house, Grant("product_owner", entity=house.group.pk, above=frozenset({house.group.pk}))
    )
    assert check_right(owner, PRODUCT_EDIT, within(entity_place(house.home))) is not None
    assert check_right(owner, PRODUCT_EDIT, within(entity_place(house.elsewhere))) is None
    assert check_right(owner, PRODUCT_EDIT) is None
    row = next(r for r in rows(entity_place(house.home)) if r.activity.code == "product.edit")
    assert row.answers == ("head_of_product",)
    cell = row.letters["product_owner"]
    assert (cell.letter, cell.inherited, cell.own) == ("", "R", True)


def test_a_role_that_must_not_refuses_what_another_role_permits(house: Company) -> None:
    put(house, company(), "product.edit", {}, product_owner="X")
    scope = Scope(entities=frozenset({house.home.pk}), products=frozenset({7}))
    both = _with(
        house, Grant("product_manager", entity=house.home.pk), Grant("product_owner", product=7)
    )
    refusal = check_right(both, PRODUCT_EDIT, scope)
    assert refusal is not None
    assert (refusal.code, refusal.params["role"]) == ("right.must_not", "product_owner")
    other = Scope(entities=frozenset({house.home.pk}), products=frozenset({8}))
    assert check_right(both, PRODUCT_EDIT, other) is None
    assert check_right(both, PRODUCT_EDIT) is None


def test_a_part_with_a_right_of_its_own_lets_people_in_there_only(house: Company) -> None:
    put(house, entity_place(house.home), "product.edit", {}, support="R")
    support = _with(
        house, Grant("support", entity=house.group.pk, above=frozenset({house.group.pk}))
    )
    assert check_right(support, PRODUCT_EDIT, within(entity_place(house.home))) is None
    assert check_right(support, PRODUCT_EDIT) is None
    assert check_right(support, PRODUCT_EDIT, within(entity_place(house.elsewhere))) is not None
    outside = _with(house, Grant("support", entity=house.elsewhere.pk))
    assert check_right(outside, PRODUCT_EDIT) is not None


@pytest.mark.parametrize(
    ("after", "code"),
    [
        ({"product_manager": "R"}, "matrix.no_answer"),
        ({"product_owner": "A"}, "matrix.several_answers"),
        ({"product_owner": "Z"}, "matrix.letter"),
        ({"nobody": "R"}, "role.unknown"),
    ],
)
def test_letters_that_cannot_be_taken(house: Company, after: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        put(house, company(), "product.edit", {}, **after)
    assert caught.value.errors["product.edit"].code == code
    assert not Change.objects.filter(activity="matrix.edit").exists()


def test_a_change_of_the_company_says_which_part_it_would_break(house: Company) -> None:
    put(
        house, entity_place(house.home), "product.edit", {},
        product_manager="R", head_of_product="A",
    )
    with pytest.raises(Invalid) as caught:
        put(house, company(), "product.edit", {}, product_manager="R", product_owner="A")
    assert caught.value.errors["product.edit"].code == "matrix.several_answers_below"


def test_reading_is_the_same_everywhere_and_nobody_is_barred_from_it(house: Company) -> None:
    with pytest.raises(Invalid) as caught:
        put(house, entity_place(house.home), "product.read", {}, product_owner="R")
    assert caught.value.errors["product.read"].code == "matrix.whole_company"
    with pytest.raises(Invalid) as caught:
        put(house, company(), "product.read", {}, product_owner="X")
    assert caught.value.errors["product.read"].code == "matrix.reading_open"
    put(house, company(), "product.read", {}, product_owner="")
    owner = _with(house, Grant("product_owner", entity=house.home.pk))
    assert check_right(owner, PRODUCT_READ) is not None


def test_somebody_who_signs_in_can_always_change_the_matrix(house: Company) -> None:
    for place, code in ((company(), "matrix.nobody_left"),
                        (entity_place(house.home), "matrix.whole_company")):
        with pytest.raises(Invalid) as caught:
            put(house, place, "matrix.edit", {}, pmo="", marketing="A")
        assert caught.value.errors["matrix.edit"].code == code


def test_a_change_wants_a_reason_and_the_right(house: Company) -> None:
    asked = [Asked("product.edit", {}, {"support": "R"})]
    with pytest.raises(Invalid) as caught:
        set_letters(whole(house), company(), asked, reason=" ")
    assert set(caught.value.errors) == {"reason"}
    with pytest.raises(Refused):
        set_letters(who(house, OUTSIDER), company(), asked, reason="x")
    with pytest.raises(Refused):
        set_letters(who(house, OUTSIDER), entity_place(house.home), asked, reason="x")
    assert set_letters(who(house), entity_place(house.home), asked, reason="x") is not None
    assert set_letters(
        who(house), entity_place(house.home),
        [Asked("product.edit", {"support": "R"}, {"support": "R"})], reason="again",
    ) is None


def test_a_change_made_meanwhile_conflicts(house: Company) -> None:
    put(house, company(), "product.edit", {}, support="R")
    with pytest.raises(Conflict):
        put(house, company(), "product.edit", {}, support="I")


def test_a_letter_tells_who_set_it_why_and_by_which_decision(house: Company) -> None:
    put(house, company(), "product.edit", {}, support="R")
    cell = next(r for r in rows() if r.activity.code == "product.edit").letters["support"]
    assert cell.uid is not None
    origin = origins([cell.uid])[cell.uid]
    assert (origin.actor, origin.note, origin.decision) == ("x", "Decided together", None)


def test_a_decision_carries_letters_and_a_later_one_takes_them_back(house: Company) -> None:
    place = entity_place(house.home)
    effect = set_effect("product.edit", place, {"product_manager": "R", "product_owner": "A"})
    cause = Cause("decision", house.home.uid)
    with recording(system_actor("t"), "decision.apply", cause=cause) as recorder:
        apply_effects(recorder, [effect])
    row = next(r for r in rows(place) if r.activity.code == "product.edit")
    assert row.answers == ("product_owner",)
    assert row.letters["product_owner"].uid is not None
    origin = origins([row.letters["product_owner"].uid])
    assert [o.decision for o in origin.values()] == [house.home.uid]
    assert drifted([effect]) != []
    with recording(system_actor("t"), "decision.apply") as recorder:
        apply_effects(recorder, [inverse(effect)])
    row = next(r for r in rows(place) if r.activity.code == "product.edit")
    assert row.answers == ("product_manager",)
    assert row.own == {}
    assert drifted([effect]) == []


def test_an_effect_that_no_longer_fits_writes_nothing(house: Company) -> None:
    effect = set_effect("product.edit", company(), {"support": "R"})
    put(house, company(), "product.edit", {}, support="C")
    with pytest.raises(EffectConflict), recording(system_actor("t"), "t") as recorder:
        apply_effects(recorder, [effect])
    two = set_effect("stage.change", company(), {"product_owner": "A"})
    with pytest.raises(EffectError), recording(system_actor("t"), "t") as recorder:
        apply_effects(recorder, [two])
    gone = set_effect("stage.change", company(), {}).target + "entity:none"
    with pytest.raises(EffectError), recording(system_actor("t"), "t") as recorder:
        apply_effects(recorder, [type(two)("matrix.set", gone, {}, {"pmo": "R"})])


def test_an_activity_that_nobody_declares_is_refused() -> None:
    unknown = Activity("thing.unknown", {})
    assert check_right(Actor("x", grants=(Grant("pmo", entity=1),)), unknown) is not None
    assert MATRIX_EDIT.letters == {"pmo": "A"}
