"""The one sentence that tells the essential truth about a ranking, as a code and its params."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portulan_core.ranking.robust import RankRanges
from portulan_core.ranking.weights import RankingError

#: A tie of more items than this is no longer listed: the top is said to be open.
NAMED_TIE = 7
#: An item is a contender for the first place from this share of the cases.
CONTENDER = 0.05
#: How much more often another item must be first for the chosen weights to be questioned.
CONTESTED = 0.10


@dataclass(frozen=True, slots=True)
class RankingStatement:
    """A coded sentence. Items are row numbers; shares are 0..1. See ``say`` for the codes."""

    code: str
    params: Mapping[str, object]


def say(ranges: RankRanges) -> RankingStatement:
    """What to say of the top of the ranking, in one sentence.

    - ``no_item``;
    - ``single_item`` (item);
    - ``clear_first`` (item, share, runner_up): first in at least ``sure`` of the cases;
    - ``tie_first`` (items, count, share, separated): these cannot be told apart; ``share`` of the
      cases has one of them first; ``separated`` when all of them stand clear of the next;
    - ``contested_first`` (item, share, rival, rival_share): the chosen weights put ``item`` first
      but ``rival`` is first clearly more often;
    - ``likely_first`` (item, share, contenders): ahead of the second, but others are sometimes
      first;
    - ``open_top`` (count, cut, item, share, contenders): too many tie for a first to be named;
      ``cut`` when the tie goes on beyond the items compared.
    """
    if ranges.items == 0:
        return RankingStatement("no_item", {})
    leader = int(ranges.order[0])
    share = float(ranges.first[leader])
    if ranges.items == 1:
        return RankingStatement("single_item", {"item": leader})
    if share >= ranges.sure:
        return RankingStatement(
            "clear_first",
            {"item": leader, "share": share, "runner_up": int(ranges.order[1])},
        )
    group = ranges.groups[0]
    contenders = tuple(
        int(item)
        for item in sorted(range(ranges.items), key=lambda i: (-ranges.first[i], ranges.rank[i]))
        if ranges.first[item] >= CONTENDER
    )
    favourite = contenders[0] if contenders else leader
    often = float(ranges.first[favourite])
    if favourite not in group.items and often > share + CONTESTED:
        return RankingStatement(
            "contested_first",
            {"item": leader, "share": share, "rival": favourite, "rival_share": often},
        )
    if len(group.items) == 1:
        return RankingStatement(
            "likely_first", {"item": leader, "share": share, "contenders": contenders}
        )
    if len(group.items) <= NAMED_TIE and not group.cut:
        return RankingStatement(
            "tie_first",
            {
                "items": group.items,
                "count": len(group.items),
                "share": float(ranges.first[list(group.items)].sum()),
                "separated": group.separated,
            },
        )
    return RankingStatement(
        "open_top",
        {
            "count": len(group.items),
            "cut": group.cut,
            "item": leader,
            "share": share,
            "contenders": contenders,
        },
    )


def say_cut(ranges: RankRanges, k: int) -> RankingStatement:
    """What to say of taking the first ``k``.

    - ``cut_all`` (k, items): everything is taken;
    - ``cut_clear`` (k, taken): the same ``k`` in at least ``sure`` of the cases, one by one;
    - ``cut_contested`` (k, taken, contested, places): ``taken`` are always in, and ``contested``
      (best chance first) compete for the ``places`` left.

    Raises:
        RankingError: ``bad_argument`` when ``k`` is not among the ``top`` asked of
            ``rank_ranges``.
    """
    if k >= ranges.items:
        return RankingStatement("cut_all", {"k": k, "items": ranges.items})
    if k not in ranges.top:
        raise RankingError("bad_argument", k=k, expected=tuple(ranges.top))
    chance = ranges.top[k]
    by_rank = ranges.order.tolist()
    taken = tuple(item for item in by_rank if chance[item] >= ranges.sure)
    open_ones = [item for item in by_rank if 1 - ranges.sure < chance[item] < ranges.sure]
    if len(taken) == k:
        return RankingStatement("cut_clear", {"k": k, "taken": taken})
    contested = tuple(sorted(open_ones, key=lambda item: -chance[item]))
    return RankingStatement(
        "cut_contested",
        {"k": k, "taken": taken, "contested": contested, "places": k - len(taken)},
    )
