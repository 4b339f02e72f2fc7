"""Notifications: each thing once, to whom it concerns, never what they may not read that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox_of
from django.utils import timezone

from portulan.base.changes import recording
from portulan.base.policy import system_actor
from portulan.catalogue.models import Product, ProductRole
from portulan.collaboration.actions import comments, watching
from portulan.collaboration.models import Watch
from portulan.governance.models import ActionItem, Decision, Dossier, Forum, ForumMember, Meeting
from portulan.notifications import actions, mail, making, queries, words
from portulan.notifications.models import Notification, Preference
from portulan.organisation.models import EntityRole
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


def _monday() -> datetime:
    """Eight o'clock of the Monday to come."""
    day = timezone.localdate()
    day += timedelta(days=7 - day.weekday())
    return datetime(day.year, day.month, day.day, 8, 0, tzinfo=ZoneInfo("Europe/Paris"))


MORNING = _monday()


@pytest.fixture
def built() -> Company:
    made = company()
    for code, entity in (("HOME-1", made.home), ("CANARI", made.elsewhere)):
        product = Product(code=code, name=f"Nom {code}", entity=entity)
        product.refresh_derived()
        product.save()
        made.things[code] = product
    return made


def _actor(built: Company, who: str):
    return actor_for(built.accounts[who])


def _make() -> int:
    return making.run(timezone.now())


def _kinds(built: Company, who: str) -> list[str]:
    return [row.kind for row in queries.notifications(_actor(built, who))]


def test_a_mention_an_answer_and_what_one_follows_are_told_once(built: Company) -> None:
    first = comments.write(_actor(built, UNENTITLED), "product", "HOME-1", "Un avis @allowed ?")
    assert _make() == 1 and _make() == 0
    assert _kinds(built, ENTITLED) == ["mention"]
    assert Watch.objects.filter(person=built.people[ENTITLED]).exists()
    comments.write(_actor(built, ENTITLED), "product", "HOME-1", "Oui", first.uid)
    comments.write(_actor(built, UNENTITLED), "product", "HOME-1", "Autre sujet")
    _make()
    _make()
    assert sorted(_kinds(built, UNENTITLED)) == ["reply"]
    assert sorted(_kinds(built, ENTITLED)) == ["mention", "watched"]
    assert queries.unread(_actor(built, ENTITLED)) == 2


def test_nobody_is_told_what_they_may_not_read(built: Company) -> None:
    EntityRole.objects.create(
        role="contributor", person=built.people[UNENTITLED], entity=built.group
    )
    comments.write(
        _actor(built, UNENTITLED), "product", "CANARI", "Secret @allowed @other-entity"
    )
    Watch.objects.create(
        person=built.people[ENTITLED], subject_kind="product",
        subject_uid=built.things["CANARI"].uid,
    )
    _make()
    assert not Notification.objects.filter(person=built.people[ENTITLED]).exists()
    assert _kinds(built, OUTSIDER) == ["mention"]


def test_what_one_may_no_longer_read_is_neither_shown_nor_sent(built: Company) -> None:
    comments.write(_actor(built, UNENTITLED), "product", "HOME-1", "CONFIDENTIEL @allowed")
    _make()
    product = built.things["HOME-1"]
    product.entity = built.elsewhere
    product.save()
    assert queries.notifications(_actor(built, ENTITLED)) == []
    mail.run(MORNING)
    assert outbox_of.outbox == []


def test_a_change_of_what_one_follows_is_one_notice_a_day(built: Company) -> None:
    watching.watch(_actor(built, UNENTITLED), "product", "HOME-1", True)
    for name in ("Un", "Deux", "Trois"):
        with recording(_actor(built, ENTITLED), "product.edit") as recorder:
            recorder.update(built.things["HOME-1"], name=name)
    _make()
    assert _kinds(built, UNENTITLED) == ["watched"]
    assert _kinds(built, ENTITLED) == []
    assert Watch.objects.filter(person=built.people[ENTITLED]).exists(), "who acts follows"


