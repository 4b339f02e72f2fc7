"""Products and initiatives as lists: rights, filters, groups with sums, order, pages."""

import pytest

from portulan.base.policy import Grant, system_actor
from portulan.portfolio.models import Baseline
from portulan.readmodels.initiatives import initiatives
from portulan.readmodels.portfolio import board, choices, products
from portulan.readmodels.reader import Reader
from portulan.readmodels.roadmap import roadmap
from portulan.readmodels.search import search
from portulan.readmodels.view import Extras, FindingFact, ScoreFact, View
from tests.readmodels import company
from tests.readmodels.company import JAN, TODAY, K, uid

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company():
    company.load()


def reader(*grants):
    return Reader(company.actor(*grants) if grants else system_actor("tests"), TODAY)


def names(found):
    return [row.name for row in found.table.rows]


def test_groups_have_sums_and_all_is_counted_once():
    found = products(reader(), View(group="line"))
    assert [(g.name, g.count) for g in found.table.groups] == [
        ("Habitat", 1), ("Mobilité", 2), ("", 1)
    ]
    assert found.table.groups[1].sums.landing == round(0.6 * 123 * K) + 120 * K
    assert sum(g.sums.landing for g in found.table.groups) == found.table.sums.landing


def test_rows_come_in_the_order_asked_for():
    assert names(products(reader(), View())) == ["Amarre", "Cabestan", "Escale", "Orphelin"]
    by_landing = View(sort="landing", descending=True)
    assert names(products(reader(), by_landing))[0] == "Cabestan"
    by_stage = products(reader(), View(sort="stage", descending=True))
    assert names(by_stage) == ["Escale", "Cabestan", "Amarre", "Orphelin"]  # no stage comes last


def test_pages_cut_groups_and_say_so():
    first = products(reader(), View(group="line", size=1))
    second = products(reader(), View(group="line", size=1, page=2))
    third = products(reader(), View(group="line", size=1, page=3))
    assert [names(page) for page in (first, second, third)] == [
        ["Amarre"], ["Cabestan"], ["Escale"]
    ]
    assert third.table.groups[0].continued and not second.table.groups[0].continued
    assert third.table.groups[0].count == 2
    beyond = products(reader(), View(size=1, page=99))
    assert beyond.table.page == 4


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"stage": ("run",)}, ["Escale"]),
        ({"stage": ("-",)}, ["Orphelin"]),
        ({"entity": ("FR",)}, ["Cabestan", "Escale"]),
        ({"entity": ("GRP",)}, ["Amarre", "Cabestan", "Escale"]),
        ({"entity": ("-",)}, ["Orphelin"]),
        ({"line": ("DATA",)}, ["Amarre", "Escale"]),
        ({"line": ("MOB", "HAB")}, ["Amarre", "Cabestan", "Escale"]),
        ({"line": ("-",)}, ["Orphelin"]),
        ({"money": ("over",)}, ["Amarre", "Escale"]),
        ({"unknown": ("x",)}, ["Amarre", "Cabestan", "Escale", "Orphelin"]),
        ({"entity": ("no such",)}, []),
    ],
)
def test_filters(filters, expected):
    assert names(products(reader(), View(filters=filters))) == expected


def test_text_ignores_accents_and_case():
    assert names(products(reader(), View(text="ESCÀLE"))) == ["Escale"]


def test_products_of_other_entities_are_not_known():
    found = products(reader(Grant("contributor", entity=company.entity("BE"))), View())
    assert names(found) == ["Amarre"]
    on_line = products(reader(Grant("product_manager", line=company.line("MOB"))), View())
    assert names(on_line) == ["Cabestan", "Escale"]
    one = products(reader(Grant("contributor", product=company.product("ORP"))), View())
    assert names(one) == ["Orphelin"]


