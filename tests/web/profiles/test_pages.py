"""The governance profile in the pages: wizard, plan, choices, application, files in and out."""

from __future__ import annotations

import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portulan.governance.models import Forum
from portulan.organisation.models import EntityRole, RoleSheet
from portulan.profiles import actions
from portulan.profiles.library import SHIPPED, archive, archive_files, folder_files
from portulan.profiles.models import OwnProfile
from portulan.profiles.plan import applied, make
from portulan.profiles.queries import profile_of
from portulan.profiles.wizard import QUESTIONS, propose
from portulan.web.profiles.words import ANSWERS, REASONS
from tests.web.actors import ENTITLED, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


@pytest.fixture
def built() -> Company:
    made = company()
    EntityRole.objects.create(person=made.people[ENTITLED], entity=made.group, role="pmo")
    return made


def test_six_questions_lead_to_a_plan_that_applies(built: Company) -> None:
    client = built.client(ENTITLED)
    answers = {
        "size": "under_5000", "products": "under_40", "entities": "one", "committees": "none",
        "maturity": "project", "regulated": "some",
    }
    page = client.get(reverse("profiles:wizard"), answers)
    found = page.context["proposal"]
    assert (found.profile, found.step) == ("eti", "clarifier")
    asked = {"profile": found.profile, "step": found.step}
    plan = client.get(reverse("profiles:plan"), asked)
    data = {**asked, "seen": plan.context["mark"]}
    assert client.post(reverse("profiles:apply"), data).status_code == 302
    assert applied()["code"] == "eti"
    assert RoleSheet.objects.filter(active=True).count() == 17
    home = client.get(reverse("profiles:home")).content.decode()
    assert "Next step" in home


def test_every_answer_leads_to_a_profile_with_reasons() -> None:
    for answers in itertools.product(*QUESTIONS.values()):
        found = propose(dict(zip(QUESTIONS, answers, strict=True)))
        assert found is not None
        assert found.step
        assert 2 <= len(found.reasons) <= 4
        assert all(reason in REASONS for reason in found.reasons)
    assert propose({}) is None
    assert {q: tuple(a) for q, a in ANSWERS.items()} == dict(QUESTIONS)


def test_a_large_regulated_group_gets_the_group_s_profile() -> None:
    heavy = {question: known[-1] for question, known in QUESTIONS.items()}
    light = {question: known[0] for question, known in QUESTIONS.items()}
    assert propose(heavy).profile == "groupe"
    assert propose(light).profile == "eti"


def test_a_conflict_is_chosen_in_the_page(built: Company) -> None:
    client = built.client(ENTITLED)
    client.post(reverse("profiles:apply"), {"profile": "eti"})
    Forum.objects.filter(code="CPF").update(threshold=123_400, cadence="FREQ=WEEKLY;BYDAY=MO")
    page = client.get(reverse("profiles:plan"), {"profile": "groupe"})
    assert page.context["counts"]["conflict"] == 1
    assert 'name="choice:forums/CPF#threshold"' in page.content.decode()
    client.post(
        reverse("profiles:apply"),
        {
            "profile": "groupe", "choice:forums/CPF#threshold": "profile",
            "choice:forums/CPF#cadence": "local",
        },
    )
    forum = Forum.objects.get(code="CPF")
    assert (forum.threshold, forum.cadence) == (400_000_000, "FREQ=WEEKLY;BYDAY=MO")
    home = client.get(reverse("profiles:home")).content.decode()
    assert "Local adaptations" in home


def test_a_plan_that_moved_on_meanwhile_is_not_applied(built: Company) -> None:
    client = built.client(ENTITLED)
    data = {"profile": "eti", "seen": "0" * 16}
    assert client.post(reverse("profiles:apply"), data).status_code == 409
    assert not applied()


def test_a_profile_of_one_s_own_comes_in_and_goes_out(built: Company) -> None:
    client = built.client(ENTITLED)
    files = folder_files(SHIPPED / "eti")
    files["profile.yaml"] = files["profile.yaml"].replace("code: eti", "code: nous")
    data = archive(files, "nous")
    upload = SimpleUploadedFile("nous.zip", data, "application/zip")
    answer = client.post(reverse("profiles:import"), {"archive": upload})
    assert answer.status_code == 302
    assert OwnProfile.objects.get().code == "nous"
    assert make(profile_of("nous")).counts["add"] > 20
    given = client.get(reverse("profiles:export"), {"profile": "nous"})
    assert archive_files(given.content) == files
    actions.apply(_boss(), profile_of("nous"))
    assert make(profile_of("nous")).empty
    client.post(reverse("profiles:forget"), {"profile": "nous"})
    assert not OwnProfile.objects.exists()
    assert client.get(reverse("profiles:home")).status_code == 200


def _boss():
    from portulan.base.policy import system_actor

    return system_actor("test")


def test_the_faults_of_an_archive_are_listed(built: Company) -> None:
    upload = SimpleUploadedFile(
        "x.zip", archive({"profile.yaml": "format: 1\ncode: x\nname: X\nsteps: 3\n"}, "x")
    )
    answer = built.client(ENTITLED).post(reverse("profiles:import"), {"archive": upload})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<code>steps</code>" in page
    assert "a list is expected here" in page


def test_a_shipped_profile_is_not_replaced(built: Company) -> None:
    upload = SimpleUploadedFile("eti.zip", archive(folder_files(SHIPPED / "eti"), "eti"))
    answer = built.client(ENTITLED).post(reverse("profiles:import"), {"archive": upload})
    assert answer.status_code == 422
    assert not OwnProfile.objects.exists()


def test_what_holds_goes_out_as_files(built: Company) -> None:
    client = built.client(UNENTITLED)
    actions.apply(_boss(), profile_of("groupe"))
    given = archive_files(client.get(reverse("profiles:export")).content)
    assert "sheets/product_manager.yaml" in given
    assert "forums.yaml" in given


def test_pages_cost_the_same_whatever_is_applied(
    built: Company, django_assert_max_num_queries
) -> None:
    client = built.client(UNENTITLED)
    actions.apply(_boss(), profile_of("groupe"))
    client.get(reverse("profiles:home"))
    with django_assert_max_num_queries(30):
        client.get(reverse("profiles:home"))
    with django_assert_max_num_queries(40):
        client.get(reverse("profiles:plan"), {"profile": "eti"})


def test_an_empty_instance_proposes_the_six_questions(built: Company) -> None:
    page = built.client(ENTITLED).get("/")
    assert reverse("profiles:wizard") in page.content.decode()
