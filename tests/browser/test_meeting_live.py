"""A whole committee with three people at three browsers: open and secret votes, scores together,
the network that drops, the decision, the minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portulan.base.policy import system_actor
from portulan.governance import actions
from portulan.governance.models import ForumMember, RegisterEntry, SecretTally
from portulan.prioritisation.actions.scoring import adopt_preset
from portulan.prioritisation.models import Score
from tests.browser.conftest import AxeCheck, NewPage
from tests.browser.steps import Somebody
from tests.governance.house import House, build

PASSWORD = "une-phrase-pour-entrer-2027"
SEATS = ("chair", "voter", "second")


@pytest.fixture
def house(emptied_after: None) -> House:
    """A committee of three, its dossier, and an initiative to score together."""
    built = build()
    built.person("second", "unit")
    ForumMember.objects.create(forum=built.forum, person=built.people["second"], right="votes")
    adopt_preset(system_actor("test"), "five_families")
    dossier = built.dossier()
    actions.add_items(
        built.actors["pmo"],
        built.meeting,
        [
            actions.ItemInput("Plan 2027", "decision", 45, dossier),
            actions.ItemInput(
                "Socle à noter", "scoring", 15, initiative=built.initiatives["I5"]
            ),
        ],
    )
    for code in SEATS:
        account = built.people[code].account
        assert account is not None
        account.set_password(PASSWORD)
        account.save()
    return built


@pytest.fixture
def seats(house: House, new_page: NewPage, axe: AxeCheck) -> list[Somebody]:
    """The chair, who also keeps the minutes, and two members; one of them reads English."""
    return [
        Somebody(new_page, axe, f"{code}@example.org", PASSWORD, language)
        for code, language in zip(SEATS, ("fr", "fr", "en"), strict=True)
    ]


@pytest.mark.timeout(600)
def test_a_committee_of_three(
    house: House, seats: list[Somebody], expect_faults: Callable[..., None]
) -> None:
    expect_faults("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
    chair, voter, second = seats
    open_the_sitting(house, chair, voter, second)
    vote(chair, voter, second)
    vote_in_secret(chair, voter, second)
    lose_the_network(chair, voter)
    decide(chair, voter)
    score_together(chair, voter, second)
    close(house, chair, second)


def open_the_sitting(house: House, *seats: Somebody) -> None:
    """Everybody is at the sitting; who is there shows on every screen."""
    chair = seats[0]
    chair.to(f"/meetings/{house.meeting.code}")
    chair.look()
    chair.button("Open the sitting").click()
    chair.page.wait_for_url("**/sit")
    for member in seats[1:]:
        member.to(f"/meetings/{house.meeting.code}/sit")
    chair.button("All present", chair.page.locator("#sit-left")).click()
    for each in seats:
        expect(each.page.locator("#sit-lead")).to_contain_text(each.say("quorum reached"))
    chair.page.locator("#sit-left .pt-agenda button").first.click()
    for each in seats:
        expect(each.page.locator(".gov-lines tbody tr")).to_have_count(3)


def vote(chair: Somebody, voter: Somebody, second: Somebody) -> None:
    """Each member votes on their own screen; all see it; the chair gives the verdict."""
    for each, name in ((voter, "Voter"), (second, "Second")):
        each.page.locator("#sit-votes").get_by_role(
            "button", name=each.say("%(name)s: for", name=name), exact=True
        ).click()
    for each in (chair, voter, second):
        expect(each.page.locator("#sit-votes .pt-for")).to_have_count(2)
    voter.look(phone=False)
    chair.button("Approve", chair.page.locator("#sit-votes form")).click()
    rows = voter.page.locator(".gov-lines tbody tr")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")


def vote_in_secret(chair: Somebody, voter: Somebody, second: Somebody) -> None:
    """Ballots are counted, not shown; the result comes when the vote is closed."""
    ask = {each: each.page.locator("#sit-ask") for each in (chair, voter, second)}
    chair.button("Vote on this line in secret", ask[chair]).click()
    for each, choice in ((chair, "For"), (voter, "For"), (second, "Against")):
        expect(each.page.locator("#sit-votes .pt-vote")).to_have_count(0)
        each.button(choice, ask[each], context="ballot").click()
        expect(ask[each]).to_contain_text(each.say("Your ballot is in."))
    for each in (chair, voter, second):
        told = each.say("%(voted)s of %(seats)s ballots in", voted=3, seats=3)
        expect(ask[each].locator(".pt-tally")).to_have_text(told)
    chair.look(phone=False)
    chair.button("Close and count", ask[chair]).click()
    for each in (chair, voter, second):
        result = each.say(
            "%(yes)s for, %(no)s against, %(none)s abst.", yes=2, no=1, none=0
        )
        expect(ask[each].locator(".pt-tally")).to_have_text(result)
    assert not SecretTally.objects.exists()
    chair.button("Approve", chair.page.locator("#sit-votes form")).click()
    expect(voter.page.locator(".gov-lines tbody tr").nth(2)).to_have_attribute(
        "aria-current", "true"
    )
    chair.button("Approve the lines still open").click()
    expect(voter.page.locator("#sit-main .pt-statement")).to_contain_text(
        voter.say_count("%(n)s approved", "%(n)s approved", 3, n=3)
    )


def lose_the_network(chair: Somebody, voter: Somebody) -> None:
    """What is typed without network stays on the screen, and goes out when it is back."""
    lost = chair.page.locator("#sit-lost")
    chair.page.context.set_offline(True)
    expect(lost).to_be_visible()
    area = chair.page.locator("#sit-text textarea")
    area.fill("Le comité approuve le plan.")
    chair.page.wait_for_timeout(1500)
    expect(voter.page.locator("#sit-text")).not_to_contain_text("Le comité approuve")
    chair.page.context.set_offline(False)
    expect(lost).to_have_class("gov-lost gov-back")
    expect(area).to_have_value("Le comité approuve le plan.")
    expect(voter.page.locator("#sit-text")).to_contain_text("Le comité approuve le plan.")
    expect(lost).to_be_hidden()


def decide(chair: Somebody, voter: Somebody) -> None:
    """The decision is in the register, on every screen."""
    text = chair.page.locator("#sit-text")
    text.locator("details.gov-close summary").click()
    chair.button("Decide, apply and seal", text).click()
    expect(voter.page.locator("#sit-main .pt-substatement a")).to_be_visible()


def score_together(chair: Somebody, voter: Somebody, second: Somebody) -> None:
    """Scores are hidden, then revealed with what keeps them apart, then kept."""
    chair.page.locator("#sit-left .pt-agenda button").last.click()
    expect(chair.page.locator("#sit-main .pt-statement")).to_have_text("Socle à noter")
    ask = {each: each.page.locator("#sit-ask") for each in (chair, voter, second)}
    ask[chair].locator("details.gov-add summary", has_text=chair.say("Score together")).click()
    chair.button("Ask for scores", ask[chair]).click()
    for each, rank in ((chair, "first"), (voter, "last"), (second, "last")):
        choices = ask[each].locator(".sit-scale button")
        getattr(choices, rank).click()
        expect(ask[each].locator(".sit-scale [aria-pressed=true]")).to_have_count(1)
    expect(ask[chair].locator(".sit-given")).to_have_count(0)
    assert not Score.objects.exists()
    chair.button("Reveal", ask[chair]).click()
    for each in (chair, voter, second):
        expect(ask[each].locator(".sit-given li")).to_have_count(3)
    chair.look(phone=False)
    why = ask[chair].locator(".sit-why")
    why.locator("textarea").fill("Le socle n’est pas prêt.")
    chair.button("Keep the reason", why).click()
    expect(ask[second].locator(".sit-given")).to_contain_text("Le socle n’est pas prêt.")
    chair.button("Keep the scores", ask[chair]).click()
    expect(ask[second]).to_contain_text(
        second.say("Kept: each one’s own score counts in the ranking, with its reason.")
    )
    assert Score.objects.count() == 3
    assert Score.objects.filter(reason="Le socle n’est pas prêt.").count() == 1


def close(house: House, chair: Somebody, second: Somebody) -> None:
    """Minutes are signed in the register and everybody reads them."""
    chair.to(f"/meetings/{house.meeting.code}")
    minutes = chair.page.locator("#minutes")
    expect(minutes).to_have_value(holding("Plan 2027"))
    chair.button("Close and keep the minutes").click()
    expect(chair.panel("Minutes")).to_contain_text("Plan 2027")
    assert RegisterEntry.objects.order_by("number").last().payload["event"] == "minutes"
    expect(second.page.locator("#sit-main")).to_contain_text(second.say("The sitting is closed."))
    second.to(f"/meetings/{house.meeting.code}")
    expect(second.panel("Minutes")).to_contain_text("Plan 2027")
    chair.look()


def holding(part: str) -> re.Pattern[str]:
    """Any text with this part in it."""
    return re.compile(f"[\\s\\S]*{re.escape(part)}[\\s\\S]*")
