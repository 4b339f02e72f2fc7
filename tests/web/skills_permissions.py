"""Who gets what from the pages of skills, careers and trainings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from portulan.organisation.models import (
    DevelopmentStep,
    Enrolment,
    Skill,
    Training,
    TrainingSession,
)
from tests.web.actors import ENTITLED, UNENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def managed(built: Company) -> Mapping[str, Any]:
    """Somebody at home whose manager is the one who is allowed."""
    person = built.people[UNENTITLED]
    person.manager = built.people[ENTITLED]
    person.save()
    return {"code": person.code}


def step(built: Company) -> Mapping[str, Any]:
    """A step of that person's plan."""
    managed(built)
    made = DevelopmentStep.objects.create(person=built.people[UNENTITLED], title="Lire")
    return {"uid": made.uid}


def skill(built: Company) -> Mapping[str, Any]:
    """A skill of the catalogue."""
    made = Skill(code="vision", name="Vision produit")
    made.refresh_derived()
    made.save()
    return {"code": made.code}


def training(built: Company) -> Mapping[str, Any]:
    """A training of the catalogue."""
    made = Training(code="t", name="Écouter", hours=7)
    made.refresh_derived()
    made.save()
    built.things["training"] = made
    return {"code": made.code}


def session(built: Company) -> Mapping[str, Any]:
    """A session to come, with a seat that is asked for."""
    training(built)
    day = timezone.localdate() + timedelta(days=30)
    made = TrainingSession.objects.create(
        training=built.things["training"], starts=day, ends=day, seats=3
    )
    return {"uid": made.uid}


def asked(built: Company) -> Mapping[str, Any]:
    """The same, where somebody waits for an answer."""
    found = session(built)
    person = built.people[UNENTITLED]
    Enrolment.objects.create(
        session=TrainingSession.objects.get(uid=found["uid"]), person=person
    )
    return found


def answer(built: Company) -> Mapping[str, Any]:
    """A seat is accepted."""
    return {"person": built.people[UNENTITLED].code, "state": "accepted"}


DAY = date(2027, 5, 4).isoformat()
EDITORS = (SIGN_IN, 200, 403, 200)
ROWS = (
    Row("skills:home", "GET", SIGNED_IN),
    Row("skills:home", "POST", (SIGN_IN, 302, 302, 302)),
    Row("skills:person", "GET", (SIGN_IN, 404, 200, 200), kwargs=managed),
    Row("skills:person", "POST", (SIGN_IN, 404, 422, 302), kwargs=managed),
    Row("skills:step", "POST", (SIGN_IN, 404, 302, 302), kwargs=managed,
        data={"kind": "practice", "title": "Essayer"}),
    Row("skills:manager", "POST", (SIGN_IN, 403, 403, 302), kwargs=managed),
    Row("skills:done", "POST", (SIGN_IN, 404, 302, 302), kwargs=step, data={"done": "1"}),
    Row("skills:catalogue", "GET", SIGNED_IN),
    Row("skills:skill_new", "GET", EDITORS),
    Row("skills:skill_new", "POST", (SIGN_IN, 302, 403, 302),
        data={"name": "Écoute", "family": "discovery"}),
    Row("skills:fill", "POST", (SIGN_IN, 302, 403, 302)),
    Row("skills:skill_edit", "GET", EDITORS, kwargs=skill),
    Row("skills:overview", "GET", EDITORS),
    Row("skills:careers", "GET", SIGNED_IN),
    Row("skills:trainings", "GET", SIGNED_IN),
    Row("skills:training_new", "GET", EDITORS),
    Row("skills:training_new", "POST", (SIGN_IN, 302, 403, 302),
        data={"name": "Écouter", "hours": "7"}),
    Row("skills:training", "GET", SIGNED_IN, kwargs=training),
    Row("skills:training_edit", "GET", EDITORS, kwargs=training),
    Row("skills:session", "GET", EDITORS, kwargs=training),
    Row("skills:session", "POST", (SIGN_IN, 302, 403, 302), kwargs=training,
        data={"starts": DAY, "ends": DAY, "seats": "8"}),
    Row("skills:ask", "POST", (SIGN_IN, 302, 302, 302), kwargs=session),
    Row("skills:answer", "POST", (SIGN_IN, 302, 403, 302), kwargs=asked, data=answer),
    Row("skills:cancel", "POST", (SIGN_IN, 302, 403, 302), kwargs=session),
)
