"""What other areas say about products and initiatives: findings, scores with plausible ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from django.http import HttpRequest

from portulan.base.policy import Actor
from portulan.readmodels.view import SEVERITIES, Extras, FindingFact, ScoreFact
from portulan.web.reading import open_findings
from portulan.web.viewer import actor

#: Gives scores by uid of product or initiative; ``scores_from`` sets it.
_scores: list[Callable[[Actor], Mapping[str, ScoreFact]]] = []


def scores_from(function: Callable[[Actor], Mapping[str, ScoreFact]]) -> None:
    """Take the scores of products and initiatives from this function (at most two queries)."""
    _scores.append(function)


def scores(who: Actor) -> Mapping[str, ScoreFact]:
    """Scores by uid."""
    found: dict[str, ScoreFact] = {}
    for function in _scores:
        found.update(function(who))
    return found


def findings(request: HttpRequest) -> dict[str, FindingFact]:
    """Open findings that the reader may know of, by the uid of their product or initiative."""
    counts: dict[str, Counter[str]] = {}
    topics: dict[str, tuple[int, str]] = {}
    for item in open_findings(request):
        severity, topic = item.finding.severity.code, item.finding.topic
        for uid in {item.subject.uid, item.subject.product or item.subject.uid}:
            counts.setdefault(uid, Counter())[severity] += 1
            rank = SEVERITIES.index(severity)
            if uid not in topics or rank < topics[uid][0]:
                topics[uid] = (rank, topic)
    return {uid: FindingFact(dict(found), topics[uid][1]) for uid, found in counts.items()}


def extras(request: HttpRequest) -> Extras:
    """Everything that lists show beside the facts themselves."""
    return Extras(scores(actor(request)), findings(request))
