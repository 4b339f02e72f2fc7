"""The ranking of initiatives, how sure it is, and the ranks that somebody set against the score.

The table of utilities and the rank ranges are kept for the state of the scores: a page that moves
a weight ranks 5,000 initiatives again without a query more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from django.db.models import Count, F, Max, Sum

from portulan.prioritisation.models import (
    Initiative,
    InitiativeProduct,
    RankOverride,
    Score,
)
from portulan.prioritisation.queries.scoring import (
    RANKED_STATES,
    ModelInForce,
    marks,
    model_in_force,
    ratings,
)
from portulan_core.ranking import (
    QuickRank,
    RankingStatement,
    RankRanges,
    WeightSpace,
    quick_rank,
    say,
)
from portulan_core.ranking import rank_ranges as core_rank_ranges
from portulan_core.scoring import ScoreMatrix, score_matrix

#: Weight sets drawn: fewer when there is much to sort, the error staying under two points.
SETS, FEWER_SETS, MANY = 10_000, 2_500, 1_000
_KEPT = 8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """All scored initiatives with the public weights. Rows are positions in ``ids``."""

    model: ModelInForce
    ids: tuple[int, ...]
    uids: tuple[str, ...]
    row_of: Mapping[int, int]
    matrix: ScoreMatrix
    ranges: RankRanges
    statement: RankingStatement
    #: The state of scores it was made from.
    key: tuple[Any, ...] = ()

    @property
    def weights(self) -> dict[str, float]:
        """The public weights by family, summing to 1."""
        return dict(zip(self.matrix.columns, self.matrix.weights.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class RankFact:
    """A score and the ranks held in 90 % of plausible weightings, among ``of``."""

    value: float
    rank: int
    low: int
    high: int
    first: float
    of: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Override:
    """A rank set against the score."""

    uid: str
    initiative: int
    rank: int
    reason: str
    author: str
    set_on: date


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the ranking as shown: ``rank`` is the one set by somebody, if any.

    ``scored`` is the rank of the score with the weights asked, ``public`` with the public ones.
    ``value`` is the score with the weights asked, ``families`` utilities 0..1 by family.
    """

    initiative: int
    rank: int
    scored: int
    public: int
    value: float
    fact: RankFact
    families: Mapping[str, float]
    override: Override | None


_kept: dict[tuple[Any, ...], Standing] = {}
_kept_products: dict[tuple[Any, ...], dict[str, RankFact]] = {}
_lock = Lock()


def state(model: ModelInForce) -> tuple[Any, ...]:
    """What names the state of scores and of the initiatives to rank (two queries)."""
    given = Score.objects.aggregate(n=Count("pk"), last=Max("pk"), moves=Sum("revision"))
    # One that leaves while another comes back changes the sums, not the number.
    open_ones = Initiative.objects.filter(state__in=RANKED_STATES).aggregate(
        n=Count("pk"), whole=Sum("pk"), squares=Sum(F("pk") * F("pk"))
    )
    return (
        str(model.record.uid), model.record.revision, *given.values(), *open_ones.values(),
    )


def standing(model: ModelInForce | None = None) -> Standing | None:
    """The ranking with the public weights, kept for the state of the scores; ``None``: no model."""
    model = model or model_in_force()
    if model is None:
        return None
    key = state(model)
    with _lock:
        known = _kept.get(key)
    if known is not None:
        return known
    made = replace(_standing(model), key=key)
    with _lock:
        _kept[key] = made
        while len(_kept) > _KEPT:
            _kept.pop(next(iter(_kept)))
    return made


def _standing(model: ModelInForce) -> Standing:
    by_initiative = ratings(model, marks(model))
    rows = [
        (pk, str(uid))
        for pk, uid in Initiative.objects.filter(state__in=RANKED_STATES)
        .order_by("folded", "pk")
        .values_list("pk", "uid")
        if pk in by_initiative
    ]
    ids = tuple(pk for pk, _ in rows)
    matrix = score_matrix(model.core, [by_initiative[pk] for pk in ids])
    space = WeightSpace(matrix.columns, tuple(matrix.weights.tolist()))
    sets = SETS if len(ids) <= MANY else FEWER_SETS
    ranges = core_rank_ranges(matrix.utilities, space, spreads=matrix.spreads, sets=sets)
    return Standing(
        model,
        ids,
        tuple(uid for _, uid in rows),
        {pk: row for row, pk in enumerate(ids)},
        matrix,
        ranges,
        say(ranges),
    )


