"""Profiles planned and applied: idempotent, both directions, local adaptations kept or listed."""

from __future__ import annotations

from datetime import date

import pytest

from portulan.base.changes import recording
from portulan.base.models import Account, Change
from portulan.base.policy import Conflict, Refused, system_actor
from portulan.governance.models import Forum, ForumMember
from portulan.organisation.company_letters import put_letters
from portulan.organisation.models import Entity, EntityRole, MatrixCell, Person, RoleSheet
from portulan.organisation.rights import actor_for, refresh_paths
from portulan.organisation.rolesheets import actions as sheets
from portulan.organisation.rolesheets.queries import read_sheet, versions
from portulan.organisation.standards import standard
from portulan.profiles import actions
from portulan.profiles.export import export
from portulan.profiles.library import read, shipped
from portulan.profiles.merge import CONFLICT, LOCAL, REMOVE
from portulan.profiles.models import Application
from portulan.profiles.plan import applied, make, touched
from portulan.profiles.state import present

pytestmark = pytest.mark.django_db
BOSS = system_actor("test")


@pytest.fixture(autouse=True)
def company() -> Entity:
    """A group with two units, an executive and a finance controller at the top."""
    top = Entity.objects.create(code="GRP", name="Groupe", level="group")
    for code in ("ENE", "EAU"):
        Entity.objects.create(code=code, name=f"Unité {code}", parent=top, level="unit")
    refresh_paths()
    for name, role in (("Anne", "executive"), ("Paul", "finance"), ("Claire", "pmo")):
        person = Person.objects.create(code=name.lower(), name=name, folded=name.lower())
        EntityRole.objects.create(person=person, entity=top, role=role)
    return top


def apply(code: str, step: str = "", **choices: str) -> None:
    actions.apply(BOSS, shipped(code), step, choices=choices.get("choices"))  # type: ignore[arg-type]


def test_applying_again_changes_nothing() -> None:
    apply("groupe")
    assert make(shipped("groupe")).empty
    before, seen = present(), Change.objects.count()
    apply("groupe")
    assert present() == before
    assert Change.objects.count() == seen
    assert Application.objects.count() == 1


def test_a_whole_application_is_one_change_with_its_cause() -> None:
    apply("eti")
    change = Change.objects.get(activity="profile.apply")
    assert change.cause_type == "profile"
    assert change.cause_uid == Application.objects.get().uid


def test_the_group_gets_its_committees_for_each_unit_with_seats_by_role() -> None:
    apply("groupe")
    assert set(Forum.objects.filter(level="operational").values_list("code", flat=True)) == {
        "COP-ENE", "COP-EAU",
    }
    portfolio = Forum.objects.get(code="CPF")
    assert portfolio.threshold == 400_000_000
    seats = {(m.person.name, m.right) for m in portfolio.members.select_related("person")}
    assert seats == {("Anne", "chair"), ("Paul", "votes"), ("Claire", "secretary")}
    assert portfolio.template.count() == 5


def test_there_and_back_leaves_what_the_profile_says_and_deletes_nothing() -> None:
    apply("eti")
    first = present()
    apply("groupe")
    assert "forums/CAR" in present()
    assert present()["sheets/head_of_product"]["decides"]
    apply("eti")
    assert present() == first
    assert not Forum.objects.get(code="CAR").active
    assert not RoleSheet.objects.get(role="head_of_product", entity=None).active
    assert len(versions("head_of_product")) == 1
    apply("groupe")
    assert Forum.objects.get(code="CAR").active


def test_local_adaptations_survive_there_and_back() -> None:
    """A threshold, a letter of a unit, a section of a unit, a committee of one's own."""
    apply("eti")
    Forum.objects.filter(code="CPF").update(threshold=123_400)
    own = Forum.objects.create(code="MINE", name="Le nôtre", folded="le notre")
    unit = Entity.objects.get(code="ENE")
    MatrixCell.objects.create(
        activity="request.answer", role="support", letter="R", entity=unit,
        place=f"entity:{unit.pk}",
    )
    sheets.add_variant(BOSS, "product_owner", "ENE")
    sheets.edit_section(
        BOSS, "product_owner", "ENE", "rituals", [{"fr": "Tournée des agences"}], 0
    )
    sheets.publish(BOSS, "product_owner", "ENE")
    for profile in ("groupe", "eti"):
        plan = make(shipped(profile))
        named = {e.key: e.kind for e in plan.entries}
        assert named["forums/CPF"] == CONFLICT
        assert "forums/CPF#threshold" in plan.conflicts
        assert named["forums/MINE"] == LOCAL
        assert {(p.kind, p.code) for p in plan.parts} == {
            ("matrix", "request.answer"), ("sheet", "product_owner"),
        }
        apply(profile)
        assert Forum.objects.get(code="CPF").threshold == 123_400
        own.refresh_from_db()
        assert own.active
        assert MatrixCell.objects.filter(entity=unit, role="support", letter="R").exists()
        variant = read_sheet("product_owner", unit)
        assert variant.section("rituals").local == "Unité ENE"
        assert variant.section("rituals").items[0]["fr"] == "Tournée des agences"
        assert variant.section("decides").local == ""
        again = {e.key: e.kind for e in make(shipped(profile)).entries}
        assert again == {"forums/CPF": LOCAL, "forums/MINE": LOCAL}


