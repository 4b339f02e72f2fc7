"""Every activity, topic and role that holds a letter is said in words."""

from __future__ import annotations

from portulan.base.manifest import activities, manifests
from portulan.organisation.matrix import every_role
from portulan.wording.activities import ACTIVITIES, TOPICS
from portulan.wording.vocabulary import ROLES


def test_every_activity_has_its_sentence() -> None:
    missing = sorted(set(activities()) - set(ACTIVITIES))
    assert not missing, f"add sentences to portulan/wording/activities.py for: {missing}"


def test_every_app_with_activities_has_its_topic() -> None:
    assert {m.app for m in manifests() if m.activities} <= set(TOPICS)


def test_every_role_and_seat_has_its_name() -> None:
    assert set(every_role()) <= set(ROLES)
