"""Reads and writes of the company's standards, by topic.

The topics: ``profile`` what was applied last, ``roles`` the roles in use, ``rules`` severities and
thresholds of the coherence rules, ``dossiers`` what each kind of dossier must hold, ``indicators``
those expected of every product, ``seats`` who sits in a forum by role, ``adaptable`` what entities
may settle for themselves, ``thresholds`` limits that several pages share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.changes import Recorder
from portulan.organisation.models import Standard


def standard(key: str) -> dict[str, Any]:
    """What holds for a topic; empty when the company has settled on nothing (one query)."""
    found = Standard.objects.filter(key=key).values_list("value", flat=True).first()
    return dict(found) if isinstance(found, dict) else {}


def standards(*keys: str) -> dict[str, dict[str, Any]]:
    """What holds for several topics (one query)."""
    found = {
        key: dict(value)
        for key, value in Standard.objects.filter(key__in=keys).values_list("key", "value")
        if isinstance(value, dict)
    }
    return {key: found.get(key, {}) for key in keys}


def write_standard(recorder: Recorder, key: str, value: Mapping[str, Any]) -> None:
    """Settle a topic; the same value again writes nothing."""
    found = Standard.objects.select_for_update().filter(key=key).first()
    if found is None:
        if value:
            recorder.create(Standard(key=key, value=dict(value)))
        return
    recorder.update_many([(found, {"value": dict(value)})])
