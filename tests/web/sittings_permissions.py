"""Who gets what from the calendar, mandates, consultations and what is asked at a sitting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portulan.governance.models import CalendarFeed, Meeting
from tests.web.actors import ENTITLED, Company
from tests.web.governance_permissions import CLOSED, READ, forum, item, meeting
from tests.web.permissions import SIGN_IN, Row

TODAY = timezone.localdate()


def feed(built: Company) -> Mapping[str, Any]:
    """A feed of the entitled actor: to everybody else it does not exist."""
    made = CalendarFeed.objects.create(
        person=built.people[ENTITLED], digest="0" * 64, created_at=timezone.now()
    )
    return {"uid": made.uid}


def consultation(built: Company) -> Mapping[str, Any]:
    given = meeting(built)
    Meeting.objects.filter(code=given["code"]).update(
        form="consultation", state="open", until=TODAY
    )
    return given


def answered(built: Company) -> Mapping[str, Any]:
    consultation(built)
    return item(built)


ROWS = (
    Row("governance:calendar", "GET", READ),
    Row("governance:calendar", "GET", READ, query="view=list&mine=1"),
    Row("governance:feeds", "GET", READ),
    Row("governance:feeds", "POST", READ),
    Row("governance:feed_revoke", "POST", (SIGN_IN, 404, 404, 302), feed),
    Row("governance:mandates", "GET", READ),
    Row("governance:forum_template", "GET", (SIGN_IN, 404, 403, 200), forum),
    Row("governance:forum_template", "POST", (SIGN_IN, 404, 403, 302), forum,
        {"title": "Point", "purpose": "", "kind": "information", "minutes": "5", "who": ""}),
    Row("governance:plan_year", "POST", (SIGN_IN, 404, 403, 302), forum,
        {"first": TODAY.isoformat(), "last": (TODAY + timedelta(days=90)).isoformat()}),
    Row("governance:consult", "GET", (SIGN_IN, 404, 403, 200), forum),
    Row("governance:consult", "POST", (SIGN_IN, 404, 403, 422), forum,
        {"until": TODAY.isoformat()}),
    Row("governance:meeting", "GET", CLOSED, consultation),
    Row("governance:consultation_run", "POST", (SIGN_IN, 404, 404, 302), consultation,
        {"do": "remind"}),
    Row("governance:answer", "POST", (SIGN_IN, 404, 404, 302), answered, {}),
    Row("governance:around", "POST", (SIGN_IN, 404, 404, 302), meeting, {"do": "sent"}),
    Row("governance:deputy", "POST", (SIGN_IN, 404, 404, 302), meeting, {}),
    Row("governance:poll", "POST", (SIGN_IN, 404, 404, 302), item,
        {"do": "open", "question": "Oui ?"}),
    Row("governance:round", "POST", (SIGN_IN, 404, 404, 302), item, {"do": "open"}),
    Row("governance:notes", "POST", (SIGN_IN, 404, 404, 200), item, {"notes": "Noté."}),
)
