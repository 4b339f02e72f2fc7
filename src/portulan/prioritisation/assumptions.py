"""What a scenario assumes, as a value: limits, what may move, what may not; with its JSON form.

Money is in minor units, effort in hundredths of person-days, months are ordinals; initiatives,
teams, lines and entities are uids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from portulan.base.policy import Invalid, Refusal

PRESETS = ("fit", "cut", "grow", "stop")
#: How much of the best value may be given up for fewer changes, in basis points.
CLOSE = 50
LOOSEST = 2_000
#: ``years``: initiatives are placed on a calendar, limits are those of fiscal years and quarters.
#: ``whole``: what is left to spend on each initiative counts at once, whatever its dates.
BASES = ("years", "whole")
STEPS = (1, 3)
#: What a guardrail is a part of: what the present plan spends there, all spending, an amount.
PLAN, TOTAL, AMOUNT = "plan", "total", "amount"
LONGEST_HORIZON = 60
LARGEST = 10**13


@dataclass(frozen=True, slots=True)
class Limit:
    """An envelope: at most ``amount``.

    ``year`` ``None`` is the whole horizon (or the whole cost); ``line`` ``None``, ``stage`` "" and
    ``entity`` ``None`` mean any. ``source`` is the uid of the budget's envelope it comes from.
    """

    amount: int
    year: int | None = None
    line: str | None = None
    stage: str = ""
    entity: str | None = None
    source: str = ""

    @property
    def key(self) -> str:
        """How results name it: what it covers."""
        year = self.year or ""
        return f"{year}|{self.entity or ''}|{self.line or ''}|{self.stage}"


@dataclass(frozen=True, slots=True)
class Floor:
    """A guardrail: at least ``share`` (basis points) of what ``of`` says, or at least ``amount``.

    ``line`` ``None`` and ``stage`` "" mean any; a line holds the lines below it.
    """

    of: str = PLAN
    share: int = 0
    amount: int = 0
    line: str | None = None
    stage: str = ""

    @property
    def key(self) -> str:
        """How results name it: what it covers."""
        return f"floor:||{self.line or ''}|{self.stage}"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The sheet of assumptions.

    ``first`` is the first month of the horizon, of ``periods`` steps of ``step`` months.
    ``capacities``: (team, first month of the quarter, days) instead of the known ones.
    ``hold_capacity``: teams may not be asked for more than they have (else: for more than now).
    ``reduced``: (initiative, cost kept in percent, value kept in percent): a smaller way to do it.
    ``give_back`` by the end of month ``by_month - 1`` (``None``: within the horizon).
    ``close``: how much of the best value may be given up for fewer changes (basis points).
    ``more`` money to spend (*grow*) on ``more_line`` and ``more_stage`` (``None``, "": anywhere),
    and ``more_days`` for teams in each quarter. ``stopped`` initiatives and ``stop_product``
    (*stop*), whose planned run costs end with month ``stop_month``; stopping costs ``exit_cost``.
    ``spend_at_most`` and ``risk_at_most``: limits on the whole, as a point of the frontier has.
    """

    preset: str = "fit"
    basis: str = "years"
    first: int = 0
    periods: int = 4
    step: int = 3
    axis: str = ""
    envelopes: tuple[Limit, ...] = ()
    floors: tuple[Floor, ...] = ()
    capacities: tuple[tuple[str, int, int], ...] = ()
    hold_capacity: bool = True
    mandatory: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    reduced: tuple[tuple[str, int, int], ...] = ()
    stop_started: bool = False
    dependencies: bool = True
    entrants: bool = True
    max_changes: int | None = None
    give_back: int | None = None
    by_month: int | None = None
    close: int = CLOSE
    more: int | None = None
    more_line: str | None = None
    more_stage: str = ""
    more_days: tuple[tuple[str, int], ...] = ()
    stopped: tuple[str, ...] = ()
    stop_product: str = ""
    stop_month: int | None = None
    exit_cost: int = 0
    spend_at_most: int | None = None
    risk_at_most: int | None = None
    seconds: int = 15

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        data = asdict(self)
        return {name: _listed(value) for name, value in data.items()}

    def lock(self, initiative: str, how: str) -> Assumptions:
        """The same sheet with one initiative ``pin``ned, ``exclude``d, made ``mandatory`` or free.

        Raises:
            Invalid: another word.
        """
        if how not in ("pin", "exclude", "mandatory", "free"):
            raise Invalid({"how": Refusal("invalid")})
        kept = {
            name: tuple(uid for uid in getattr(self, name) if uid != initiative)
            for name in ("pinned", "excluded", "mandatory")
        }
        place = {"pin": "pinned", "exclude": "excluded", "mandatory": "mandatory"}.get(how)
        if place:
            kept[place] = (*kept[place], initiative)
        return replace(
            self,
            pinned=kept["pinned"],
            excluded=kept["excluded"],
            mandatory=kept["mandatory"],
        )


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def from_json(data: Mapping[str, Any]) -> Assumptions:
    """Read the JSON form; what an older form did not hold has its usual value.

    Raises:
        Invalid: values that make no sense, by name.
    """
    known = {f.name for f in fields(Assumptions)}
    values = {name: value for name, value in data.items() if name in known}
    try:
        values["envelopes"] = tuple(
            Limit(**{k: v for k, v in row.items() if k in Limit.__slots__})
            for row in values.get("envelopes", ())
        )
        values["floors"] = tuple(
            Floor(**{k: v for k, v in row.items() if k in Floor.__slots__})
            for row in values.get("floors", ())
        )
        values["capacities"] = tuple(
            (str(team), int(month), int(days)) for team, month, days in values.get("capacities", ())
        )
        values["reduced"] = tuple(
            (str(uid), int(cost), int(value)) for uid, cost, value in values.get("reduced", ())
        )
        values["more_days"] = tuple(
            (str(team), int(days)) for team, days in values.get("more_days", ())
        )
        for name in ("mandatory", "excluded", "pinned", "stopped"):
            values[name] = tuple(str(uid) for uid in values.get(name, ()))
        found = Assumptions(**values)
    except (TypeError, ValueError, AttributeError):
        raise Invalid({"assumptions": Refusal("invalid")}) from None
    return check(found)


