"""A check as text, JSON or SARIF, for the command line and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.coherence.queries import Listed
from portulan.coherence.sentences import SENTENCES
from portulan.coherence.words import message
from portulan.wording import vocabulary
from portulan_core.coherence import RULES

_LEVELS = {"blocking": "error", "major": "error", "minor": "warning", "info": "note"}


def key_of(item: Listed, keys: Mapping[str, str]) -> str:
    """The source's id of an imported object, else its code, else its uid."""
    return keys.get(item.subject.uid) or item.subject.code or item.subject.uid


def as_json(listed: Sequence[Listed], keys: Mapping[str, str], day: str) -> dict[str, Any]:
    """``{"findings": […], "summary": {…}}``; accepted exceptions are counted, not listed."""
    open_items = [item for item in listed if item.exception is None]
    return {
        "findings": [
            {
                "code": item.finding.code,
                "severity": item.finding.severity.code,
                "topic": item.finding.topic,
                "object": {
                    "type": item.finding.subject_type,
                    "key": key_of(item, keys),
                    "name": item.subject.name,
                },
                "message": message(item.finding),
                "params": dict(item.finding.params),
            }
            for item in open_items
        ],
        "summary": {
            "as_of": day,
            "findings": len(open_items),
            "exceptions": len(listed) - len(open_items),
            "severities": dict(Counter(i.finding.severity.code for i in open_items)),
            "rules": dict(sorted(Counter(i.finding.code for i in open_items).items())),
        },
    }


def as_sarif(listed: Sequence[Listed], keys: Mapping[str, str], version: str) -> dict[str, Any]:
    """SARIF 2.1.0, as code platforms read it; objects are logical locations."""
    codes = sorted(RULES)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Portulan",
                        "version": version,
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": str(SENTENCES[code].title)},
                                "fullDescription": {"text": str(SENTENCES[code].why)},
                                "help": {"text": str(SENTENCES[code].mend)},
                                "defaultConfiguration": {
                                    "level": _LEVELS[RULES[code].severity.code]
                                },
                            }
                            for code in codes
                        ],
                    }
                },
                "results": [
                    {
                        "ruleId": item.finding.code,
                        "ruleIndex": codes.index(item.finding.code),
                        "level": _LEVELS[item.finding.severity.code],
                        "message": {"text": message(item.finding)},
                        "locations": [
                            {
                                "logicalLocations": [
                                    {
                                        "name": key_of(item, keys),
                                        "kind": item.finding.subject_type,
                                        "fullyQualifiedName": (
                                            f"{item.finding.subject_type}/{key_of(item, keys)}"
                                        ),
                                    }
                                ]
                            }
                        ],
                        "suppressions": (
                            [
                                {
                                    "kind": "external",
                                    "justification": item.exception.reason,
                                }
                            ]
                            if item.exception
                            else []
                        ),
                    }
                    for item in listed
                ],
            }
        ],
    }


def as_text(listed: Sequence[Listed], keys: Mapping[str, str]) -> str:
    """One line a finding, gravest first, then the counts."""
    open_items = [item for item in listed if item.exception is None]
    lines = [
        f"{item.finding.code}  {_severity(item):<12}  {key_of(item, keys)}  {message(item.finding)}"
        for item in open_items
    ]
    accepted = len(listed) - len(open_items)
    total = ngettext("%(count)d finding", "%(count)d findings", len(open_items)) % {
        "count": len(open_items)
    }
    by_severity = ", ".join(
        f"{vocabulary.word(vocabulary.SEVERITIES, code)} {count}"
        for code, count in Counter(i.finding.severity.code for i in open_items).items()
    )
    tail = f"{total} ({by_severity})" if by_severity else _("Nothing to say: all is coherent.")
    if accepted:
        tail += " · " + ngettext(
            "%(count)d accepted as an exception", "%(count)d accepted as exceptions", accepted
        ) % {"count": accepted}
    return "\n".join([*lines, "", tail] if lines else [tail])


def _severity(item: Listed) -> str:
    return vocabulary.word(vocabulary.SEVERITIES, item.finding.severity.code)
