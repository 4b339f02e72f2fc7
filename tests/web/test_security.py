"""What the browser is told, the closed door, and GETs that cannot write."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from portulan.base.models import Account, Setting
from portulan.base.policy import Conflict, Invalid, NotFoundForActor, Refusal, Refused
from portulan.web.security import ReadOnlyMiddleware, WriteWhileReading
from tests.web.actors import ENTITLED, SIGNED_OUT, Company, company


def _write(request: HttpRequest) -> HttpResponse:
    Setting.objects.create(key="touched", value=1)
    return HttpResponse("written")


def _raise(request: HttpRequest, kind: str) -> HttpResponse:
    raise {
        "right": Refused(Refusal("right.missing", {}, ("pmo", "finance"))),
        "rule": Refused(Refusal("never.said", {})),
        "missing": NotFoundForActor("product", "P-1"),
        "conflict": Conflict("team", "data", {"capacity": (280, 295)}),
        "invalid": Invalid({"capacity": Refusal("required")}),
    }[kind]


urlpatterns = [
    path("", include("portulan.web.urls")),
    path("_write", _write),
    path("_raise/<kind>", _raise),
]


@pytest.fixture
def built(db: None) -> Company:
    return company()


@pytest.fixture
def urls() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.mark.parametrize("actor", [SIGNED_OUT, ENTITLED])
def test_every_page_carries_the_strict_policy(built: Company, actor: str) -> None:
    response = built.client(actor).get("/sign-in" if actor == SIGNED_OUT else "/account")
    policy = response.headers["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/gallery", "/gallery/present", "/account", "/palette?q=a"])
def test_pages_hold_nothing_that_the_policy_refuses(built: Company, address: str) -> None:
    text = built.client(ENTITLED).get(address).content.decode()
    for forbidden in (" style=", "<style", " onclick=", " onload=", "hx-on", "javascript:"):
        assert forbidden not in text
    for script in text.split("<script")[1:]:
        opening = script.split(">")[0]
        assert "src=" in opening or 'type="application/json"' in opening


def test_what_one_person_reads_is_not_kept_for_the_next(built: Company) -> None:
    assert "private" in built.client(ENTITLED).get("/account").headers["Cache-Control"]


def test_htmx_is_told_never_to_evaluate_nor_to_leave(built: Company) -> None:
    text = built.client(ENTITLED).get("/account").content.decode()
    config = json.loads(text.split('name="htmx-config" content=\'')[1].split("'")[0])
    assert config["allowEval"] is False
    assert config["selfRequestsOnly"] is True
    assert config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0


@pytest.mark.usefixtures("urls")
def test_a_page_that_nobody_declared_public_is_closed(built: Company) -> None:
    response = built.client(SIGNED_OUT).get("/_raise/missing")
    assert response.status_code == 302
    assert response.headers["Location"] == "/sign-in?next=%2F_raise%2Fmissing"


@pytest.mark.usefixtures("urls")
def test_htmx_is_led_to_the_sign_in_page_when_the_session_ends(built: Company) -> None:
    response = built.client(SIGNED_OUT).get("/_raise/missing", headers={"hx-request": "true"})
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in"


@pytest.mark.usefixtures("urls")
def test_a_get_cannot_write(built: Company) -> None:
    client = built.client(ENTITLED)
    with pytest.raises(WriteWhileReading, match="base_setting"), transaction.atomic():
        client.get("/_write")
    assert not Setting.objects.filter(key="touched").exists()


@pytest.mark.usefixtures("urls")
def test_a_post_can_write(built: Company) -> None:
    assert built.client(ENTITLED).post("/_write").status_code == 200
    assert Setting.objects.filter(key="touched").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM base_setting",
        "  update base_setting set value = '1'",
        'INSERT INTO "base_setting" (key, value) VALUES (1, 1)',
        "WITH gone AS (SELECT 1) DELETE FROM base_setting",
        "DROP TABLE base_setting",
    ],
)
def test_no_kind_of_write_passes_on_get(sql: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return HttpResponse()

    with pytest.raises(WriteWhileReading):
        ReadOnlyMiddleware(view)(RequestFactory().get("/"))


@pytest.mark.django_db
def test_reading_passes_on_get_even_when_it_names_writes() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(Account.objects.filter(name="delete from base_account").count()))

    assert ReadOnlyMiddleware(view)(RequestFactory().get("/")).content == b"0"


@pytest.mark.usefixtures("urls")
@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("right", 403, ["PMO", "finance controller"]),
        ("rule", 422, ["never.said"]),
        ("missing", 404, ["does not exist, or you cannot see it"]),
        ("conflict", 409, ["280", "295"]),
        ("invalid", 422, ["Fill this in."]),
    ],
)
def test_what_a_door_refuses_becomes_a_page_that_says_so(
    built: Company, kind: str, status: int, words: list[str]
) -> None:
    client = built.client(ENTITLED)
    response = client.get(f"/_raise/{kind}")
    assert response.status_code == status
    for word in words:
        assert word in response.content.decode()
    fragment = client.get(f"/_raise/{kind}", headers={"hx-request": "true"})
    assert fragment.status_code == status
    assert json.loads(fragment.headers["HX-Trigger"])["pt-toast"]["tone"] == "error"


def test_an_unknown_address_says_so(built: Company) -> None:
    response = built.client(ENTITLED).get("/no-such-page")
    assert response.status_code == 404
    assert "no page at this address" in response.content.decode()


def test_a_form_without_its_token_is_refused(built: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        built.accounts[ENTITLED], backend="django.contrib.auth.backends.ModelBackend"
    )
    response = client.post("/account", {"language": "fr", "theme": ""})
    assert response.status_code == 403
    assert "expired" in response.content.decode() or "expiré" in response.content.decode()
    built.accounts[ENTITLED].refresh_from_db()
    assert built.accounts[ENTITLED].language == "en"
