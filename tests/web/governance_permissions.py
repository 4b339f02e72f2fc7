"""Who gets what from the governance pages and the value reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import system_actor
from portulan.catalogue.models import Line, LineRole, Product
from portulan.governance import freezing
from portulan.governance.models import (
    ActionItem,
    AgendaItem,
    Condition,
    Decision,
    Dossier,
    DossierLine,
    DossierOption,
    Forum,
    ForumMember,
    LineReview,
    Meeting,
    Promise,
    Referral,
    ValueReview,
    Waiver,
)
from portulan.prioritisation.models import Scenario
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, Row

TODAY = timezone.localdate()


def _made(record: Any) -> Any:
    record.refresh_derived()
    record.save()
    return record


def _forum(built: Company) -> Forum:
    if "forum" not in built.things:
        built.things["forum"] = _made(Forum(code="comite", name="Comité", entity=built.home))
    return built.things["forum"]


def _product(built: Company) -> Product:
    if "gov-product" not in built.things:
        built.things["gov-product"] = _made(Product(code="GOV", name="Produit", entity=built.home))
    return built.things["gov-product"]


def _meeting(built: Company) -> Meeting:
    if "meeting" not in built.things:
        built.things["meeting"] = Meeting.objects.create(
            code="comite-1", forum=_forum(built), on=TODAY
        )
    return built.things["meeting"]


def _dossier(built: Company) -> Dossier:
    if "dossier" not in built.things:
        made = _made(
            Dossier(
                code="2027-001", name="Dossier", kind="continue", entity=built.home,
                product=_product(built),
            )
        )
        DossierLine.objects.create(
            dossier=made, title="Ligne", change="keep", product=_product(built)
        )
        built.things["dossier"] = made
    return built.things["dossier"]


def _item(built: Company) -> AgendaItem:
    if "item" not in built.things:
        built.things["item"] = AgendaItem.objects.create(
            meeting=_meeting(built), title="Point", dossier=_dossier(built)
        )
    return built.things["item"]


def forum(built: Company) -> Mapping[str, Any]:
    return {"code": _forum(built).code}


def member(built: Company) -> Mapping[str, Any]:
    person = built.people[ENTITLED]
    seat = ForumMember.objects.create(forum=_forum(built), person=person, right="advises")
    return {"code": _forum(built).code, "uid": seat.uid}


def meeting(built: Company) -> Mapping[str, Any]:
    _item(built)
    return {"code": _meeting(built).code}


def item(built: Company) -> Mapping[str, Any]:
    return {"code": _meeting(built).code, "uid": _item(built).uid}


def dossier(built: Company) -> Mapping[str, Any]:
    return {"code": _dossier(built).code}


def section(built: Company) -> Mapping[str, Any]:
    return {"code": _dossier(built).code, "section": "context"}


def line(built: Company) -> Mapping[str, Any]:
    return {"code": _dossier(built).code, "uid": _dossier(built).lines.get().uid}


def promise(built: Company) -> Mapping[str, Any]:
    made = Promise.objects.create(
        dossier=_dossier(built), kind="date", title="Fin", promised_on=TODAY
    )
    return {"code": _dossier(built).code, "uid": made.uid}


def scenario(built: Company) -> Mapping[str, Any]:
    _made(Scenario(code="S-GOV", name="Scénario", entity=built.home))
    return {"code": "S-GOV"}


def product(built: Company) -> Mapping[str, Any]:
    return {"code": _product(built).code}


def review(built: Company) -> Mapping[str, Any]:
    made = ValueReview.objects.create(
        product=_product(built), on=TODAY, proposed="continue", verdict="continue"
    )
    return {"code": _product(built).code, "uid": made.uid}


def line_of_products(built: Company) -> Mapping[str, Any]:
    if "gov-line" not in built.things:
        made = _made(Line(code="GOV-L", name="Ligne"))
        # A line is the whole company's: who is allowed holds it.
        LineRole.objects.create(line=made, person=built.people[ENTITLED], role="head_of_product")
        built.things["gov-line"] = made
    return {"code": "GOV-L"}


def line_review(built: Company) -> Mapping[str, Any]:
    code = line_of_products(built)["code"]
    made = LineReview.objects.create(
        line=Line.objects.get(code=code), on=TODAY, verdict="continue", comment="Bien"
    )
    return {"code": code, "uid": made.uid}


def decision(built: Company) -> Mapping[str, Any]:
    made = _made(
        Decision(
            code="D-2027-001", name="Décision", kind="continue", forum=_forum(built),
            state="decided", verdict="whole", decided_on=TODAY,
        )
    )
    return {"code": made.code}


def option(built: Company) -> Mapping[str, Any]:
    made = DossierOption.objects.create(dossier=_dossier(built), name="Autre")
    return {"code": _dossier(built).code, "uid": made.uid}


def waiver(built: Company) -> Mapping[str, Any]:
    made = Waiver.objects.create(
        dossier=_dossier(built), requirement="usage", reason="Pas encore", on=TODAY
    )
    return {"code": _dossier(built).code, "uid": made.uid}


def frozen(built: Company) -> Mapping[str, Any]:
    with recording(system_actor("test"), "test") as rec:
        freezing.keep(rec, _dossier(built))
    return {"code": _dossier(built).code}


def condition(built: Company) -> Mapping[str, Any]:
    code = decision(built)["code"]
    asked = Condition.objects.create(decision=Decision.objects.get(code=code), text="Tenir")
    return {"code": code, "uid": asked.uid}


def referral(built: Company) -> Mapping[str, Any]:
    made = Referral.objects.create(
        kind="cascade", target=_forum(built), source=_forum(built), subject="Faire", on=TODAY
    )
    return {"uid": made.uid}


def action(built: Company) -> Mapping[str, Any]:
    made = ActionItem.objects.create(
        title="Agir", meeting=_meeting(built), due_on=TODAY + timedelta(days=3)
    )
    return {"uid": made.uid}


READ = (SIGN_IN, 200, 200, 200)
#: Only for those above it and its seats: unknown to the others.
CLOSED = (SIGN_IN, 404, 404, 200)
Given = Callable[[Company], Mapping[str, Any]]


def _written(
    route: str, given: Given, unentitled: int, data: Mapping[str, Any] | Given
) -> Row:
    return Row(f"governance:{route}", "POST", (SIGN_IN, 404, unentitled, 302), given, data)


FORUM = {"name": "Comité", "level": "portfolio", "quorum": "2", "active": "on"}
ROWS = (
    Row("governance:home", "GET", READ),
    Row("governance:forums", "GET", READ),
    # Who may set up a committee somewhere opens the form; the entity is looked at when it is sent.
    Row("governance:forum_new", "GET", (SIGN_IN, 200, 403, 200)),
    Row("governance:forum_new", "POST", (SIGN_IN, 403, 403, 302),
        data=lambda c: FORUM | {"entity": c.home.code}),
    Row("governance:forum", "GET", (SIGN_IN, 404, 200, 200), forum),
    Row("governance:forum_edit", "GET", (SIGN_IN, 404, 403, 200), forum),
    _written("forum_edit", forum, 403, lambda c: FORUM | {"entity": c.home.code}),
    _written("member_add", forum, 403, {}),
    _written("member", member, 403, {"remove": "1"}),
    _written("plan", forum, 403, {"on": TODAY.isoformat()}),
    Row("governance:meeting", "GET", CLOSED, meeting),
    Row("governance:candidates", "GET", CLOSED, meeting),
    _written("meeting_edit", meeting, 404, {"on": TODAY.isoformat()}),
    _written("item_add", meeting, 404, {"title": "Point", "kind": "information", "minutes": "5"}),
    _written("fill", meeting, 404, {}),
    _written("item", item, 404, {"do": "up"}),
    _written("meeting_close", meeting, 404, {}),
    Row("governance:sit", "GET", CLOSED, meeting),
    Row("governance:live", "GET", CLOSED, meeting),
    _written("run", meeting, 404, {}),
    _written("attendance", meeting, 404, {}),
    _written("action_add", meeting, 404, {"title": "Agir"}),
    _written("sit_item", item, 404, {"do": "open"}),
    _written("vote", item, 404, lambda c: {"line": _dossier(c).lines.get().uid}),
    _written("verdict", item, 404, {"do": "approve_rest"}),
    Row("governance:text", "POST", (SIGN_IN, 404, 404, 302), item, {"text": "Décidé."}),
    _written("sit_line", item, 404, lambda c: {"line": _dossier(c).lines.get().uid}),
    _written("decide", item, 404, {}),
    _written("action", action, 404, {"do": "finish"}),
    Row("governance:dossiers", "GET", READ),
    Row("governance:dossier", "GET", CLOSED, dossier),
    Row("governance:section", "GET", CLOSED, section),
    Row("governance:section", "POST", CLOSED, section, {"value": "Texte", "revision": "0"}),
    _written("dossier_move", dossier, 404, {"do": "withdraw"}),
    _written("line", line, 404, {"do": "withdraw"}),
    _written("promise_add", dossier, 404, {"kind": "date", "title": "Fin"}),
    _written("promise", promise, 404, {"remove": "1"}),
    _written("from_scenario", scenario, 404, {}),
    Row("governance:from_product", "GET", (SIGN_IN, 404, 403, 200), product),
    _written("from_product", product, 403, {"kind": "continue"}),
    Row("governance:dossier_new", "GET", (SIGN_IN, 200, 403, 200)),
    Row("governance:dossier_new", "POST", (SIGN_IN, 422, 403, 302),
        data=lambda c: {"kind": "continue", "subject": f"product:{_product(c).code}"}),
    Row("governance:options", "GET", CLOSED, dossier),
    _written("option_add", dossier, 404, {"name": "Autre"}),
    _written("option", option, 404, {"do": "remove"}),
    _written("waive", dossier, 404, {"requirement": "usage", "reason": "Pas encore en usage"}),
    _written("waiver_end", waiver, 404, {}),
    _written("contradiction", dossier, 404, lambda c: {"decision": decision(c)["code"]}),
    _written("escalate", dossier, 404, lambda c: {"forum": _forum(c).code, "reason": "x"}),
    Row("governance:frozen", "GET", CLOSED, frozen),
    Row("governance:register_export", "GET", READ),
    Row("governance:register_head", "GET", READ),
    Row("governance:unfollowed", "GET", READ),
    Row("governance:between", "GET", READ),
    Row("governance:cascade", "POST", (SIGN_IN, 404, 403, 302), decision),
    Row("governance:condition", "POST", (SIGN_IN, 404, 403, 302), condition, {"do": "meet"}),
    Row("governance:referral", "POST", (SIGN_IN, 404, 404, 302), referral, {"answer": "Fait"}),
    Row("governance:register", "GET", READ),
    Row("governance:decision", "GET", (SIGN_IN, 404, 200, 200), decision),
    _written("apply", decision, 403, {}),
    Row("governance:revert", "POST", (SIGN_IN, 404, 302, 302), decision),
    Row("reviews:home", "GET", READ),
    Row("reviews:line", "GET", READ, line_of_products),
    Row("reviews:line_record", "POST", (SIGN_IN, 403, 403, 302), line_of_products,
        {"verdict": "continue", "comment": "Au même rythme"}),
    Row("reviews:line_dossier", "POST", (SIGN_IN, 403, 403, 302), line_review),
    Row("reviews:page", "GET", (SIGN_IN, 404, 200, 200), product),
    Row("reviews:record", "POST", (SIGN_IN, 404, 403, 302), product, {"verdict": "continue"}),
    Row("reviews:dossier", "POST", (SIGN_IN, 404, 403, 302), review),
)