@dataclass(frozen=True, slots=True)
class Plausible:
    """Which weights a reader takes as plausible: around the public ones, or all alike, under an
    order (pairs: the first weighs at least as much as the second)."""

    uniform: bool = False
    at_least: tuple[tuple[str, str], ...] = ()


def space_of(matrix: ScoreMatrix, asked: Plausible) -> WeightSpace:
    """The weights that a reader takes as plausible, around the public ones unless all alike."""
    return WeightSpace(
        matrix.columns, tuple(matrix.weights.tolist()),
        kind="uniform" if asked.uniform else "around", at_least=asked.at_least,
    )


def standing_under(found: Standing, asked: Plausible) -> Standing:
    """The same scores, with the rank ranges of other plausible weights; kept like the usual one.

    Raises:
        RankingError: ``order_cycle``, ``bad_order``, or ``order_rejected`` (the order contradicts
            the public weights).
    """
    if asked == Plausible():
        return found
    key = (*found.key, asked)
    with _lock:
        known = _kept.get(key)
    if known is not None:
        return known
    space = space_of(found.matrix, asked)
    sets = SETS if len(found.ids) <= MANY else FEWER_SETS
    ranges = core_rank_ranges(
        found.matrix.utilities, space, spreads=found.matrix.spreads, sets=sets
    )
    made = replace(found, ranges=ranges, statement=say(ranges))
    with _lock:
        _kept[key] = made
        while len(_kept) > _KEPT:
            _kept.pop(next(iter(_kept)))
    return made


def fact(found: Standing, row: int) -> RankFact:
    """What the ranking says of one row."""
    ranges = found.ranges
    return RankFact(
        value=float(ranges.value[row]),
        rank=int(ranges.rank[row]),
        low=int(ranges.low[row]),
        high=int(ranges.high[row]),
        first=float(ranges.first[row]),
        of=ranges.items,
        coverage=float(found.matrix.coverage[row]),
    )


def rank_ranges() -> dict[str, RankFact]:
    """Every ranked initiative by uid: score and plausible ranks, for tables of other pages."""
    found = standing()
    if found is None:
        return {}
    return {uid: fact(found, row) for row, uid in enumerate(found.uids)}


def product_rank_ranges() -> dict[str, RankFact]:
    """Every product that ranked initiatives serve, by uid, ranked in the same weightings.

    A product is worth its initiatives together: the mean of their scores weighted by the share
    that serves it.
    """
    found = standing()
    if found is None or not found.ids:
        return {}
    links = InitiativeProduct.objects.aggregate(n=Count("pk"), last=Max("pk"), m=Sum("revision"))
    key = (*found.key, *links.values())
    with _lock:
        known = _kept_products.get(key)
    if known is None:
        known = _products(found)
        with _lock:
            _kept_products.clear()
            _kept_products[key] = known
    return known


def _products(found: Standing) -> dict[str, RankFact]:
    weights: dict[str, dict[int, float]] = {}
    for initiative, product, share in InitiativeProduct.objects.values_list(
        "initiative_id", "product__uid", "share"
    ):
        row = found.row_of.get(initiative)
        if row is not None and share:
            weights.setdefault(str(product), {})[row] = float(share)
    if not weights:
        return {}
    uids = sorted(weights)
    columns = len(found.matrix.columns)
    utilities = np.zeros((len(uids), columns))
    spreads = np.zeros((len(uids), columns))
    coverage = np.zeros(len(uids))
    for place, uid in enumerate(uids):
        rows = list(weights[uid])
        part = np.array([weights[uid][row] for row in rows])
        part = part / part.sum()
        utilities[place] = part @ found.matrix.utilities[rows]
        spreads[place] = np.sqrt((part**2) @ (found.matrix.spreads[rows] ** 2))
        coverage[place] = float(part @ found.matrix.coverage[rows])
    space = WeightSpace(found.matrix.columns, tuple(found.matrix.weights.tolist()))
    ranges = core_rank_ranges(
        utilities, space, spreads=spreads, sets=SETS if len(uids) <= MANY else FEWER_SETS
    )
    return {
        uid: RankFact(
            float(ranges.value[row]), int(ranges.rank[row]), int(ranges.low[row]),
            int(ranges.high[row]), float(ranges.first[row]), ranges.items, float(coverage[row]),
        )
        for row, uid in enumerate(uids)
    }


