"""Templates, options simulated on the plan, waivers, and the copy that the committee votes on."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.base.policy import Invalid
from portulan.compliance.models import Risk
from portulan.governance import actions, freezing
from portulan.governance.gates import SECTIONS, completeness
from portulan.governance.models import Decision, Dossier, DossierLine, RegisterEntry
from portulan.governance.simulating import keep_figures, later, simulate
from portulan.governance.templates import KINDS, TEMPLATES
from portulan.portfolio.models import Envelope
from portulan_core.effects import Effect
from tests.governance.house import JANUARY, House, K
from tests.governance.test_deciding import decide_all, refused

OPTIONS = {
    "proposed": ("Développer maintenant", ""),
    "later": ("Six mois plus tard", ""),
    "nothing": ("Ne rien changer", ""),
    "stop": ("Arrêter", ""),
}


def _draft(name: str = "Dossier", **values: object) -> actions.Draft:
    return actions.Draft(name, dict.fromkeys(SECTIONS, "Texte."), **values)


def _missing(dossier: Dossier) -> set[str]:
    return {refusal.code for refusal in completeness(dossier).missing}


@pytest.mark.parametrize("kind", KINDS)
def test_each_template_names_sections_promises_and_a_known_family(kind: str) -> None:
    template = TEMPLATES[kind]
    assert set(template.sections) <= set(SECTIONS)
    assert template.family in ("", *KINDS)


def test_launching_development_brings_the_stage_and_the_work_that_waits(house: House) -> None:
    product = house.products["ESC"]
    product.stage = "exploration"
    product.save()
    dossier = actions.dossier_from_product(
        house.actors["manager"], product, "launch_development", _draft(options=OPTIONS),
        effective_on=date(2027, 4, 1),
    )  # fmt: skip
    lines = list(dossier.lines.order_by("position"))
    assert [(line.change, line.title) for line in lines] == [
        ("stage", "Escale"),
        ("in", "Garantie de retour"),
    ]
    assert lines[1].amount == 250 * K == dossier.amount
    placed = [e["after"] for e in lines[1].effects if e["type"] == "initiative.place"]
    assert placed == [JANUARY + 3]
    options = {o.code: o for o in dossier.options.all()}
    assert set(options) == set(OPTIONS)
    assert options["proposed"].effects == [] == options["nothing"].effects
    moved = [e["after"] for e in options["later"].effects if e["type"] == "initiative.place"]
    assert moved == [JANUARY + 9]


def test_a_gate_asks_for_proofs_which_somebody_may_waive(house: House) -> None:
    product = house.products["CAR"]
    product.stage = "exploration"
    product.personal_data = True
    product.save()
    dossier = actions.dossier_from_product(
        house.actors["manager"], product, "launch_development", _draft(options=OPTIONS)
    )
    asked = "dossier.requirement."
    assert {c for c in _missing(dossier) if c.startswith(asked)} == {
        asked + "evidence", asked + "risk", asked + "dpia",
    }  # fmt: skip
    Risk.objects.create(product=product, name="Fuite", kind="data_protection")
    assert {c for c in _missing(dossier) if c.startswith(asked)} == {asked + "evidence"}
    with pytest.raises(Invalid):
        actions.waive(house.actors["manager"], dossier, "evidence", "court")
    waiver = actions.waive(
        house.actors["manager"], dossier, "evidence", "Six clients rencontrés, rien à mesurer."
    )
    assert waiver.person == house.people["manager"]
    assert asked + "evidence" not in _missing(dossier)
    assert completeness(dossier).waived == ("evidence",)
    actions.end_waiver(house.actors["manager"], waiver)
    assert asked + "evidence" in _missing(dossier)


def test_usage_must_be_known_of_a_product_in_run(house: House) -> None:
    with_usage = actions.dossier_from_product(
        house.actors["manager"], house.products["ESC"], "continue", _draft()
    )
    without = actions.dossier_from_product(
        house.actors["manager"], house.products["CAR"], "continue", _draft()
    )
    assert "dossier.requirement.usage" not in _missing(with_usage)
    assert "dossier.requirement.usage" in _missing(without)


def test_options_are_simulated_side_by_side_without_touching_the_plan(house: House) -> None:
    dossier = actions.dossier_from_scenario(
        house.actors["pmo"], house.scenario, _draft(options={
            "proposed": ("Le scénario", ""), "nothing": ("Ne rien changer", ""),
        }),
    )  # fmt: skip
    before = list(Envelope.objects.values_list("amount", flat=True))
    options = list(dossier.options.order_by("position"))
    present, scenario, nothing = simulate(options, list(dossier.lines.all()))
    assert present.figures["cost"] == 1_100 * K
    assert scenario.figures["cost"] == 950 * K  # −400 +250
    assert scenario.figures["initiatives"] == 3
    assert nothing.figures == present.figures
    assert (scenario.unfit, nothing.unfit) == (0, 0)
    assert list(Envelope.objects.values_list("amount", flat=True)) == before
    assert dossier.lines.count() == 3


def test_the_option_retained_becomes_the_lines(house: House) -> None:
    dossier = house.dossier()
    option = actions.add_option(house.actors["pmo"], dossier, "Trois mois plus tard", months=3)
    actions.add_option(house.actors["pmo"], dossier, "En mots seulement", text="À discuter")
    actions.retain_option(house.actors["pmo"], option)
    option.refresh_from_db()
    assert (option.code, option.effects) == ("proposed", [])
    line = dossier.lines.get(initiative__code="I4")
    placed = [e["after"] for e in line.effects if e["type"] == "initiative.place"]
    assert placed == [JANUARY + 9]
    words = dossier.options.get(name="En mots seulement")
    assert refused(actions.retain_option, house.actors["pmo"], words) == "option.no_effects"
    assert refused(actions.remove_option, house.actors["pmo"], option) == "option.proposed"


def test_later_moves_what_is_placed_and_nothing_else() -> None:
    effects = [
        Effect("initiative.place", "a", None, 10),
        Effect("initiative.place", "b", 4, None),
        Effect("envelope.amount", "e", 5, 7),
    ]
    assert [e.after for e in later(effects)] == [16, None, 7]


def test_the_committee_votes_on_a_copy_and_the_register_seals_its_digest(house: House) -> None:
    dossier = house.dossier()
    item = house.sitting(dossier)
    (copy,) = dossier.frozen.all()
    assert freezing.holds(copy)
    assert copy.content["sections"]["context"] == "Texte de context."
    assert [line["initiative"] for line in copy.content["lines"]] == ["I4", "I2", "I3"]
    decide_all(house, item)
    actions.close_decision(house.actors["chair"], item)
    sealed = RegisterEntry.objects.get(payload__event="decided")
    assert sealed.payload["frozen"] == copy.digest
    # What was voted stays readable, whatever becomes of the dossier.
    Dossier.objects.filter(pk=dossier.pk).update(sections={"context": "Réécrit"})
    copy.refresh_from_db()
    assert copy.content["sections"]["context"] == "Texte de context."
    copy.content["sections"]["context"] = "Réécrit"
    assert not freezing.holds(copy)


def test_a_dossier_altered_before_the_committee_cannot_be_decided(house: House) -> None:
    dossier = house.dossier()
    item = house.sitting(dossier)
    decide_all(house, item)
    DossierLine.objects.filter(dossier=dossier, initiative__code="I4").update(amount=1)
    assert refused(actions.close_decision, house.actors["chair"], item) == "dossier.altered"
    assert not Decision.objects.exists()


def test_the_figures_of_the_options_are_kept_when_the_dossier_is_ready(house: House) -> None:
    dossier = actions.dossier_from_scenario(
        house.actors["pmo"], house.scenario, _draft(
            options={"proposed": ("Le scénario", "")},
            promises=(actions.PromiseInput(
                "benefit", "Recettes", promised=900.0 * K, due_on=date(2028, 3, 31)
            ),),
        ),
    )  # fmt: skip
    actions.submit(house.actors["pmo"], dossier)
    kept = dossier.options.get()
    assert kept.figures["cost"] == 950 * K
    assert kept.figures["present"]["cost"] == 1_100 * K
    assert keep_figures(dossier)[0][1] == kept.figures