def test_money_is_redacted_row_by_row_and_cannot_be_asked_by_order_or_filter():
    who = reader(
        Grant("contributor", entity=company.entity("GRP")),
        Grant("product_manager", product=company.product("CAB")),
    )
    found = products(who, View(sort="landing", descending=True))
    assert [(r.name, r.money is not None) for r in found.table.rows] == [
        ("Cabestan", True), ("Amarre", False), ("Escale", False), ("Orphelin", False)
    ]
    assert found.table.sums.landing == 120 * K and found.table.sums.hidden == 3
    assert names(products(who, View(filters={"money": ("over",)}))) == []
    nobody = reader(Grant("contributor", entity=company.entity("GRP")))
    by_money = products(nobody, View(sort="landing", descending=True))
    by_name = products(nobody, View())
    assert names(by_money) == names(by_name)
    assert not by_money.sees_money


def test_scores_and_findings_come_with_the_row_and_sort_it():
    extras = Extras(
        scores={uid("CAB"): ScoreFact(64, 4, 7, 12)},
        findings={uid("ESC"): FindingFact({"major": 2}, "budget")},
    )
    found = products(reader(), View(sort="findings", descending=True), extras)
    assert names(found)[0] == "Escale"
    assert found.table.rows[0].findings.worst == "major"
    assert names(products(reader(), View(sort="score"), extras))[0] == "Cabestan"


def test_the_board_counts_each_stage():
    columns = {c.stage: [r.name for r in c.rows] for c in board(reader(), View())}
    assert columns == {
        "exploration": ["Amarre"], "development": ["Cabestan"], "run": ["Escale"],
        "end_of_life": [], "": ["Orphelin"],
    }


def test_choices_count_what_the_reader_sees():
    found = choices(reader(), View())
    assert ("MOB", "Mobilité", 2) in found["line"]
    assert [code for code, _, _ in found["stage"]][:3] == ["exploration", "development", "run"]


def test_initiatives_follow_their_entity_and_their_products():
    everything = initiatives(reader(), View(sort="start"))
    assert [r.code for r in everything.table.rows] == ["TARIF", "PREUVE", "DETTE", "IDEE"]
    of_be = initiatives(reader(Grant("contributor", entity=company.entity("BE"))), View())
    assert [r.code for r in of_be.table.rows] == ["TARIF"]  # it serves Amarre
    row = of_be.table.rows[0]
    assert row.cost is None and row.products == (("AMA", "Amarre"),)
    planned = initiatives(reader(), View(filters={"state": ("planned",), "line": ("MOB",)}))
    assert [r.code for r in planned.table.rows] == ["PREUVE"]


def test_the_roadmap_says_what_slipped_and_what_conflicts():
    Baseline.objects.create(
        code="B1", name="11 février", taken_on="2027-02-11",
        placements={uid("PREUVE"): [JAN + 1, 6, 120 * K], uid("TARIF"): [JAN, 12, 1]},
    )
    found = roadmap(reader(), View(), team="T-DATA")
    bars = {b.row.code: b for g in found.table.groups for b in g.rows}
    assert bars["PREUVE"].slip == 2 and bars["PREUVE"].moved and not bars["TARIF"].moved
    assert (found.slipped, found.latest) == (1, ("Preuve de covoiturage", 2))
    assert [(c.predecessor, c.successor, c.months) for c in found.conflicts] == [
        ("PREUVE", "DETTE", 3)
    ]
    assert [(m.month, m.text) for m in found.milestones] == [(JAN + 8, "Échéance légale")]
    assert found.load is not None and found.load.rows[0].cells[1].ratio == 1.4


def test_search_finds_across_kinds_within_rights():
    kinds = {(f.kind, f.code) for f in search(reader(), "data")}
    assert ("team", "T-DATA") in kinds and ("line", "DATA") in kinds
    assert search(reader(), "mobilite")[0].name == "Mobilité"
    of_be = reader(Grant("contributor", entity=company.entity("BE")))
    assert [f.code for f in search(of_be, "cabestan")] == []
    assert search(reader(), "  ") == []


def test_queries_do_not_grow_with_the_portfolio(django_assert_max_num_queries):
    for call in (
        lambda r: products(r, View(group="line", sort="landing")),
        lambda r: initiatives(r, View(group="line")),
        lambda r: roadmap(r, View(), team="T-DATA"),
        lambda r: board(r, View()),
    ):
        with django_assert_max_num_queries(22):
            call(reader(Grant("pmo", entity=company.entity("FR"))))
