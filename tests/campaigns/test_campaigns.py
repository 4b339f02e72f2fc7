"""Collections: asked of who answers, proposed, looked at, then let in by the real actions."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.utils import timezone

from portulan.base.models import HistoryRow
from portulan.base.policy import Invalid, NotFoundForActor, Refused, system_actor
from portulan.campaigns import access, actions, queries, workbook
from portulan.campaigns.exporting import exported
from portulan.campaigns.fields import Field, Unfit, same
from portulan.campaigns.models import Answer, Ask, Campaign
from portulan.campaigns.planning import asked
from portulan.catalogue.models import Product, ProductRole
from portulan.evidence.models import Indicator, Measure
from portulan.notifications import making
from portulan.notifications.models import Notification
from portulan.organisation.models import EntityRole, Team
from portulan.organisation.rights import actor_for
from portulan.portfolio.models import Capacity, Initiative
from portulan.prioritisation.actions.scoring import ensure_model
from portulan.prioritisation.models import Score
from portulan.prioritisation.queries.scoring import model_in_force
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db
DUE = timezone.localdate() + timedelta(days=10)


def _saved(record):
    record.refresh_derived()
    record.save()
    return record


@pytest.fixture
def built() -> Company:
    made = company()
    for number in (1, 2):
        product = _saved(
            Product(code=f"P-{number}", name=f"Produit {number}", entity=made.home, summary="Vieux")
        )
        ProductRole.objects.create(
            product=product, person=made.people[UNENTITLED], role="product_owner"
        )
        made.things[product.code] = product
    _saved(Product(code="ORPHAN", name="Orphelin", entity=made.home))
    _saved(Product(code="ELSE", name="CANARI", entity=made.elsewhere))
    return made


def _who(built: Company, who: str):
    return actor_for(built.accounts[who])


def _campaign(built: Company, launched: bool = True, **given) -> Campaign:
    pmo = _who(built, ENTITLED)
    made = actions.create(
        pmo, **{"name": "Fiches", "kind": "sheets", "due_on": DUE, "entity": "HOME",
                "fields": ["summary", "personal_data"], **given}
    )
    if launched:
        actions.launch(pmo, made.code)
    return Campaign.objects.get(pk=made.pk)


def _ask(code: str = "P-1") -> Ask:
    return Ask.objects.get(object_uid=Product.objects.get(code=code).uid)


def test_the_preview_says_whom_it_would_ask_and_what_is_left_out(built: Company) -> None:
    plan = asked(_who(built, ENTITLED), _campaign(built, launched=False))
    assert {name: [s.code for s in subjects] for name, subjects in plan.by_person().items()} == {
        UNENTITLED: ["P-1", "P-2"]
    }
    assert [(s.code, why) for s, why, _name in plan.left_out] == [("ORPHAN", "nobody")]
    assert not Ask.objects.exists() and not Notification.objects.exists()


def test_people_who_cannot_read_or_sign_in_are_not_asked(built: Company) -> None:
    campaign = _campaign(built, launched=False, people=["other-entity", "no-right"])
    plan = asked(_who(built, ENTITLED), campaign)
    assert {ask.person.code for ask in plan.asks} == {"no-right"}
    assert {(why, name) for _s, why, name in plan.left_out} == {("read", OUTSIDER)}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"name": " "}, "name"), ({"fields": []}, "fields"), ({"fields": ["name"]}, "fields"),
        ({"due_on": date(2020, 1, 1)}, "due_on"), ({"kind": "else"}, "fields"),
    ],
)
def test_a_collection_that_asks_nothing_is_refused(built: Company, given, wrong) -> None:
    with pytest.raises(Invalid) as error:
        _campaign(built, launched=False, **given)
    assert wrong in error.value.errors


def test_nobody_runs_a_collection_of_another_part(built: Company) -> None:
    campaign = _campaign(built)
    for call in (actions.launch, actions.close, actions.remind, actions.discard):
        with pytest.raises(NotFoundForActor):
            call(_who(built, OUTSIDER), campaign.code)
        with pytest.raises(Refused):
            call(_who(built, UNENTITLED), campaign.code)
    with pytest.raises(Refused):
        actions.create(
            _who(built, OUTSIDER), name="x", kind="sheets", due_on=DUE, fields=["summary"],
            entity="HOME",
        )
    assert queries.campaigns(_who(built, OUTSIDER)) == []


def test_what_is_given_waits_and_enters_when_it_is_accepted(built: Company) -> None:
    campaign = _campaign(built)
    me, pmo = _who(built, UNENTITLED), _who(built, ENTITLED)
    actions.give(me, _ask().uid, "summary", "  Neuf ")
    actions.give(me, _ask().uid, "personal_data", "Yes")
    assert Product.objects.get(code="P-1").summary == "Vieux"
    page = queries.page(pmo, campaign)
    assert [(d.field.key, d.answer.old, d.answer.new) for d in page.differences] == [
        ("summary", "Vieux", "Neuf"), ("personal_data", None, True),
    ]
    done = actions.accept(pmo, campaign.code, None)
    assert done.entered == 2 and not done.failed
    product = Product.objects.get(code="P-1")
    assert (product.summary, product.personal_data) == ("Neuf", True)
    answer = Answer.objects.get(field="summary")
    change = HistoryRow.objects.get(change__uid=answer.change_uid, model="catalogue.product")
    assert change.change.account_id == built.accounts[ENTITLED].pk
    assert (answer.author.name, answer.settled_by.name) == (UNENTITLED, ENTITLED)
    assert actions.accept(pmo, campaign.code, None).entered == 0


def test_the_value_that_is_there_takes_a_proposal_back(built: Company) -> None:
    _campaign(built)
    me = _who(built, UNENTITLED)
    actions.give(me, _ask().uid, "summary", "Neuf")
    actions.give(me, _ask().uid, "summary", "Vieux")
    assert not Answer.objects.exists()


def test_a_value_that_moved_on_is_not_overwritten_unless_one_says_so(built: Company) -> None:
    campaign = _campaign(built)
    pmo = _who(built, ENTITLED)
    actions.give(_who(built, UNENTITLED), _ask().uid, "summary", "Neuf")
    Product.objects.filter(code="P-1").update(summary="Ailleurs", revision=9)
    assert queries.page(pmo, campaign).differences[0].moved
    done = actions.accept(pmo, campaign.code, None)
    assert done.entered == 0 and done.failed[0][1].code == "campaign.moved"
    assert Product.objects.get(code="P-1").summary == "Ailleurs"
    assert actions.accept(pmo, campaign.code, None, anyway=True).entered == 1
    assert Product.objects.get(code="P-1").summary == "Neuf"


def test_a_refused_value_comes_back_with_its_word_and_can_be_given_again(built: Company) -> None:
    campaign = _campaign(built)
    me, pmo = _who(built, UNENTITLED), _who(built, ENTITLED)
    actions.give(me, _ask().uid, "summary", "Neuf")
    actions.finish(me, campaign.uid, None, True)
    uid = str(Answer.objects.get().uid)
    with pytest.raises(Invalid):
        actions.refuse(pmo, campaign.code, [uid], " ")
    assert actions.refuse(pmo, campaign.code, [uid], "Trop court") == 1
    assert _ask().done_at is None
    filled = queries.fill(me, *access.contribution_for(me, campaign.uid))
    assert filled.rows[0].cells[0].refused == "Trop court"
    actions.give(me, _ask().uid, "summary", "Neuf")
    assert Answer.objects.get().state == "proposed"


def test_acceptance_asks_for_the_right_on_each_object(built: Company) -> None:
    """Finance may run a collection, and may not edit sheets: nothing enters through it."""
    EntityRole.objects.filter(person=built.people[ENTITLED]).exclude(role="finance").delete()
    campaign = _campaign(built)
    actions.give(_who(built, UNENTITLED), _ask().uid, "summary", "Neuf")
    done = actions.accept(_who(built, ENTITLED), campaign.code, None)
    assert done.entered == 0 and done.failed[0][1].code == "right.missing"
    assert Product.objects.get(code="P-1").summary == "Vieux"
    assert Answer.objects.get().state == "proposed"


def test_only_who_is_asked_gives_and_only_while_it_is_open(built: Company) -> None:
    campaign = _campaign(built)
    for who in (OUTSIDER, ENTITLED):
        with pytest.raises(NotFoundForActor):
            actions.give(_who(built, who), _ask().uid, "summary", "x")
    me = _who(built, UNENTITLED)
    with pytest.raises(Invalid):
        actions.give(me, _ask().uid, "name", "x")
    with pytest.raises(Invalid):
        actions.give(me, _ask().uid, "personal_data", "peut-être")
    actions.close(_who(built, ENTITLED), campaign.code)
    with pytest.raises(Refused):
        actions.give(me, _ask().uid, "summary", "x")
    actions.relaunch(_who(built, ENTITLED), campaign.code, DUE + timedelta(days=5))
    assert actions.give(me, _ask().uid, "summary", "x") == "x"


def test_an_object_that_one_may_no_longer_read_disappears_from_the_page(built: Company) -> None:
    campaign = _campaign(built)
    me = _who(built, UNENTITLED)
    ProductRole.objects.all().delete()
    Product.objects.filter(code="P-1").update(entity=built.elsewhere)
    me = _who(built, UNENTITLED)
    filled = queries.fill(me, *access.contribution_for(me, campaign.uid))
    assert [row.subject.code for row in filled.rows] == ["P-2"]
    with pytest.raises(NotFoundForActor):
        actions.give(me, _ask("P-1").uid, "summary", "x")
    assert queries.page(_who(built, ENTITLED), campaign).hidden == 1


def test_what_is_handed_over_is_the_other_s_from_then_on(built: Company) -> None:
    campaign = _campaign(built)
    me = _who(built, UNENTITLED)
    uid = str(_ask().uid)
    for person, why in (("other-entity", "cannot_read"), ("no-right", "oneself")):
        with pytest.raises(Invalid) as error:
            actions.hand_over(me, campaign.uid, [uid], person)
        assert why in error.value.errors["person"].code
    assert actions.hand_over(me, campaign.uid, [uid], "allowed") == 1
    with pytest.raises(NotFoundForActor):
        actions.give(me, uid, "summary", "x")
    assert actions.give(_who(built, ENTITLED), uid, "summary", "x") == "x"
    assert _ask().handed_by == built.people[UNENTITLED]


# --- The other kinds


def test_measures_forecasts_capacities_and_marks_enter_through_their_apps(built: Company) -> None:
    pmo, me = _who(built, ENTITLED), built.people[UNENTITLED]
    product = built.things["P-1"]
    indicator = _saved(Indicator(code="I", name="Indic", product=product, owner=me))
    team = _saved(Team(code="T", name="Équipe", entity=built.home, manager=me))
    work = _saved(
        Initiative(
            code="INI", name="Init", entity=built.home, owner=me, state="planned", months=2,
            start=24320, costs_capex=[100_000_00, 0], costs_opex=[],
        )
    )
    ensure_model(system_actor("test"))
    criterion = model_in_force().core.criteria[0]
    month = f"m{DUE.year * 12 + DUE.month - 1}"
    for kind, field, typed, target in (
        ("measures", "value", "12,5", indicator), ("capacities", month, "20", team),
        ("forecasts", "costs_capex", "250", work), ("scores", criterion.code, "4", work),
    ):
        campaign = _campaign(built, kind=kind, fields=[field])
        ask = Ask.objects.get(campaign=campaign, object_uid=target.uid)
        actions.give(_who(built, UNENTITLED), ask.uid, field, typed)
        done = actions.accept(pmo, campaign.code, None)
        assert (done.entered, [r.code for _a, r in done.failed]) == (1, []), kind
    assert Measure.objects.get().value == 12.5
    assert Capacity.objects.get(team=team).days == 2_000
    assert sum(Initiative.objects.get(code="INI").costs_capex) == 250_000_00
    score = Score.objects.get()
    assert score.value == 4 and score.author == me, "a mark stays that of who gave it"


def test_amounts_are_hidden_from_contributors_who_may_not_read_the_budget(built: Company) -> None:
    _saved(
        Initiative(code="INI", name="Init", entity=built.home, owner=built.people[UNENTITLED],
                   state="planned", months=1, costs_capex=[77_777_00])
    )
    campaign = _campaign(built, kind="forecasts", fields=["costs_capex"])
    me = _who(built, UNENTITLED)
    from dataclasses import replace

    me = replace(me, grants=tuple(g for g in me.grants if g.entity is not None))
    filled = queries.fill(me, *access.contribution_for(me, campaign.uid))
    assert filled.rows[0].cells[0].present is None


# --- Fields


@pytest.mark.parametrize(
    ("field", "given", "raw"),
    [
        (Field("a", "A"), " x \r\n y ", "x \n y"), (Field("a", "A"), None, ""),
        (Field("a", "A", "number"), "1 840,5", 1840.5), (Field("a", "A", "number"), 3, 3.0),
        (Field("a", "A", "money"), "250", 25_000_000),
        (Field("a", "A", "money"), "1,2 M€", 120_000_000),
        (Field("a", "A", "money"), "450000 €", 45_000_000), (Field("a", "A", "effort"), 12.5, 1250),
        (Field("a", "A", "choice", {"true": "Oui", "false": "Non"}), "oui", True),
        (Field("a", "A", "choice", {"x": "X"}), "", None),
    ],
)
def test_a_value_is_read_as_people_write_it(field: Field, given, raw) -> None:
    assert field.read(given) == raw


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (Field("a", "A", "number"), "beaucoup"), (Field("a", "A", "number"), True),
        (Field("a", "A", "number", low=0, high=5), 6), (Field("a", "A", "number", low=0), -1),
        (Field("a", "A", "number", steps=(1, 2)), 1.5), (Field("a", "A", "number"), float("nan")),
        (Field("a", "A", "choice", {"x": "X"}), "y"), (Field("a", "A"), "x" * 20_001),
        (Field("a", "A", "number"), "1,234"), (Field("a", "A", "number"), date(2027, 1, 1)),
    ],
)
def test_a_value_that_does_not_fit_is_told(field: Field, given) -> None:
    with pytest.raises(Unfit):
        field.read(given)


def test_nothing_and_an_empty_text_are_the_same() -> None:
    assert same(None, "") and same(1, 1.0) and not same(True, 1) and not same(0, None)


# --- The workbook


def _book(built: Company, campaign: Campaign, who: str = UNENTITLED) -> bytes:
    me = _who(built, who)
    return workbook.made(queries.fill(me, *access.contribution_for(me, campaign.uid)), who, "Data")


def _edited(content: bytes, edit) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _take(built: Company, campaign: Campaign, content: bytes, who: str = UNENTITLED, **more):
    me = _who(built, who)
    found, asks = access.contribution_for(me, campaign.uid)
    return workbook.take(me, found, asks, content, **more)


def test_the_workbook_is_locked_but_for_its_places_and_hides_its_keys(built: Company) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_book(built, _campaign(built))))
    sheet = book["Data"]
    assert book["_portulan"].sheet_state == "veryHidden"
    assert sheet.protection.sheet and sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert sheet["C3"].protection.locked and not sheet["D3"].protection.locked
    assert sheet["D3"].value == "Vieux" and sheet["B3"].value == "P-1"
    assert '"Yes,No"' in {rule.formula1 for rule in sheet.data_validations.dataValidation}


def test_an_untouched_workbook_says_nothing_new(built: Company) -> None:
    built.things["P-1"].summary = "=1+1\nsuite "
    built.things["P-1"].save()
    campaign = _campaign(built)
    content = _book(built, campaign)
    assert openpyxl.load_workbook(io.BytesIO(content))["Data"]["D3"].value == "'=1+1\nsuite "
    taken = _take(built, campaign, _edited(content, lambda book: None))
    assert (taken.changed, list(taken.faults)) == (0, [])


def test_what_was_written_comes_back_as_proposals(built: Company) -> None:
    campaign = _campaign(built)

    def edit(book) -> None:
        book["Data"]["D3"] = "Neuf"
        book["Data"]["E4"] = "No"

    taken = _take(built, campaign, _edited(_book(built, campaign), edit))
    assert taken.changed == 2 and not taken.faults
    assert {(a.field, a.new, a.way) for a in Answer.objects.all()} == {
        ("summary", "Neuf", "file"), ("personal_data", False, "file"),
    }


def test_one_fault_keeps_the_whole_file_out_and_says_where(built: Company) -> None:
    campaign = _campaign(built)

    def edit(book) -> None:
        book["Data"]["D3"] = "Neuf"
        book["Data"]["E4"] = "peut-être"
        book["Data"]["A5"] = "ailleurs"

    taken = _take(built, campaign, _edited(_book(built, campaign), edit))
    assert taken.changed == 0 and not Answer.objects.exists()
    assert [(f.kind, f.row) for f in taken.faults] == [("value", 4), ("row", 5)]
    assert taken.faults[0].found == "peut-être" and "Yes" in taken.faults[0].expected


def test_a_stale_file_shows_its_conflicts(built: Company) -> None:
    campaign = _campaign(built)
    content = _edited(
        _book(built, campaign), lambda book: book["Data"].__setitem__("D3", "Le mien")
    )
    Product.objects.filter(code="P-1").update(summary="Ailleurs")
    taken = _take(built, campaign, content)
    assert [(f.kind, f.row) for f in taken.faults] == [("moved", 3)]
    assert "Ailleurs" in taken.faults[0].expected and not Answer.objects.exists()
    assert _take(built, campaign, content, anyway=True).changed == 1
    assert (Answer.objects.get().old, Answer.objects.get().new) == ("Ailleurs", "Le mien")


def test_a_foreign_or_altered_file_is_refused(built: Company) -> None:
    campaign = _campaign(built)
    other = _campaign(built, name="Autre", people=["allowed", "no-right"])

    def code(content: bytes, who: str = UNENTITLED, of: Campaign = campaign) -> str:
        with pytest.raises(Invalid) as error:
            _take(built, of, content, who)
        return next(iter(error.value.errors.values())).code

    mine = _book(built, campaign)
    assert code(_book(built, other)) == "campaign.other_file"
    assert code(_book(built, other), ENTITLED, other) == "campaign.not_your_file"
    assert code(b"PK\x03\x04") == "campaign.foreign_file"
    assert code(b"a;b") == "campaign.foreign_file"
    plain = openpyxl.Workbook()
    out = io.BytesIO()
    plain.save(out)
    assert code(out.getvalue()) == "campaign.foreign_file"

    def forge(book) -> None:
        book["_portulan"]["A1"] = book["_portulan"]["A1"].value[:-3] + "abc"

    assert code(_edited(mine, forge)) == "campaign.foreign_file"


def test_the_export_neutralises_what_a_spreadsheet_would_run(built: Company) -> None:
    campaign = _campaign(built)
    actions.give(_who(built, UNENTITLED), _ask().uid, "summary", "=cmd|' /C calc'!A0")
    book = openpyxl.load_workbook(
        io.BytesIO(exported(queries.page(_who(built, ENTITLED), campaign)))
    )
    assert book["Values"]["E2"].value.startswith("'=")


# --- Reminders


def test_who_is_asked_is_told_once_and_reminded_before_and_after(built: Company) -> None:
    campaign = _campaign(built)
    now = timezone.now()

    def told(days: int) -> list[str]:
        making.run(now + timedelta(days=days))
        making.run(now + timedelta(days=days))
        return sorted(
            Notification.objects.filter(
                person=built.people[UNENTITLED], kind__in=("campaign", "reminder")
            ).values_list("kind", flat=True)
        )

    assert told(0) == ["campaign"]
    assert told(3) == ["campaign", "reminder"]
    assert told(9) == ["campaign", "reminder", "reminder"]
    assert told(12) == ["campaign", "reminder", "reminder", "reminder"]
    actions.remind(_who(built, ENTITLED), campaign.code)
    assert told(13).count("reminder") == 4
    actions.finish(_who(built, UNENTITLED), campaign.uid, None, True)
    actions.remind(_who(built, ENTITLED), campaign.code)
    assert told(14).count("reminder") == 4