def test_an_import_is_no_news(built: Company) -> None:
    from portulan.base.changes import KNOWN_SINCE_EVER

    watching.watch(_actor(built, UNENTITLED), "product", "HOME-1", True)
    with recording(system_actor("import"), "import.run", effective_on=KNOWN_SINCE_EVER) as rec:
        rec.update(built.things["HOME-1"], name="Importé")
    assert _make() == 0


def test_actions_dossiers_sittings_and_decisions_reach_whom_they_concern(built: Company) -> None:
    me = built.people[UNENTITLED]
    pmo = _actor(built, ENTITLED)
    forum = Forum(code="F", name="Comité", entity=built.home)
    forum.refresh_derived()
    forum.save()
    ForumMember.objects.create(forum=forum, person=me, right="votes")
    ProductRole.objects.create(
        person=me, product=built.things["HOME-1"], role="product_manager"
    )
    with recording(pmo, "meeting.run") as rec:
        meeting = rec.create(Meeting(code="M-1", forum=forum, on=date(2027, 3, 9)))
        rec.create(ActionItem(title="Relancer", owner=me, due_on=date(2020, 1, 1)))
        rec.create(
            Dossier(code="D-1", name="Un dossier", owner=me, product=built.things["HOME-1"])
        )
        rec.create(Dossier(code="D-3", name="Illisible", entity=built.elsewhere, owner=me))
        rec.create(Dossier(code="D-2", name="À moi", entity=built.home,
                           owner=built.people[ENTITLED]))
        decision = rec.create(Decision(code="DEC-1", name="Décision", kind="fund", forum=forum))
        rec.create(_subject(decision, built.things["HOME-1"]))
    with recording(pmo, "meeting.run") as rec:
        rec.update(meeting, state="closed")
        rec.update(decision, state="decided", verdict="whole", decided_on=date(2027, 3, 9))
    _make()
    _make()
    assert sorted(set(_kinds(built, UNENTITLED))) == [
        "action", "decision", "dossier", "minutes", "overdue",
    ]
    assert _kinds(built, UNENTITLED).count("dossier") == 1
    assert _kinds(built, ENTITLED) == [], "nobody is told what they did"


def test_papers_sent_and_answers_asked_in_writing_reach_the_seats(built: Company) -> None:
    pmo = _actor(built, ENTITLED)
    forum = Forum(code="F", name="Comité", entity=built.home)
    forum.refresh_derived()
    forum.save()
    ForumMember.objects.create(forum=forum, person=built.people[UNENTITLED], right="votes")
    with recording(pmo, "meeting.run") as rec:
        sitting = rec.create(Meeting(code="M-1", forum=forum, on=date(2027, 3, 9)))
        asked = rec.create(
            Meeting(
                code="M-2", forum=forum, form="consultation", on=date(2027, 3, 9),
                until=date(2027, 3, 16),
            )
        )
    assert _make() == 0
    with recording(pmo, "meeting.run") as rec:
        rec.update(sitting, sent_at=timezone.now())
        rec.update(asked, state="open")
    _make()
    _make()
    assert sorted(_kinds(built, UNENTITLED)) == ["meeting", "pack"]
    told = Notification.objects.get(kind="meeting")
    assert "in writing, until" in words.sentence(told.kind, told.params, "Comité")
    with recording(pmo, "meeting.run") as rec:
        rec.update(asked, reminded_on=date(2027, 3, 14))
    _make()
    assert sorted(_kinds(built, UNENTITLED)) == ["meeting", "meeting", "pack"]


def _subject(decision, product):
    from portulan.governance.models import DecisionSubject

    return DecisionSubject(decision=decision, product=product, verdict="approved")


# --- Mail


def _told(built: Company, kind: str, who: str = ENTITLED, **params) -> Notification:
    return Notification.objects.create(
        person=built.people[who], kind=kind, key=f"{kind}{Notification.objects.count()}",
        params={"title": "Relancer", **params},
    )


