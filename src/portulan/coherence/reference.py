"""The reference page of the rules, made from the rules."""

from __future__ import annotations

from itertools import groupby

from django.utils import translation

from portulan.coherence.sentences import SENTENCES
from portulan.coherence.words import topic
from portulan_core.coherence import RULES

HEADER = "| code | severity | on | finds | why it matters | how to mend | thresholds |"


def rules_page() -> str:
    """Every rule by topic: code, severity, what it finds, why, how to mend, thresholds."""
    lines = [
        "# Rules of coherence",
        "",
        f"{len(RULES)} rules, the same in the pages and in `portulan check`.",
        "A profile may change a severity or a threshold, or switch a rule off.",
    ]
    with translation.override("en"):
        ordered = sorted(RULES.values(), key=lambda rule: (rule.topic, rule.code))
        for code, rules in groupby(ordered, key=lambda rule: rule.topic):
            lines += ["", f"## {topic(code)}", ""]
            lines.append(HEADER)
            lines.append("|---|---|---|---|---|---|---|")
            for rule in rules:
                said = SENTENCES[rule.code]
                limits = ", ".join(f"{name} {value:g}" for name, value in rule.thresholds.items())
                lines.append(
                    f"| `{rule.code}` | {rule.severity.code} | {rule.subject_type} | {said.title} "
                    f"| {said.why} | {said.mend} | {limits or '—'} |"
                )
    return "\n".join(lines) + "\n"
