"""How wide the columns of a table are, from what stands in them; in points, for every format."""

from __future__ import annotations

from portulan.reports import measure
from portulan.reports.document import KINDS, Table, clean, written

#: A word asks for no more room than this, in points.
WORD_MOST = 122.0
#: Kinds whose values stay on one line.
_WHOLE = ("day", "month", "quarter", "stage")


def widths(table: Table, width: float, size: float, pad: float) -> list[float]:
    """Each column's share of a width, but never less than its longest word if that can be.

    ``size`` is that of the letters, ``pad`` the room left on each side of a cell.
    """
    wanted = [column.width for column in table.columns]
    whole = sum(wanted) or 1
    least = [_least(table, at, size, pad) for at in range(len(wanted))]
    if sum(least) >= width:
        return [width * w / sum(least) for w in least]
    fixed: set[int] = set()
    while True:
        room = width - sum(least[at] for at in fixed)
        free = sum(w for at, w in enumerate(wanted) if at not in fixed) or 1
        short = {
            at for at, w in enumerate(wanted) if at not in fixed and room * w / free < least[at]
        }
        if not short:
            break
        fixed |= short
    spare = room if len(fixed) == len(wanted) else 0
    return [
        least[at] + spare * w / whole if at in fixed else room * w / free
        for at, w in enumerate(wanted)
    ]


def _least(table: Table, at: int, size: float, pad: float) -> float:
    column = table.columns[at]
    words = column.label.split(" ")
    for row in (*table.rows, *([table.total] if table.total is not None else [])):
        text = clean(written(column.kind, row[at]))
        whole = column.kind in _WHOLE or KINDS[column.kind].numeric
        words += [text] if whole else text.replace("\n", " ").split(" ")
    longest = max((measure.width(word, size * 1.05) for word in words), default=0.0)
    return min(longest + 2 * pad + 1, WORD_MOST)