def test_urgent_kinds_go_at_once_and_the_others_once_a_day(built: Company) -> None:
    _told(built, "action")
    _told(built, "overdue")
    night = MORNING.replace(hour=3)
    assert mail.run(night)["sent"] == 1
    assert "Relancer" in outbox_of.outbox[0].subject
    assert mail.run(MORNING)["sent"] == 1
    _told(built, "overdue")
    assert mail.run(MORNING + timedelta(hours=2))["sent"] == 0
    assert mail.run(MORNING + timedelta(days=1))["sent"] == 1
    assert mail.run(MORNING + timedelta(days=1))["sent"] == 0


def test_weekly_mails_wait_for_monday(built: Company) -> None:
    _told(built, "finding", rule="ROL-01")
    Notification.objects.update(at=MORNING - timedelta(days=6))
    assert mail.run(MORNING - timedelta(days=5))["sent"] == 0
    assert mail.run(MORNING)["sent"] == 1


def test_a_mail_gathers_says_who_it_is_for_and_how_to_stop(built: Company) -> None:
    for _n in range(3):
        _told(built, "action", by="Zoé\r\nBcc: x@y.z")
    mail.run(MORNING)
    (sent,) = outbox_of.outbox
    assert sent.to == [built.accounts[ENTITLED].email] and "3 things new" in sent.subject
    stop = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert actions.unsubscribe(stop.rsplit("/", 1)[1])
    _told(built, "action")
    assert mail.run(MORNING)["sent"] == 0
    assert queries.preferences(built.people[ENTITLED].pk).mail["action"] == "never"
    assert not actions.unsubscribe("forged")


def test_a_mail_holds_no_markup_of_others(built: Company) -> None:
    _told(built, "action", title="<script>alert(1)</script>")
    mail.run(MORNING)
    html = outbox_of.outbox[0].alternatives[0][0]
    assert "<script" not in html and "&lt;script" in html


def test_quiet_hidden_and_read_things_are_not_mailed(built: Company) -> None:
    who = _actor(built, ENTITLED)
    actions.set_preferences(who, {"action": "now"}, ["action"], MORNING.date())
    _told(built, "action")
    assert mail.run(MORNING)["sent"] == 0
    assert mail.run(MORNING + timedelta(days=1))["sent"] == 1
    note = _told(built, "action")
    actions.mark_read(who, note.uid)
    assert mail.run(MORNING + timedelta(days=1))["sent"] == 0
    comments.write(_actor(built, UNENTITLED), "product", "HOME-1", "@allowed")
    assert _make() == 0, "mentions are hidden"


def test_a_server_of_mails_that_is_down_loses_nothing(built: Company, monkeypatch) -> None:
    _told(built, "action")

    def down(*args, **kwargs):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", down)
        assert mail.run(MORNING) == {"sent": 0, "failed": 1}
    assert mail.run(MORNING) == {"sent": 1, "failed": 0}


def test_nobody_reads_or_marks_another_s_notification(built: Company) -> None:
    note = _told(built, "action")
    assert actions.mark_read(_actor(built, OUTSIDER), note.uid) == 0
    assert queries.notifications(_actor(built, OUTSIDER)) == []
    assert actions.mark_read(_actor(built, ENTITLED)) == 1


def test_the_first_findings_are_no_news_the_next_ones_are(built: Company) -> None:
    ProductRole.objects.create(
        person=built.people[UNENTITLED], product=built.things["HOME-1"], role="product_owner"
    )
    making.run(MORNING)
    assert "finding" not in _kinds(built, UNENTITLED)
    from portulan.base.models import Setting

    Setting.objects.filter(key="notifications.findings").update(
        value={"on": "2027-02-28", "keys": []}
    )
    making.run(MORNING)
    making.run(MORNING)
    found = Notification.objects.filter(person=built.people[UNENTITLED], kind="finding")
    assert found.count() == len({n.key for n in found})


def test_preferences_refuse_what_they_do_not_know(built: Company) -> None:
    from portulan.base.policy import Invalid

    with pytest.raises(Invalid):
        actions.set_preferences(_actor(built, ENTITLED), {"mention": "hourly"}, [], None)
    assert not Preference.objects.exists()
