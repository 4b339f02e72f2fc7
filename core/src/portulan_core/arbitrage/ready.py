"""The compiled searches made ready before a problem needs them.

Not needed: in a fresh installation the first larger problem compiles what it uses, beside the
solvers that need none of it, and it is kept on disk. As a program it does so beforehand
(``python -m portulan_core.arbitrage.ready``).
"""

from __future__ import annotations

from portulan_core.arbitrage import annealing, bounds, hulls, knapsack, scheduling


def prepare() -> None:
    """Load the compiled searches; in a fresh installation compile them, about half a minute."""
    annealing.prepare()
    bounds.prepare()
    hulls.prepare()
    knapsack.prepare()
    scheduling.prepare()


if __name__ == "__main__":
    prepare()