def overrides(only: int | None = None) -> dict[int, Override]:
    """Ranks set against the score, by initiative (one query); of one initiative when asked."""
    rows = RankOverride.objects.order_by("pk")
    if only is not None:
        rows = rows.filter(initiative_id=only)
    return {
        row[1]: Override(str(row[0]), row[1], row[2], row[3], row[4] or "", row[5])
        for row in rows.values_list(
            "uid", "initiative_id", "rank", "reason", "author__name", "set_on"
        )
    }


class Places(Sequence[Place]):
    """The ranking, best first; a row is only made when it is looked at."""

    def __init__(
        self,
        found: Standing,
        ranked: QuickRank,
        order: list[tuple[int, int]],
        set_ranks: Mapping[int, Override],
    ) -> None:
        self._found, self._ranked = found, ranked
        self._order, self._set = order, set_ranks

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> Place: ...
    @overload
    def __getitem__(self, index: slice) -> list[Place]: ...
    def __getitem__(self, index: int | slice) -> Place | list[Place]:
        if isinstance(index, slice):
            return [self._place(*pair) for pair in self._order[index]]
        return self._place(*self._order[index])

    def _place(self, row: int, rank: int) -> Place:
        found, utilities = self._found, self._found.matrix.utilities[row].tolist()
        return Place(
            initiative=found.ids[row],
            rank=rank,
            scored=int(self._ranked.ranks[row]),
            public=int(found.ranges.rank[row]),
            value=100 * float(self._ranked.values[row]),
            fact=fact(found, row),
            families=dict(zip(found.matrix.columns, utilities, strict=True)),
            override=self._set.get(found.ids[row]),
        )


def ranking(
    found: Standing,
    weights: Mapping[str, float] | None = None,
    visible: frozenset[int] | None = None,
    set_ranks: Mapping[int, Override] | None = None,
) -> Places:
    """The ranking with these weights by family (``None``: the public ones), best first.

    Ranks are those of the whole company; only visible initiatives are listed. A rank set by
    somebody takes its place, the others following in the order of their scores.
    """
    asked = found.matrix.weights if weights is None else np.array(
        [max(0.0, float(weights.get(column, 0.0))) for column in found.matrix.columns]
    )
    if not asked.sum() > 0:
        asked = found.matrix.weights
    ranked = quick_rank(found.matrix.utilities, asked)
    set_ranks = set_ranks or {}
    final = _with_overrides(found, ranked.order.tolist(), ranked.ranks, set_ranks)
    if visible is not None:
        final = [pair for pair in final if found.ids[pair[0]] in visible]
    return Places(found, ranked, final, set_ranks)


def _with_overrides(
    found: Standing,
    order: Iterable[int],
    ranks: npt.NDArray[np.int64],
    set_ranks: Mapping[int, Override],
) -> list[tuple[int, int]]:
    listed = list(order)
    chosen = sorted(
        ((o.rank, found.row_of[o.initiative]) for o in set_ranks.values()
         if o.initiative in found.row_of),
    )
    if not chosen:
        return [(row, int(ranks[row])) for row in listed]
    moved = {row for _, row in chosen}
    left = [row for row in listed if row not in moved]
    for rank, row in chosen:
        left.insert(min(max(rank - 1, 0), len(left)), row)
    return [(row, place) for place, row in enumerate(left, start=1)]
