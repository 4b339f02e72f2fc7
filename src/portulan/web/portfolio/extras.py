"""What other areas say about products and initiatives: findings, scores with plausible ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from portulan.base.policy import Actor, check_right
from portulan.coherence import queries
from portulan.coherence.manifest import FINDING_READ
from portulan.readmodels.reader import Reader
from portulan.readmodels.view import SEVERITIES, Extras, FindingFact, ScoreFact

#: Gives scores by uid of product or initiative; ``scores_from`` sets it.
_scores: list[Callable[[Actor], Mapping[str, ScoreFact]]] = []


def scores_from(function: Callable[[Actor], Mapping[str, ScoreFact]]) -> None:
    """Take the scores of products and initiatives from this function (at most two queries)."""
    _scores.append(function)


def scores(actor: Actor) -> Mapping[str, ScoreFact]:
    """Scores by uid."""
    found: dict[str, ScoreFact] = {}
    for function in _scores:
        found.update(function(actor))
    return found


def findings(actor: Actor) -> dict[str, FindingFact]:
    """Open findings that the reader may know of, by the uid of their product or initiative."""
    if check_right(actor, FINDING_READ) is not None:
        return {}
    counts: dict[str, Counter[str]] = {}
    topics: dict[str, tuple[int, str]] = {}
    for item in queries.visible(actor, queries.checked().listed):
        if item.exception is not None:
            continue
        severity, topic = item.finding.severity.code, item.finding.topic
        for uid in {item.subject.uid, item.subject.product or item.subject.uid}:
            counts.setdefault(uid, Counter())[severity] += 1
            rank = SEVERITIES.index(severity)
            if uid not in topics or rank < topics[uid][0]:
                topics[uid] = (rank, topic)
    return {uid: FindingFact(dict(found), topics[uid][1]) for uid, found in counts.items()}


def extras(reader: Reader) -> Extras:
    """Everything that lists show beside the facts themselves."""
    return Extras(scores(reader.actor), findings(reader.actor))
