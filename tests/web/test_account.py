"""The door, and what readers choose for themselves."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

from portulan.base.models import Account

SECRET = "une phrase assez longue"


@pytest.fixture
def account(db: None) -> Account:
    return Account.objects.create_account(
        "Claire@Example.org", SECRET, name="Claire Le Goff", language="fr"
    )


def test_before_any_account_the_page_says_how_to_make_one(db: None) -> None:
    text = Client(headers={"accept-language": "en"}).get("/sign-in").content.decode()
    assert "portulan user add" in text
    assert "password" not in text.split("<main")[1].split("</main>")[0].lower()


def test_signing_in_leads_where_one_wanted_to_go(account: Account) -> None:
    client = Client()
    response = client.post(
        "/sign-in", {"username": "claire@example.org", "password": SECRET, "next": "/account"}
    )
    assert response.status_code == 302
    assert response.headers["Location"] == "/account"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_to_another_site(account: Account, target: str) -> None:
    response = Client().post(
        "/sign-in", {"username": "claire@example.org", "password": SECRET, "next": target}
    )
    assert response.headers["Location"] == "/"


def test_the_session_is_a_new_one_after_signing_in(account: Account) -> None:
    client = Client()
    client.get("/sign-in")
    before = client.session.session_key
    client.post("/sign-in", {"username": "claire@example.org", "password": SECRET})
    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_address_get_the_same_words(account: Account) -> None:
    client = Client(headers={"accept-language": "en"})
    known = client.post(
        "/sign-in", {"username": "claire@example.org", "password": "no"}
    ).content.decode()
    unknown = client.post(
        "/sign-in", {"username": "nobody@example.org", "password": "no"}
    ).content.decode()
    for text in (known, unknown):
        assert "do not go together" in text


@override_settings(AXES_FAILURE_LIMIT=3)
def test_too_many_attempts_lock_the_address_and_say_for_how_long(account: Account) -> None:
    client = Client(headers={"accept-language": "en"})
    for _attempt in range(3):
        response = client.post("/sign-in", {"username": "claire@example.org", "password": "no"})
    assert response.status_code == 429
    assert "Too many attempts." in response.content.decode()
    assert "minutes" in response.content.decode()
    again = client.post("/sign-in", {"username": "claire@example.org", "password": SECRET})
    assert again.status_code == 429
    assert client.get("/account").status_code == 302


def test_an_account_put_to_rest_cannot_sign_in(account: Account) -> None:
    Account.objects.update(is_active=False)
    assert (
        Client()
        .post("/sign-in", {"username": "claire@example.org", "password": SECRET})
        .status_code
        == 422
    )


def test_signing_out_ends_the_session_on_the_server(account: Account) -> None:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    cookie = client.cookies["session"].value
    client.post("/sign-out")
    thief = Client()
    thief.cookies["session"] = cookie
    assert thief.get("/account").status_code == 302


def test_language_and_theme_follow_the_account(account: Account) -> None:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert (
        '<html lang="fr" data-bs-theme="light" data-pt-theme="auto">'
        in client.get("/account").content.decode()
    )
    client.post("/account/theme", {"theme": "dark"})
    client.post("/account/language", {"language": "en"})
    account.refresh_from_db()
    assert (account.language, account.theme) == ("en", "dark")
    text = client.get("/account").content.decode()
    assert '<html lang="en" data-bs-theme="dark">' in text
    assert "theme-boot" not in text
    assert "My account" in text


def test_before_signing_in_the_choice_lives_in_a_cookie(account: Account) -> None:
    client = Client(headers={"accept-language": "fr"})
    assert "Se connecter" in client.get("/sign-in").content.decode()
    client.post("/account/language", {"language": "en"})
    client.post("/account/theme", {"theme": "dark"})
    text = client.get("/sign-in").content.decode()
    assert "Sign in" in text
    assert 'data-bs-theme="dark"' in text


@pytest.mark.parametrize(
    ("field", "value"), [("language", "xx"), ("language", '"><script>'), ("theme", "neon")]
)
def test_an_unknown_choice_changes_nothing(account: Account, field: str, value: str) -> None:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"/account/{field}", {field: value})
    account.refresh_from_db()
    assert (account.language, account.theme) == ("fr", "")


def _change(client: Client, current: str, new: str, again: str) -> int:
    return client.post(
        "/account/password", {"current": current, "new": new, "again": again}
    ).status_code


def test_a_new_password_closes_the_other_sessions(account: Account) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert _change(here, SECRET, "encore une phrase", "encore une phrase") == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("current", "new", "again"),
    [
        ("wrong", "encore une phrase", "encore une phrase"),
        (SECRET, "court", "court"),
        (SECRET, "encore une phrase", "une autre phrase"),
    ],
)
def test_a_password_is_refused_for_its_reason(
    account: Account, current: str, new: str, again: str
) -> None:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert _change(client, current, new, again) == 422
    account.refresh_from_db()
    assert account.check_password(SECRET)


@override_settings(AXES_FAILURE_LIMIT=3)
def test_the_lock_of_one_address_leaves_the_others_alone(account: Account) -> None:
    Account.objects.create_account("karim@example.org", SECRET)
    client = Client()
    for name in ("claire@example.org", "CLAIRE@example.org", "Claire@Example.org"):
        client.post("/sign-in", {"username": name, "password": "no"})
    assert (
        client.post("/sign-in", {"username": "claire@example.org", "password": SECRET}).status_code
        == 429
    )
    assert (
        client.post("/sign-in", {"username": "karim@example.org", "password": SECRET}).status_code
        == 302
    )
