"""Edits of a product: rights, history, conflicts of one column only, undo of one's own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portulan.base.models import Change, HistoryRow
from portulan.base.policy import Actor, Conflict, Invalid, NotFoundForActor, Refused
from portulan.catalogue import actions
from portulan.catalogue.models import Line, Product, ProductLine, ProductRole, StagePeriod
from portulan.catalogue.queries import FACTS, TEXTS, completeness
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company
from tests.web.sheets.things import a_product, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Company:
    return company()


@pytest.fixture
def product(built: Company) -> Product:
    return a_product(built)


def actor(built: Company, who: str) -> Actor:
    return actor_for(built.accounts[who])


def test_an_edit_keeps_its_history_and_can_be_undone(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    change = actions.edit_product(who, "P1", "vision", "Un seul titre.", product.revision)
    row = HistoryRow.objects.get(change__uid=change)
    assert row.columns == {"vision": ["", "Un seul titre."]}
    assert row.effective_on == timezone.localdate()
    actions.undo_edit(who, change)
    product.refresh_from_db()
    assert product.vision == ""
    with pytest.raises(Invalid):
        actions.undo_edit(who, change)


def test_the_same_value_again_leaves_no_trace(built: Company, product: Product) -> None:
    before = Change.objects.count()
    assert actions.edit_product(actor(built, ENTITLED), "P1", "vision", "", 1) is None
    assert Change.objects.count() == before


def test_two_people_on_two_columns_do_not_conflict(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    read = product.revision
    actions.edit_product(who, "P1", "vision", "Une vision", read)
    actions.edit_product(who, "P1", "strategy", "Une stratégie", read)
    product.refresh_from_db()
    assert (product.vision, product.strategy) == ("Une vision", "Une stratégie")


def test_two_people_on_one_column_conflict(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    read = product.revision
    actions.edit_product(who, "P1", "vision", "La sienne", read)
    with pytest.raises(Conflict) as caught:
        actions.edit_product(who, "P1", "vision", "La mienne", read)
    assert caught.value.columns == {"vision": ("La mienne", "La sienne")}


def test_only_listed_columns_are_edited(built: Company, product: Product) -> None:
    with pytest.raises(Invalid):
        actions.edit_product(actor(built, ENTITLED), "P1", "stage", "run", 1)
    with pytest.raises(Invalid):
        actions.edit_product(actor(built, ENTITLED), "P1", "name", "  ", 1)


def test_rights(built: Company, product: Product) -> None:
    with pytest.raises(NotFoundForActor):
        actions.edit_product(actor(built, OUTSIDER), "P1", "vision", "x", 1)
    with pytest.raises(Refused) as caught:
        actions.edit_product(actor(built, UNENTITLED), "P1", "vision", "x", 1)
    assert "product_manager" in caught.value.refusal.roles


def test_nobody_undoes_what_somebody_else_did(built: Company, product: Product) -> None:
    change = actions.edit_product(actor(built, ENTITLED), "P1", "vision", "x", 1)
    with pytest.raises(NotFoundForActor):
        actions.undo_edit(actor(built, OUTSIDER), change)


def test_an_old_edit_is_no_longer_undone_at_once(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    change = actions.edit_product(who, "P1", "vision", "x", 1)
    Change.objects.filter(uid=change).update(at=timezone.now() - timedelta(hours=2))
    with pytest.raises(NotFoundForActor):
        actions.undo_edit(who, change)


def test_a_role_is_given_and_ended(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    person = built.people[UNENTITLED].code
    actions.add_role(who, "P1", person=person, role="product_owner", starts=date(2024, 1, 1))
    held = ProductRole.objects.get(product=product, role="product_owner")
    with pytest.raises(Invalid):
        actions.add_role(who, "P1", person=person, role="product_owner")
    actions.end_role(who, "P1", held.uid)
    held.refresh_from_db()
    assert held.ends == timezone.localdate() - timedelta(days=1)


def test_a_product_manager_does_not_make_a_pmo(built: Company, product: Product) -> None:
    """A role that rules over others asks for the right to edit people."""
    ProductRole.objects.create(
        product=product, person=built.people[UNENTITLED], role="product_manager"
    )
    who = actor(built, UNENTITLED)
    actions.add_role(who, "P1", person="no-right", role="designer")
    with pytest.raises(Refused):
        actions.add_role(who, "P1", person="no-right", role="pmo")


def test_a_change_of_stage_ends_the_one_before(built: Company, product: Product) -> None:
    who = actor(built, ENTITLED)
    today = timezone.localdate()
    actions.change_stage(who, "P1", stage="end_of_life", on=today, reason="Plus d’usage")
    first, second = StagePeriod.objects.filter(product=product).order_by("position", "pk")
    assert (first.ends, second.starts, second.comment) == (today, today, "Plus d’usage")
    product.refresh_from_db()
    assert product.stage == "end_of_life"
    with pytest.raises(Invalid):
        actions.change_stage(who, "P1", stage="run", on=date(2019, 1, 1), reason="Plus d’usage")
    with pytest.raises(Invalid):
        actions.change_stage(who, "P1", stage="run", on=today, reason="")


def test_undoing_a_change_of_stage_brings_the_stage_back(
    built: Company, product: Product
) -> None:
    who = actor(built, ENTITLED)
    change = actions.change_stage(
        who, "P1", stage="end_of_life", on=timezone.localdate(), reason="Plus d’usage"
    )
    actions.undo_edit(who, change)
    product.refresh_from_db()
    assert product.stage == "run"
    assert StagePeriod.objects.filter(product=product).count() == 1


def test_the_first_line_of_an_axis_is_the_main_one(built: Company, product: Product) -> None:
    saved(Line(code="L2", name="Habitat"))
    saved(Line(code="D1", name="Données", axis="domain"))
    who = actor(built, ENTITLED)
    actions.add_line(who, "P1", "L2")
    actions.add_line(who, "P1", "D1")
    placed = dict(ProductLine.objects.filter(product=product).values_list("line__code", "primary"))
    assert placed == {"L1": True, "L2": False, "D1": True}


def test_a_new_product_takes_a_free_code(built: Company) -> None:
    who = actor(built, ENTITLED)
    first, _ = actions.create_product(who, name="Ma Nouvelle App", entity="HOME")
    second, _ = actions.create_product(who, name="Ma Nouvelle App", entity="HOME")
    assert (first.code, second.code) == ("ma-nouvelle-app", "ma-nouvelle-app-2")
    with pytest.raises(Invalid):
        actions.create_product(who, name="Autre", code="ma-nouvelle-app", entity="HOME")
    with pytest.raises(Refused):
        actions.create_product(who, name="Autre", entity="ELSE")


def test_completeness_counts_each_text_and_fact() -> None:
    empty = completeness(Product(code="X", name="X"), {})
    assert empty.ratio == 0 and empty.missing == TEXTS + FACTS
    full = Product(code="X", name="X", stage="run", personal_data=False, entity_id=1,
                   **dict.fromkeys(TEXTS, "dit"))
    known = {"line": True, "manager": True, "sponsor": True, "objective": True, "indicator": True}
    assert completeness(full, known).ratio == 1
    full.vision = "  "
    assert completeness(full, known).missing == ("vision",)
