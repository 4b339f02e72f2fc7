"""The answer to a problem: what is chosen and placed, how good it is, and how good it could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portulan_core.arbitrage.problem import Issue, Placement, ProblemError

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
STATUSES: tuple[Status, ...] = ("optimal", "feasible", "infeasible", "unknown")


@dataclass(frozen=True, slots=True)
class GoalResult:
    """What a goal reached and the best that any plan could reach (``bound``, None: not known)."""

    measure: str
    value: int
    bound: float | None

    @property
    def gap(self) -> float | None:
        """|bound - value| over |value| (over 1 when the value is 0)."""
        if self.bound is None:
            return None
        return abs(self.bound - self.value) / max(1.0, abs(self.value))


@dataclass(frozen=True, slots=True)
class Incumbent:
    """A point of the log: after so many seconds, this objective was held and this bound proven."""

    seconds: float
    value: float | None
    bound: float | None


@dataclass(frozen=True, slots=True)
class Usage:
    """What the plan uses of a resource, per period, or of an envelope, in all."""

    kind: Literal["resource", "envelope"]
    key: str
    used: tuple[int, ...]
    limit: tuple[int | None, ...]

    @property
    def full(self) -> tuple[int, ...]:
        """The indexes where nothing is left."""
        pairs = zip(self.used, self.limit, strict=True)
        return tuple(t for t, (u, c) in enumerate(pairs) if c is not None and u >= c and u > 0)


@dataclass(frozen=True, slots=True)
class Result:
    """The best plan found.

    ``objective`` and ``bound`` are those of the first goal (lexicographic) or of the weighted sum
    (each measure times its weight, costs, makespan and changes counted negative). ``gap`` is
    |bound − objective| / max(1, |objective|). ``status``: ``optimal`` (nothing better exists),
    ``feasible`` (better may exist, up to ``bound``), ``infeasible`` (proven), ``unknown``.
    """

    status: Status
    placements: Mapping[str, Placement] = field(default_factory=dict)
    objective: int | None = None
    bound: float | None = None
    goals: tuple[GoalResult, ...] = ()
    usage: tuple[Usage, ...] = ()
    log: tuple[Incumbent, ...] = ()
    seconds: float = 0.0
    method: str = ""
    stopped: bool = False

    @property
    def gap(self) -> float | None:
        """The proven relative gap of the objective; None while nothing is proven or found."""
        if self.objective is None or self.bound is None:
            return None
        return abs(self.bound - self.objective) / max(1.0, abs(self.objective))

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.status in ("optimal", "feasible")

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "schema": "portulan.result",
            "version": 1,
            "status": self.status,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "placements": {
                k: {"mode": p.mode, "start": p.start} for k, p in self.placements.items()
            },
            "goals": [
                {"measure": g.measure, "value": g.value, "bound": g.bound} for g in self.goals
            ],
            "usage": [
                {
                    "kind": u.kind,
                    "key": u.key,
                    "used": list(u.used),
                    "limit": list(u.limit),
                }
                for u in self.usage
            ],
            "log": [[i.seconds, i.value, i.bound] for i in self.log],
            "seconds": self.seconds,
            "method": self.method,
            "stopped": self.stopped,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Read what `to_json` wrote; `ProblemError` when it is something else."""
        if not isinstance(data, Mapping) or data.get("schema") != "portulan.result":
            raise ProblemError([Issue("schema", "wrong_schema", "portulan.result")])
        if data.get("version") != 1:
            raise ProblemError([Issue("version", "wrong_version", "1", str(data.get("version")))])
        try:
            if data["status"] not in STATUSES:
                raise ProblemError(
                    [
                        Issue(
                            "status",
                            "unknown_choice",
                            ", ".join(STATUSES),
                            str(data["status"]),
                        )
                    ]
                )
            return cls(
                status=data["status"],
                placements={
                    k: Placement(str(p["mode"]), int(p["start"]))
                    for k, p in data["placements"].items()
                },
                objective=data["objective"],
                bound=data["bound"],
                goals=tuple(
                    GoalResult(g["measure"], g["value"], g["bound"]) for g in data["goals"]
                ),
                usage=tuple(
                    Usage(u["kind"], u["key"], tuple(u["used"]), tuple(u["limit"]))
                    for u in data["usage"]
                ),
                log=tuple(Incumbent(*row) for row in data["log"]),
                seconds=data["seconds"],
                method=data.get("method", ""),
                stopped=data.get("stopped", False),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ProblemError(
                [
                    Issue(
                        "",
                        "wrong_form",
                        "a portulan.result",
                        f"{type(error).__name__}: {error}",
                    )
                ]
            ) from None
