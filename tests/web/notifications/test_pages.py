"""The bell, the list by day, and the link that stops mails."""

from __future__ import annotations

import pytest
from django.test import Client

from portulan.catalogue.models import Product
from portulan.notifications.actions import token
from portulan.notifications.models import Notification, Preference
from tests.web.actors import ENTITLED, Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Company:
    return company()


def _told(built: Company, **values) -> Notification:
    return Notification.objects.create(
        person=built.people[ENTITLED],
        **{"kind": "action", "key": "k", "params": {"title": "Relancer <b>"}, **values},
    )


def test_the_bell_counts_and_the_list_says(built: Company) -> None:
    note = _told(built)
    client = built.client(ENTITLED)
    assert "Notifications, 1 new" in client.get("/account").content.decode()
    html = client.get("/notifications/_/list").content.decode()
    assert "Relancer &lt;b&gt;" in html and "<b>" not in html
    client.post(f"/notifications/{note.uid}/open")
    assert "Notifications, 0 new" in client.get("/account").content.decode()
    assert "Relancer" not in client.get("/notifications/_/list?show=unread").content.decode()


def test_a_notification_leads_to_what_it_is_about(built: Company) -> None:
    product = Product(code="P 1/é", name="P", entity=built.home)
    product.refresh_derived()
    product.save()
    note = _told(
        built, kind="watched", subject_kind="product", subject_uid=product.uid, key="p",
        params={"comment": "abc"},
    )
    answer = built.client(ENTITLED).get(f"/notifications/{note.uid}")
    assert answer.headers["Location"] == "/products/P%201%2F%C3%A9#comment-abc"


def test_a_mail_program_stops_mails_in_one_click_without_signing_in(built: Company) -> None:
    address = f"/notifications/unsubscribe/{token(built.people[ENTITLED], 'mention')}"
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(address).status_code == 200
    assert not Preference.objects.exists(), "looking stops nothing"
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().mail == {"mention": "never"}
