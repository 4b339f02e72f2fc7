"""Scores by several people, versions of the model, the ranking and ranks set by hand."""

from __future__ import annotations

import pytest

from portulan.base.policy import Actor, Conflict, Grant, Invalid, Refused, system_actor
from portulan.organisation.models import Entity, Person
from portulan.portfolio.models import Initiative
from portulan.prioritisation.actions import scoring as actions
from portulan.prioritisation.models import Score, ScoringModel
from portulan.prioritisation.queries import ranking
from portulan.prioritisation.queries import scoring as queries

pytestmark = pytest.mark.django_db


def scorer(name: str, entity: Entity, role: str = "product_manager") -> Actor:
    """Somebody with a role on an entity."""
    person = Person(code=name, name=name)
    person.refresh_derived()
    person.save()
    return Actor(name=name, person_id=person.pk, grants=(Grant(role, entity=entity.pk),))


@pytest.fixture
def company() -> Entity:
    """A company with the five families in force."""
    entity = Entity.objects.create(code="G", name="Groupe", path="/1/")
    actions.ensure_model(system_actor("test"))
    return entity


def initiative(code: str, entity: Entity) -> Initiative:
    made = Initiative(code=code, name=code, entity=entity, state="proposed")
    made.refresh_derived()
    made.save()
    return made


def test_a_score_is_the_sum_of_its_contributions_and_says_what_is_missing(company: Entity) -> None:
    row = initiative("A", company)
    actions.record_score(scorer("ana", company), row, "gain", 5)
    sheet = queries.sheet(queries.model_in_force(), row)
    assert sheet.result.points == sum(part.points for part in sheet.result.contributions)
    assert "gain" not in sheet.result.missing and "urgency" in sheet.result.missing


def test_several_scorers_count_once_each_and_their_dispersion_is_kept(company: Entity) -> None:
    row = initiative("A", company)
    actions.record_score(scorer("ana", company), row, "gain", 1)
    actions.record_score(scorer("bob", company), row, "gain", 5)
    found = queries.sheet(queries.model_in_force(), row).consensus["gain"]
    assert found.rating.value == 3 and found.rating.scorers == 2 and found.disagree


def test_a_mark_that_changed_meanwhile_conflicts(company: Entity) -> None:
    row, ana = initiative("A", company), scorer("ana", company)
    first = actions.record_score(ana, row, "gain", 2)
    actions.record_score(
        ana, row, "gain", 3, seen=(str(first.uid), first.revision), check_seen=True
    )
    with pytest.raises(Conflict):
        actions.record_score(ana, row, "gain", 4, seen=(str(first.uid), 1), check_seen=True)
    assert Score.objects.get().value == 3


@pytest.mark.parametrize("value", [0, 6, 2.5, float("nan")])
def test_a_value_outside_the_scale_is_refused(company: Entity, value: float) -> None:
    with pytest.raises(Invalid):
        actions.record_score(scorer("ana", company), initiative("A", company), "gain", value)


def test_scoring_needs_the_right_on_the_initiative(company: Entity) -> None:
    other = Entity.objects.create(code="E", name="Ailleurs", path="/2/")
    with pytest.raises(Refused):
        actions.record_score(scorer("ana", other), initiative("A", company), "gain", 3)
    with pytest.raises(Refused):
        actions.record_score(
            scorer("lea", company, "contributor"), initiative("B", company), "gain", 3
        )


def test_new_weights_on_a_used_model_make_a_version_and_keep_the_scores(company: Entity) -> None:
    row, pmo = initiative("A", company), scorer("pmo", company, "pmo")
    before = ScoringModel.objects.get()
    assert actions.change_weights(pmo, {"business": 40}).pk == before.pk  # not used yet
    actions.record_score(scorer("ana", company), row, "gain", 5)
    after = actions.change_weights(pmo, {"business": 60})
    before.refresh_from_db()
    assert after.pk != before.pk and after.version == 2 and not before.active
    assert dict(queries.core_of(before).family_weights)["business"] == 40
    assert queries.sheet(queries.model_in_force(), row).result.status != "empty"
    with pytest.raises(Invalid):
        actions.change_weights(pmo, {"business": -1})


def test_a_rank_set_by_hand_takes_its_place_and_is_released(company: Entity) -> None:
    ana, pmo = scorer("ana", company), scorer("pmo", company, "pmo")
    rows = [initiative(code, company) for code in "ABC"]
    for value, row in zip((5, 3, 1), rows, strict=True):
        actions.record_score(ana, row, "gain", value)
    order = [place.initiative for place in ranking.ranking(ranking.standing())]
    assert order == [row.pk for row in rows]
    actions.set_rank(pmo, rows[2], 1, "Échéance légale")
    places = ranking.ranking(ranking.standing(), set_ranks=ranking.overrides())
    assert [p.initiative for p in places] == [rows[2].pk, rows[0].pk, rows[1].pk]
    assert places[0].override.reason == "Échéance légale" and places[0].scored == 3
    with pytest.raises(Invalid):
        actions.set_rank(pmo, rows[2], 1, " ")
    actions.release_rank(pmo, rows[2])
    assert not ranking.overrides()


def test_identical_initiatives_are_said_to_tie_and_ranges_follow_new_scores(
    company: Entity,
) -> None:
    ana = scorer("ana", company)
    for code in "ABCD":
        actions.record_score(ana, initiative(code, company), "gain", 4)
    found = ranking.standing()
    assert found.statement.code == "tie_first" and found.statement.params["count"] == 4
    assert set(ranking.rank_ranges()) == {str(i.uid) for i in Initiative.objects.all()}
    actions.record_score(ana, initiative("E", company), "gain", 1)
    assert len(ranking.rank_ranges()) == 5


def test_five_thousand_initiatives_are_ranked_again(company: Entity) -> None:
    ana = scorer("ana", company)
    rows = [
        Initiative(code=f"I{n}", name=f"I{n}", folded=f"i{n}", entity=company, state="proposed")
        for n in range(5_000)
    ]
    Initiative.objects.bulk_create(rows)
    model = ScoringModel.objects.get()
    Score.objects.bulk_create(
        [
            Score(
                model=model, initiative=row, criterion=code, value=1 + (n * 7 + k * 3) % 5,
                author_id=ana.person_id, scored_on="2027-01-01",
            )
            for n, row in enumerate(Initiative.objects.order_by("pk"))
            for k, code in enumerate(("gain", "urgency", "process"))
        ]
    )
    found = ranking.standing()
    assert len(ranking.ranking(found, {"business": 80, "user": 10})) == 5_000
