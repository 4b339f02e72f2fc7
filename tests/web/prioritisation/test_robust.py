"""Orders that are agreed, two by two, where scorers differ, classes, weights by comparisons."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.base.policy import system_actor
from portulan.organisation.models import Person
from portulan.portfolio.models import Initiative
from portulan.prioritisation.actions.scoring import ensure_model
from portulan.prioritisation.models import PriorityClass, Score
from portulan.prioritisation.queries import pairs, ranking
from tests.web.actors import ENTITLED, OUTSIDER, Company, company

pytestmark = pytest.mark.django_db

#: Business and user value, by initiative: A leads by business, B by users, C follows everywhere.
MARKS = {
    "A-1": {"gain": 5, "urgency": 5, "problem": 1, "reach": 1},
    "B-2": {"gain": 2, "urgency": 2, "problem": 5, "reach": 5},
    "C-3": {"gain": 1, "urgency": 1, "problem": 1, "reach": 1},
}


@pytest.fixture
def built() -> Company:
    """Three initiatives scored by two people, who differ on one criterion."""
    found = company()
    model = ensure_model(system_actor("test"))
    people = []
    for name in ("Ana", "Bruno"):
        person = Person(code=name.lower(), name=name)
        person.refresh_derived()
        person.save()
        people.append(person)
    codes = {c["code"] for c in model.definition["criteria"]}
    for code, marks in MARKS.items():
        made = Initiative(code=code, name=f"Initiative {code}", entity=found.home, state="proposed")
        made.refresh_derived()
        made.save()
        for criterion in codes:
            for place, person in enumerate(people):
                value = marks.get(criterion, 3)
                if (code, criterion) == ("C-3", "gain") and place:
                    value = 5
                Score.objects.create(
                    model=model, initiative=made, criterion=criterion, value=value, author=person,
                    scored_on=timezone.localdate(), reason=f"Vu par {person.name}",
                )  # fmt: skip
    return found


def page(client: Client, url: str, **headers: str) -> str:
    """A page, which costs few queries."""
    client.get(url)
    with CaptureQueriesContext(connection) as spent:
        answer = client.get(url, headers=headers or None)
    assert answer.status_code == 200
    assert len(spent) <= 25
    return answer.content.decode()


def test_an_order_between_families_narrows_the_ranks(built: Company) -> None:
    client = built.client(ENTITLED)
    plain = page(client, "/prioritisation?all=1")
    ordered = page(client, "/prioritisation?all=1&o=user>business&o=user>feasibility")
    assert "User value counts at least as much as Business value" in ordered
    first = re.compile(r'Initiative (\w-\d)</a>.*?data-label="First">(\d+)?', re.DOTALL)

    def share(text: str) -> int:
        return int(dict(first.findall(text))["B-2"] or 0)

    assert share(ordered) > share(plain)
    circle = page(client, "/prioritisation?o=user>business&o=business>user")
    assert "they turn in a circle" in circle
    added = page(client, "/prioritisation?o_first=user&o_second=risk")
    assert "User value counts at least as much as Risk and compliance" in added


def test_the_slider_answers_with_the_ranking_alone(built: Company) -> None:
    client = built.client(ENTITLED)
    part = page(client, "/prioritisation?w_business=100&w_user=0", **{"HX-Request": "true"})
    assert "<html" not in part
    assert part.index("Initiative A-1</a>") < part.index("Initiative B-2</a>")


def test_two_initiatives_say_who_beats_whom_and_what_levels_them(built: Company) -> None:
    client = built.client(ENTITLED)
    shown = page(client, "/prioritisation/pairs?a=A-1&b=B-2")
    assert re.search(r"Initiative [AB]-\d beats Initiative [AB]-\d in \d+", shown)
    assert "is enough to bring them level" in shown and "One slider alone" in shown
    link = re.search(r'href="(/prioritisation\?w_[^"]+)"', shown)
    assert link is not None
    level = page(client, link[1].replace("&amp;", "&"))
    scores = re.findall(r"Initiative ([AB])-\d</a>.*?Score \(of 100\)\">(\d+)", level, re.DOTALL)
    found = {name: int(score) for name, score in scores}
    assert abs(found["A"] - found["B"]) <= 1
    assert "Choose two different" in page(client, "/prioritisation/pairs?a=A-1&b=A-1")


def test_where_scorers_differ_shows_each_mark_with_its_reason(built: Company) -> None:
    client = built.client(ENTITLED)
    shown = page(client, "/prioritisation/scorers")
    assert "1 far apart" in shown
    table = shown[shown.index("Who says what") :]
    assert "Initiative C-3" in table and "Initiative A-1" not in table
    assert "Vu par Ana" in table and "Vu par Bruno" in table
    assert "Everyone agrees here." in page(client, "/prioritisation/scorers?criterion=problem")
    far = page(client, "/prioritisation/scorers?far=1")
    assert "Initiative C-3" in far[far.index("Who says what") :]
    other = page(built.client(OUTSIDER), "/prioritisation/scorers?q=nothing-like-it")
    assert "Initiative C-3" not in other


def test_a_class_filters_the_ranking_and_leaves_the_score(built: Company) -> None:
    client = built.client(ENTITLED)
    before = page(client, "/prioritisation/initiatives/C-3")
    assert (
        client.post("/prioritisation/initiatives/C-3/class", {"level": "must"}).status_code == 302
    )
    assert PriorityClass.objects.get().level == "must"
    kept = page(client, "/prioritisation?class=must")
    assert "Initiative C-3</a>" in kept and "Initiative A-1</a>" not in kept
    score = re.compile(r'pt-figure"><b>([^<]+)')
    after = page(client, "/prioritisation/initiatives/C-3")
    assert score.findall(before) == score.findall(after)
    rest = page(client, "/prioritisation?class=none")
    assert "Initiative C-3</a>" not in rest and "Initiative A-1</a>" in rest
    wrong = client.post("/prioritisation/initiatives/C-3/class", {"level": "maybe"})
    assert wrong.status_code == 422
    client.post("/prioritisation/initiatives/C-3/class", {"level": ""})
    assert not PriorityClass.objects.exists()


def test_must_that_takes_most_of_the_effort_is_pointed_out(built: Company) -> None:
    client = built.client(ENTITLED)
    Initiative.objects.filter(code="C-3").update(effort=900)
    Initiative.objects.filter(code="A-1").update(effort=100)
    client.post("/prioritisation/initiatives/C-3/class", {"level": "must"})
    assert "“Must” takes 90" in page(client, "/prioritisation")


def test_weights_follow_comparisons_and_contradictions_are_named(built: Company) -> None:
    client = built.client(ENTITLED)
    shown = page(client, "/prioritisation/comparisons")
    assert "0 of 10 answered" in shown and "The weights appear here" in shown
    few = page(client, "/prioritisation/comparisons?c_business_user=3")
    assert "Still to be linked to the others: Vision alignment, Feasibility and Risk and" in few
    one = "c_business_user=3&c_business_vision=3&c_user_risk=3"
    nearly = page(client, f"/prioritisation/comparisons?{one}")
    assert "Still to be linked to the others: Feasibility. Answer one comparison with it." in nearly
    chain = "c_business_user=1&c_user_vision=1&c_vision_feasibility=1&c_feasibility_risk=1"
    even = page(client, f"/prioritisation/comparisons?{chain}")
    assert "Consistent" in even and "w_business=20" in even
    against = "c_business_risk=9&c_business_vision=-9"
    twisted = page(client, f"/prioritisation/comparisons?{chain}&{against}")
    assert "Contradictory" in twisted and "Business value against Risk and compliance" in twisted


def test_a_mark_between_two_anchors_does_not_take_the_words_of_the_lower_one(
    built: Company,
) -> None:
    client = built.client(ENTITLED)
    Score.objects.filter(initiative__code="C-3", criterion="problem").update(value=2)
    shown = page(client, "/prioritisation/initiatives/C-3")
    row = shown[shown.index(">Weight of the problem<") :]
    assert row[: row.index("</tr>")].count("Between “") == 1


def test_one_that_leaves_while_another_comes_back_is_ranked(built: Company) -> None:
    client = built.client(ENTITLED)
    Initiative.objects.filter(code="B-2").update(state="done")
    assert "Initiative B-2</a>" not in page(client, "/prioritisation")
    Initiative.objects.filter(code="B-2").update(state="proposed")
    Initiative.objects.filter(code="A-1").update(state="done")
    after = page(client, "/prioritisation")
    assert "Initiative B-2</a>" in after and "Initiative A-1</a>" not in after


def test_two_that_the_ranking_did_not_compare_are_compared_alone(built: Company) -> None:
    found = ranking.standing()
    assert found is not None
    a, b = (next(r for r, pk in enumerate(found.ids)
                 if pk == Initiative.objects.get(code=code).pk) for code in ("A-1", "C-3"))
    known = pairs.duel(found, a, b).share
    fewer = replace(
        found.ranges, compared=found.ranges.compared[:0], pairwise=found.ranges.pairwise[:0, :0]
    )
    alone = pairs.duel(replace(found, ranges=fewer), a, b).share
    assert known > 0.9 and abs(known - alone) < 0.02


def test_agreed_orders_follow_from_the_ranking_to_the_duels(built: Company) -> None:
    client = built.client(ENTITLED)
    home = page(client, "/prioritisation?all=1&o=user>business")
    assert "/prioritisation/pairs?o=user%3Ebusiness&amp;all=1" in home
    plain = page(client, "/prioritisation/pairs?a=A-1&b=B-2&all=1")
    ordered = page(client, "/prioritisation/pairs?a=A-1&b=B-2&all=1&o=user>business")
    assert "User value counts at least as much as Business value" in ordered
    share = re.compile(r"Initiative ([AB])-\d beats Initiative [AB]-\d in (\d+)")

    def of_b(text: str) -> int:
        found = share.search(text)
        assert found is not None
        return int(found[2]) if found[1] == "B" else 100 - int(found[2])

    assert of_b(ordered) > of_b(plain) + 10


def test_sliders_say_at_once_what_they_change_at_the_top(built: Company) -> None:
    client = built.client(ENTITLED)
    part = page(client, "/prioritisation?w_business=0&w_user=100", **{"HX-Request": "true"})
    said = part[part.index('id="pr-said"') :]
    assert 'hx-swap-oob="true"' in said
    assert "With your weights, Initiative B-2 comes first." in said
    assert "The first 3 are the same as with the public weights." in said


def test_a_score_says_at_which_ranks_it_comes_with_its_table(built: Company) -> None:
    client = built.client(ENTITLED)
    shown = page(client, "/prioritisation/initiatives/A-1")
    chart = shown[shown.index('aria-label="At which rank it comes"') :]
    assert "Read as a table" in chart
    assert "10,000 plausible weightings and scores. First in" in chart
    shares = re.findall(r'<td class="pt-n">([\d.]+)\s*%', chart)
    assert shares and abs(sum(map(float, shares)) - 100) < 0.2
