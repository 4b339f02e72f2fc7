"""Items written through the apps that own them, inside one action."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.changes import Recorder
from portulan.governance.standard import put_forum, retire_forum
from portulan.organisation.company_letters import put_letters
from portulan.organisation.rolesheets.actions import put_sheet, retire_sheet
from portulan.organisation.standards import standard, write_standard
from portulan.prioritisation.standard import put_model
from portulan.profiles.merge import code_of, topic_of
from portulan.profiles.state import KEPT

Item = Mapping[str, Any]
#: Topics in the order in which they are written: roles before who sits by role.
ORDER = ("roles", "adaptable", "sheets", "matrix", "scoring", "indicators", "rules", "dossiers",
         "forums")  # fmt: skip


def write(
    recorder: Recorder, items: Mapping[str, Item | None], *, note: str, forced: frozenset[str]
) -> None:
    """Bring items to what is given; ``None`` takes one out of use. Nothing past is deleted.

    ``forced``: rows of the matrix for which the letters of parts of the company give way.

    Raises:
        Refused: a row of the matrix would not have exactly one role that answers.
        ScoringError: the scoring model says nonsense.
    """
    for topic in ORDER:
        chosen = {code_of(k): item for k, item in items.items() if topic_of(k) == topic}
        if not chosen:
            continue
        if topic in KEPT:
            _keep(recorder, topic, chosen)
            continue
        for code in sorted(chosen):
            item = chosen[code]
            if topic == "sheets":
                if item is None:
                    retire_sheet(recorder, code)
                else:
                    put_sheet(recorder, code, item, note)
            elif topic == "matrix":
                letters = (item or {}).get("letters", {})
                put_letters(recorder, code, letters, clear_parts=f"matrix/{code}" in forced)
            elif topic == "forums":
                if item is None:
                    retire_forum(recorder, code)
                else:
                    put_forum(recorder, code, item)
            elif topic == "scoring" and item is not None:
                put_model(recorder, item)


def _keep(recorder: Recorder, topic: str, chosen: Mapping[str, Item | None]) -> None:
    value = standard(topic)
    for code, item in chosen.items():
        if item is None:
            value.pop(code, None)
        else:
            value[code] = item["value"] if set(item) == {"value"} else dict(item)
    write_standard(recorder, topic, value)