def test_a_conflict_is_settled_for_the_profile_when_it_is_chosen() -> None:
    apply("eti")
    Forum.objects.filter(code="CPF").update(threshold=123_400)
    apply("groupe", choices={"forums/CPF#threshold": "profile"})
    assert Forum.objects.get(code="CPF").threshold == 400_000_000


def test_a_committee_changed_here_is_not_taken_away_unasked() -> None:
    apply("groupe")
    Forum.objects.filter(code="CAR").update(mandate="Le nôtre")
    plan = make(shipped("eti"))
    kinds = {e.key: e.kind for e in plan.entries}
    assert kinds["forums/CAR"] == CONFLICT
    assert kinds["forums/RIT-SYNC"] == REMOVE
    apply("eti")
    assert Forum.objects.get(code="CAR").active
    assert not Forum.objects.get(code="RIT-SYNC").active


def test_a_letter_of_a_unit_that_would_leave_two_answers_is_a_conflict() -> None:
    """The unit gave the A of a row to another role; the profile moves it too."""
    unit = Entity.objects.get(code="ENE")
    place = f"entity:{unit.pk}"
    for role, letter in (("head_of_product", ""), ("business", "A")):
        MatrixCell.objects.create(
            activity="objective.edit", role=role, letter=letter, entity=unit, place=place
        )
    plan = make(shipped("eti"))
    entry = next(e for e in plan.entries if e.key == "matrix/objective.edit")
    assert (entry.kind, entry.reason) == (CONFLICT, "parts")
    apply("eti")
    assert "matrix/objective.edit" not in present()
    apply("groupe")
    apply("eti", choices={"matrix/objective.edit": "profile"})
    if "matrix/objective.edit" not in present():
        pytest.fail("the profile was chosen, and the row was not written")
    assert not MatrixCell.objects.filter(entity=unit).exists()


def test_a_step_holds_only_its_part() -> None:
    apply("groupe", "clarifier")
    assert not Forum.objects.exists()
    assert RoleSheet.objects.filter(active=True).count() == 23
    assert applied()["step"] == "clarifier"
    apply("groupe", "instances")
    assert set(Forum.objects.values_list("code", flat=True)) == {
        "COS", "CPF", "CAR", "COP-ENE", "COP-EAU",
    }
    apply("groupe")
    assert Forum.objects.filter(level="ritual").count() == 5


def test_going_back_a_step_keeps_what_later_steps_brought() -> None:
    apply("groupe")
    held = present()
    apply("groupe", "clarifier")
    assert present() == held


def test_export_then_plan_is_empty() -> None:
    apply("groupe")
    with recording(BOSS, "matrix.edit") as recorder:
        put_letters(recorder, "request.answer", {"marketing": "C"})
    Forum.objects.create(code="MINE", name="Le nôtre : « oui »", folded="x", threshold=12_345)
    profile = read(export("nous", "Chez nous"))
    plan = make(profile)
    assert [e for e in plan.entries if e.kind != LOCAL] == []
    assert plan.entries == ()


def test_who_gains_and_loses_rights_is_named() -> None:
    plan = make(shipped("eti"))
    found = touched(plan)
    staff = {(r.role, r.gains): [n for _c, n in r.people] for r in found.rights
             if r.activity == "product.staff"}
    assert staff == {("executive", True): ["Anne"], ("head_of_product", False): []}


def test_a_plan_that_moved_on_is_not_applied() -> None:
    plan = make(shipped("eti"))
    seen = actions.mark(plan)
    Forum.objects.create(code="CPF", name="Autre", folded="autre")
    with pytest.raises(Conflict):
        actions.apply(BOSS, shipped("eti"), seen=seen)
    assert not Application.objects.exists()


def test_only_who_may_change_the_whole_company_applies(company: Entity) -> None:
    account = Account.objects.create_account("a@example.org", "x")
    person = Person.objects.create(code="a", name="A", folded="a", account=account)
    held = EntityRole.objects.create(
        person=person, entity=Entity.objects.get(code="ENE"), role="pmo", starts=date(2020, 1, 1)
    )
    with pytest.raises(Refused):
        actions.apply(actor_for(account), shipped("eti"))
    held.entity = company
    held.save()
    actions.apply(actor_for(account), shipped("eti"))
    assert applied()["code"] == "eti"


def test_seats_follow_the_role_and_past_ones_stay() -> None:
    apply("eti")
    assert ForumMember.objects.filter(forum__code="CPF", person__name="Paul", ends=None).exists()
    local = Person.objects.create(code="zoe", name="Zoé", folded="zoe")
    ForumMember.objects.create(forum=Forum.objects.get(code="CPF"), person=local, right="votes")
    files = export("sans")
    files["forums.yaml"] = files["forums.yaml"].replace("role: finance", "role: legal")
    actions.apply(BOSS, read(files), choices={})
    paul = ForumMember.objects.get(forum__code="CPF", person__name="Paul")
    assert paul.ends is not None
    assert ForumMember.objects.get(person=local).ends is None


def test_what_entities_may_settle_is_kept_for_the_sheets() -> None:
    apply("eti")
    assert standard("adaptable")["matrix"] == ["team"]
    sheets.add_variant(BOSS, "product_owner", "ENE")
    with pytest.raises(Refused, match=r"sheet\.kept"):
        sheets.edit_section(BOSS, "product_owner", "ENE", "decides", [{"fr": "Tout"}], 0)
