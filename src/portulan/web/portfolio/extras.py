"""What other areas say about products and initiatives: findings, scores with plausible ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.http import HttpRequest

from portulan.prioritisation.queries import ranking
from portulan.readmodels.view import SEVERITIES, Extras, FindingFact, ScoreFact
from portulan.web.reading import open_findings, reader


def scores() -> Mapping[str, ScoreFact]:
    """Scores of products and initiatives by uid, with the ranks held in plausible weightings."""
    found = ranking.product_rank_ranges() | ranking.rank_ranges()
    return {
        uid: ScoreFact(fact.value, fact.low, fact.high, fact.of) for uid, fact in found.items()
    }


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
    return Extras(reader(request).kept("scores", (), scores), findings(request))