def check(found: Assumptions) -> Assumptions:
    """The same assumptions, or what is wrong with them.

    Raises:
        Invalid: by name of the field.
    """
    errors: dict[str, Refusal] = {}
    if found.preset not in PRESETS:
        errors["preset"] = Refusal("invalid")
    if found.basis not in BASES:
        errors["basis"] = Refusal("invalid")
    if found.step not in STEPS:
        errors["step"] = Refusal("invalid")
    if not 1 <= found.periods * found.step <= LONGEST_HORIZON:
        errors["periods"] = Refusal("assumptions.horizon", {"most": LONGEST_HORIZON})
    if any(not 0 <= limit.amount <= LARGEST for limit in found.envelopes):
        errors["envelopes"] = Refusal("assumptions.amount")
    keys = [limit.key for limit in found.envelopes]
    if len(set(keys)) != len(keys):
        errors["envelopes"] = Refusal("assumptions.envelope_twice")
    rails = [floor.key for floor in found.floors]
    if len(set(rails)) != len(rails):
        errors["floors"] = Refusal("assumptions.floor_twice")
    if any(_wrong(floor) for floor in found.floors):
        errors["floors"] = Refusal("assumptions.floor")
    if any(not 0 <= days <= LARGEST for _, _, days in found.capacities):
        errors["capacities"] = Refusal("assumptions.capacity")
    if any(not (1 <= cost <= 99 and 0 <= value <= 100) for _, cost, value in found.reduced):
        errors["reduced"] = Refusal("assumptions.reduced")
    if found.max_changes is not None and not 0 <= found.max_changes <= 100_000:
        errors["max_changes"] = Refusal("assumptions.changes")
    if found.give_back is not None and not 0 <= found.give_back <= LARGEST:
        errors["give_back"] = Refusal("assumptions.amount")
    for name in ("more", "spend_at_most", "exit_cost"):
        amount = getattr(found, name)
        if amount is not None and not 0 <= amount <= LARGEST:
            errors[name] = Refusal("assumptions.amount")
    if any(not 0 <= days <= LARGEST for _, days in found.more_days):
        errors["more_days"] = Refusal("assumptions.capacity")
    if not 0 <= found.close <= LOOSEST:
        errors["close"] = Refusal("invalid")
    if found.risk_at_most is not None and not 0 <= found.risk_at_most <= LARGEST:
        errors["risk_at_most"] = Refusal("invalid")
    if not 1 <= found.seconds <= 600:
        errors["seconds"] = Refusal("assumptions.seconds", {"most": 600})
    last = found.first + found.periods * found.step
    if found.by_month is not None and found.basis == "years":
        if not found.first < found.by_month <= last:
            errors["by_month"] = Refusal("assumptions.by_month")
    if errors:
        raise Invalid(errors)
    return found


def _wrong(floor: Floor) -> bool:
    """Whether a guardrail makes no sense: no place, no amount, or a share above the whole."""
    if floor.line is None and not floor.stage:
        return True
    if floor.of == AMOUNT:
        return not 0 < floor.amount <= LARGEST
    return floor.of not in (PLAN, TOTAL) or not 0 < floor.share <= 10_000
