"""Role sheets in the pages: drafts that others do not see, versions, variants, the matrix."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from portulan.base.changes import recording
from portulan.base.policy import Conflict, Invalid, system_actor
from portulan.organisation.models import EntityRole, RoleSheetVersion
from portulan.organisation.rolesheets import actions
from portulan.organisation.rolesheets.content import as_lines, from_lines
from portulan.organisation.rolesheets.queries import read_sheet, versions
from portulan.profiles import actions as profiles
from portulan.profiles.library import shipped
from tests.web.actors import ENTITLED, UNENTITLED, Company, company

BOSS = system_actor("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Company:
    made = company()
    EntityRole.objects.create(person=made.people[ENTITLED], entity=made.group, role="pmo")
    with recording(BOSS, "sheet.edit") as recorder:
        actions.put_sheet(
            recorder, "product_owner",
            {
                "purpose": [{"fr": "Faire livrer", "en": "Make it deliver"}],
                "decides": [{"fr": "Le backlog", "en": "The backlog",
                             "activities": ["backlog.edit"]}],
                "rituals": [{"fr": "Affinage", "en": "Refinement"}],
            },
        )
    return made


def save(client: Client, section: str, value: str, variant: str = "") -> int:
    address = reverse("rolesheets:section", args=["product_owner", section])
    query = f"?variant={variant}" if variant else ""
    page = client.get(address + query + ("&" if query else "?") + "edit=1").content.decode()
    revision = page.split('name="revision" value="')[1].split('"')[0]
    data = {"value": value, "revision": revision}
    return client.post(address + query, data).status_code


def test_a_draft_is_seen_by_who_edits_and_published_for_all(built: Company) -> None:
    editor, reader = built.client(ENTITLED), built.client(UNENTITLED)
    assert save(editor, "rituals", "Refinement\nDemo with users") == 200
    url = reverse("rolesheets:page", args=["product_owner"])
    assert "Demo with users" in editor.get(url).content.decode()
    assert "Demo with users" not in reader.get(url).content.decode()
    editor.post(reverse("rolesheets:publish", args=["product_owner"]), {"note": "A demo"})
    assert "Demo with users" in reader.get(url).content.decode()
    history = reader.get(reverse("rolesheets:history", args=["product_owner"])).content.decode()
    assert "Version 2" in history
    assert "A demo" in history
    assert "Demo with users" in history
    assert RoleSheetVersion.objects.count() == 2


def test_a_text_that_stays_keeps_its_other_language(built: Company) -> None:
    assert save(built.client(ENTITLED), "rituals", "Demo\nRefinement") == 200
    draft = read_sheet("product_owner", draft=True)
    assert draft.section("rituals").items == (
        {"en": "Demo"}, {"fr": "Affinage", "en": "Refinement"},
    )


def test_two_who_write_the_same_section_meet(built: Company) -> None:
    sheet = read_sheet("product_owner")
    actions.edit_section(BOSS, "product_owner", "", "rituals", [{"fr": "Un"}], sheet.token)
    with pytest.raises(Conflict):
        actions.edit_section(BOSS, "product_owner", "", "rituals", [{"fr": "Deux"}], sheet.token)
    actions.edit_section(BOSS, "product_owner", "", "purpose", [{"fr": "Trois"}], sheet.token)


@pytest.mark.parametrize(
    ("section", "typed", "code"),
    [
        ("decides", "The backlog [backlog.edti]", "sheet.activity"),
        ("works_with", "The manager [manager]", "sheet.role"),
        ("skills", "Reading data", "sheet.level"),
        ("skills", "Reading data [5]", "sheet.level"),
        ("rituals", "x" * 700, "sheet.line"),
    ],
)
def test_a_line_that_cannot_be_taken_says_why(section: str, typed: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        from_lines(section, typed, (), "en")
    assert raised.value.errors["value"].code == code


def test_what_is_typed_is_what_is_shown_to_edit() -> None:
    typed = "Reading usage data [3]\nWriting [1]"
    assert as_lines("skills", from_lines("skills", typed, (), "en"), "en") == typed


def test_a_variant_marks_what_is_its_own(built: Company) -> None:
    client = built.client(ENTITLED)
    client.post(reverse("rolesheets:variant", args=["product_owner"]), {"entity": "HOME"})
    assert save(client, "rituals", "Site round", variant="HOME") == 200
    client.post(reverse("rolesheets:publish", args=["product_owner"]) + "?variant=HOME")
    reader = built.client(UNENTITLED)
    url = reverse("rolesheets:page", args=["product_owner"])
    page = reader.get(f"{url}?variant=HOME").content.decode()
    assert "Own to Chez nous" in page
    assert "Site round" in page
    assert "Make it deliver" in page
    assert "Site round" not in reader.get(url).content.decode()
    assert save(client, "rituals", "", variant="HOME") == 200
    client.post(reverse("rolesheets:publish", args=["product_owner"]) + "?variant=HOME")
    assert "Refinement" in reader.get(f"{url}?variant=HOME").content.decode()
    assert len(versions("product_owner", built.home)) == 2


def test_a_line_that_the_matrix_contradicts_is_told(built: Company) -> None:
    client = built.client(ENTITLED)
    assert save(client, "decides", "The budget [budget.edit]") == 200
    page = client.get(reverse("rolesheets:page", args=["product_owner"])).content.decode()
    assert "The matrix contradicts 1 line of this sheet" in page


def test_the_pdf_is_one(built: Company) -> None:
    answer = built.client(UNENTITLED).get(reverse("rolesheets:pdf", args=["product_owner"]))
    assert answer.content.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_list_costs_the_same_with_every_role(
    built: Company, django_assert_max_num_queries
) -> None:
    profiles.apply(BOSS, shipped("groupe"), "clarifier")
    client = built.client(UNENTITLED)
    client.get(reverse("rolesheets:home"))
    with django_assert_max_num_queries(30):
        page = client.get(reverse("rolesheets:home")).content.decode()
    assert "23 roles have their sheet" in page
    assert "All say what the matrix says" in page
    with django_assert_max_num_queries(30):
        client.get(reverse("rolesheets:page", args=["product_manager"]))
