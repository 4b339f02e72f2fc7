"""A value edited in place: shown, edited, refused, in conflict, saved with its undo."""

from __future__ import annotations

import json

import pytest
from django import forms
from django.test import RequestFactory

from portulan.base.policy import Conflict, Invalid, Refusal, Refused
from portulan.web.inline import InlineField, answer

SERVER = {"value": 280, "revision": 3}


@pytest.fixture
def server() -> dict[str, int]:
    return dict(SERVER)


def _load(server: dict[str, int], reason: str = "") -> InlineField:
    return InlineField(
        "capacity",
        "Capacity",
        "/teams/data/_/capacity",
        forms.IntegerField(min_value=0),
        server["value"],
        f"{server['value']} pd",
        server["revision"],
        reason,
    )


def _save(server: dict[str, int], value: int, revision: int) -> str:
    if revision != server["revision"]:
        raise Conflict("team", "data", {"capacity": (revision, server["revision"])})
    server.update(value=value, revision=revision + 1)
    return "/changes/1/undo"


def _ask(
    server: dict[str, int], method: str = "GET", reason: str = "", **data: str
) -> tuple[int, str, dict[str, str]]:
    factory = RequestFactory()
    request = factory.post("/", data) if method == "POST" else factory.get("/", data)
    response = answer(
        request,
        lambda: _load(server, reason),
        lambda v, r: _save(server, v, r),
        changed_by=lambda: ("Karim", "2 min ago"),
    )
    return response.status_code, response.content.decode(), dict(response.headers)


def test_it_is_shown_with_its_pencil(server: dict[str, int]) -> None:
    status, text, _headers = _ask(server)
    assert status == 200
    assert "280 pd" in text
    assert 'aria-label="Edit: Capacity"' in text


def test_who_may_not_edit_gets_no_pencil_and_no_form(server: dict[str, int]) -> None:
    assert "pt-inline-edit" not in _ask(server, reason="Only the tech lead.")[1]
    assert "<form" not in _ask(server, reason="Only the tech lead.", edit="1")[1]


def test_its_form_holds_the_value_and_the_revision(server: dict[str, int]) -> None:
    text = _ask(server, edit="1")[1]
    assert 'name="revision" value="3"' in text
    assert 'value="280"' in text
    assert "autofocus" in text


def test_saving_shows_the_new_value_and_offers_to_undo(server: dict[str, int]) -> None:
    status, text, headers = _ask(server, "POST", value="300", revision="3")
    assert status == 200
    assert "300 pd" in text
    toast = json.loads(headers["HX-Trigger"])["pt-toast"]
    assert toast["undo"] == "/changes/1/undo"
    assert toast["seconds"] >= 10


def test_a_wrong_value_comes_back_with_its_reason(server: dict[str, int]) -> None:
    status, text, _headers = _ask(server, "POST", value="beaucoup", revision="3")
    assert status == 422
    assert 'aria-invalid="true"' in text
    assert 'value="beaucoup"' in text
    assert server == SERVER


def test_a_conflict_shows_both_values_and_both_ways_out(server: dict[str, int]) -> None:
    server.update(value=295, revision=4)
    status, text, _headers = _ask(server, "POST", value="300", revision="3")
    assert status == 409
    assert "Karim" in text
    assert "295 pd" in text
    assert 'name="value" value="300"' in text
    assert 'name="revision" value="4"' in text
    assert server["value"] == 295
    status, text, _headers = _ask(server, "POST", value="300", revision="4")
    assert status == 200
    assert server["value"] == 300


def test_what_the_action_refuses_is_said_on_the_field(server: dict[str, int]) -> None:
    def save(value: int, revision: int) -> None:
        raise Invalid({"capacity": Refusal("required")})

    response = answer(
        RequestFactory().post("/", {"value": "1", "revision": "3"}), lambda: _load(server), save
    )
    assert response.status_code == 422
    assert "Fill this in." in response.content.decode()


def test_a_missing_right_goes_up_to_the_frame(server: dict[str, int]) -> None:
    def save(value: int, revision: int) -> None:
        raise Refused(Refusal("right.missing"))

    with pytest.raises(Refused):
        answer(
            RequestFactory().post("/", {"value": "1", "revision": "3"}), lambda: _load(server), save
        )


def test_a_request_without_revision_changes_nothing(server: dict[str, int]) -> None:
    assert _ask(server, "POST", value="300")[0] == 422
    assert server == SERVER
