"""The responsibility pages: what is shown, changed, explained, compared."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portulan.base.models import Account, Change
from portulan.base.policy import Refusal
from portulan.catalogue.models import Product, ProductRole
from portulan.governance.models import Decision, DossierLine
from portulan.organisation.matrix import entity_place, rows
from portulan.organisation.models import EntityRole, MatrixCell, Person
from portulan.web import answers
from portulan.web.ui import controls
from tests.web.actors import ENTITLED, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> Company:
    """The company, whose allowed person is PMO of the whole group too."""
    built = company()
    EntityRole.objects.create(role="pmo", person=built.people[ENTITLED], entity=built.group)
    return built


def body(client: Client, name: str, **asked: str) -> str:
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, name: str, **data: Any) -> Any:
    return client.post(reverse(name), data)


def product(house: Company, code: str = "MOB") -> Product:
    made = Product(code=code, name=f"Produit {code}", entity=house.home)
    made.refresh_derived()
    made.save()
    return made


def test_the_matrix_says_each_activity_in_words_and_who_answers(house: Company) -> None:
    page = body(house.client(ENTITLED), "responsibilities:home", topic="organisation")
    assert "Change the responsibility matrix" in page
    assert "matrix.edit" not in page.replace("activity=matrix.edit", "").replace(
        "cell-matrix.edit", ""
    )
    assert house.people[ENTITLED].name in page


def test_one_role_alone_is_a_list_of_its_activities(house: Company) -> None:
    page = body(house.client(ENTITLED), "responsibilities:home", role="project_manager")
    assert "Steer a project" in page
    assert "Change the responsibility matrix" not in page


def test_who_may_not_change_it_is_told_why_and_led_to_the_chain(house: Company) -> None:
    page = body(house.client(UNENTITLED), "responsibilities:home")
    assert "These roles may: PMO." in page
    assert f'{reverse("responsibilities:why")}?activity=matrix.edit' in page
    assert 'name="cell-' not in body(house.client(UNENTITLED), "responsibilities:home", edit="1")


def test_typing_letters_leads_to_who_gains_and_who_loses(house: Company) -> None:
    ended = send(
        house.client(ENTITLED), "responsibilities:preview",
        **{"place": "", "cell-product.create-contributor": "r"},
    )
    page = ended.content.decode()
    assert ended.status_code == 200
    assert house.people[UNENTITLED].name in page
    assert "1 right gained" in page
    assert not MatrixCell.objects.exists()


def test_a_preview_of_what_cannot_be_says_what_to_mend(house: Company) -> None:
    answer = send(
        house.client(ENTITLED), "responsibilities:preview",
        **{"place": "", "cell-product.create-contributor": "A"},
    )
    assert answer.status_code == 422
    assert "Only one role answers for it" in answer.content.decode()
    assert reverse("responsibilities:apply") not in answer.content.decode()


def test_nothing_typed_changes_nothing(house: Company) -> None:
    answer = send(
        house.client(ENTITLED), "responsibilities:preview",
        **{"place": "", "cell-product.create-pmo": "A"},
    )
    assert answer.status_code == 302


def apply(house: Company, changes: list[Any], **more: str) -> Any:
    data = {"place": "", "reason": "Agreed", "changes": json.dumps(changes), **more}
    return send(house.client(ENTITLED), "responsibilities:apply", **data)


def test_a_change_is_applied_with_its_reason_and_its_decision(house: Company) -> None:
    decision = Decision.objects.create(
        code="D-1", name="Une décision", kind="change_standard", state="decided",
        decided_on=date(2026, 1, 1),
    )
    changes = [["product.create", {}, {"contributor": "R"}]]
    assert apply(house, changes, decision="D-1").status_code == 302
    change = Change.objects.get(activity="matrix.edit")
    assert (change.note, change.cause_type, change.cause_uid) == (
        "Agreed", "decision", decision.uid
    )
    page = body(
        house.client(UNENTITLED), "responsibilities:why", activity="product.create"
    )
    assert "You may." in page
    assert "set for the company" in page


def test_a_change_says_what_is_missing(house: Company) -> None:
    changes = [["product.create", {}, {"contributor": "R"}]]
    assert apply(house, changes, reason=" ").status_code == 422
    answer = apply(house, changes, decision="D-NONE")
    assert answer.status_code == 422
    assert "D-NONE" in answer.content.decode()
    assert apply(house, [["nothing", {}, {}]]).status_code == 422
    assert send(
        house.client(ENTITLED), "responsibilities:apply", place="", changes="{", reason="x"
    ).status_code == 422
    assert not MatrixCell.objects.exists()


def test_an_own_letter_is_marked_and_taken_back(house: Company) -> None:
    place = f"entity:{house.home.code}"
    apply(house, [["product.edit", {}, {"support": "R"}]], place=place)
    page = body(house.client(ENTITLED), "responsibilities:home", place=place, topic="catalogue")
    assert "inherited: –" in page
    answer = send(
        house.client(ENTITLED), "responsibilities:preview", place=place, reset="product.edit"
    )
    assert answer.status_code == 200
    apply(house, [["product.edit", {"support": "R"}, {}]], place=place)
    assert not MatrixCell.objects.exists()


def test_a_change_goes_into_a_dossier(house: Company) -> None:
    answer = apply(house, [["product.edit", {}, {"support": "R"}]], to="dossier")
    assert answer.status_code == 302
    line = DossierLine.objects.get()
    assert (line.change, line.title) == ("matrix", "Keep the product sheet up to date")
    assert line.effects[0]["type"] == "matrix.set"
    assert not MatrixCell.objects.exists()
    assert rows(entity_place(house.home))


def test_the_chain_names_the_role_the_object_and_the_letter(house: Company) -> None:
    made = product(house)
    one = Person(code="pm", name="Paule Martin", entity=house.home)
    one.refresh_derived()
    one.save()
    ProductRole.objects.create(
        person=one, product=made, role="product_manager", starts=date(2026, 3, 1)
    )
    page = body(
        house.client(UNENTITLED), "responsibilities:why", activity="product.edit",
        on="product:MOB",
    )
    assert "You may not." in page
    assert "Produit MOB" in page
    assert "Paule Martin" in page
    other = body(
        house.client(UNENTITLED), "responsibilities:why", activity="product.edit",
        on="product:MOB", person="pm",
    )
    assert "Paule Martin may." in other
    assert "gives the right" in other
    assert "since" in other


def test_a_role_that_must_not_is_said_so(house: Company) -> None:
    apply(house, [["product.edit", {}, {"contributor": "X"}]])
    page = body(
        house.client(UNENTITLED), "responsibilities:why", activity="product.edit",
        on=f"entity:{house.home.code}",
    )
    assert "contributor must not do this here" in page


def test_a_product_that_cannot_be_seen_is_not_named(house: Company) -> None:
    hidden = Product(code="SECRET", name="Produit secret", entity=house.elsewhere)
    hidden.refresh_derived()
    hidden.save()
    ProductRole.objects.create(
        person=house.people[UNENTITLED], product=product(house), role="product_owner"
    )
    pm = house.people[ENTITLED]
    ProductRole.objects.create(person=pm, product=hidden, role="product_manager")
    url = reverse("responsibilities:person", args=[pm.code])
    page = house.client(UNENTITLED).get(url).content.decode()
    assert "Produit secret" not in page
    answer = house.client(UNENTITLED).get(
        reverse("responsibilities:why"), {"activity": "product.edit", "on": "product:SECRET"}
    )
    assert answer.status_code == 404


def test_what_happened_is_compared_with_the_letters(house: Company) -> None:
    def act(name: str, activity: str, times: int, **more: Any) -> None:
        account = Account.objects.get(pk=house.accounts[name].pk)
        for _ in range(times):
            Change.objects.create(
                at=_now(), account=account, actor=account.name, activity=activity, **more
            )

    act(UNENTITLED, "project.edit", 3)
    act(ENTITLED, "product.edit", 2)
    act(ENTITLED, "product.edit", 5, cause_type="import")
    page = body(house.client(ENTITLED), "responsibilities:reality")
    assert "never held a role that may" in page
    assert "project manager answers, others acted 3 times" in page
    assert "<b>5 acts</b>" in page
    assert "5 by imports and jobs" in page


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def test_a_refused_button_leads_to_the_chain_and_a_rule_does_not() -> None:
    right = Refusal(
        "right.missing", {"activity": "product.edit", "on": "product:MOB"}, ("pmo",)
    )
    said = answers.reason(right)
    html = controls.button("Edit", reason=said)
    assert "/responsibilities/why?activity=product.edit&amp;on=product%3AMOB" in html
    assert "Why can I not do this: Edit?" in html
    assert "pt-why" not in controls.button("Edit", reason=answers.reason(Refusal("required")))


def test_a_refused_page_leads_to_the_chain(house: Company) -> None:
    answer = house.client(UNENTITLED).get(reverse("administration:people"))
    assert answer.status_code == 403
    assert "/responsibilities/why?activity=people.edit" in answer.content.decode()
    fragment = house.client(UNENTITLED).get(
        reverse("administration:people"), headers={"hx-request": "true"}
    )
    assert json.loads(fragment.headers["HX-Trigger"])["pt-toast"]["why"].startswith(
        "/responsibilities/why"
    )


def test_the_files_hold_the_letters(house: Company) -> None:
    client = house.client(ENTITLED)
    text = client.get(reverse("responsibilities:export"), {"format": "csv"}).content.decode(
        "utf-8-sig"
    )
    assert "Change the responsibility matrix;matrix.edit;PMO" in text
    assert client.get(reverse("responsibilities:export")).content[:2] == b"PK"


@pytest.mark.parametrize("count", [2, 40])
def test_queries_do_not_grow(
    house: Company, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        made = product(house, f"P{number}")
        ProductRole.objects.create(
            person=house.people[ENTITLED], product=made, role="product_manager"
        )
    Change.objects.create(at=_now(), activity="product.edit")
    client = house.client(ENTITLED)
    for name in ("home", "why", "reality"):
        client.get(reverse(f"responsibilities:{name}"))
    for name, asked in (
        ("home", {}), ("why", {"activity": "product.edit"}), ("reality", {}),
    ):
        with django_assert_max_num_queries(25):
            assert client.get(reverse(f"responsibilities:{name}"), asked).status_code == 200
