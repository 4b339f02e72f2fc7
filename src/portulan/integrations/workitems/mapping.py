"""How a file of work items is read: which column is what, which state means what, whose items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

#: One row a change; one row an item with its dates; one row an item, a date a state; Jira pages.
TRANSITIONS, SPANS, STAGES, JIRA = "transitions", "spans", "stages", "jira"
FORMS = (TRANSITIONS, SPANS, STAGES, JIRA)
#: What items can be given to.
TARGETS = ("team", "product", "initiative")
#: Group of all items.
ALL = "*"
#: The three "states" of a file that only gives dates.
DATES = ("created", "started", "finished")
#: The fourth, only where the file says that an item ended without being done.
DROPPED = "dropped"
CATEGORIES = ("before", "active", "waiting", "done", "dropped", "")


@dataclass(slots=True)
class Reading:
    """The reading of one import; guessed, then corrected.

    ``columns``: field → place of its column; ``stages``: columns whose date enters a state.
    ``states``: name → category ("" is no state of the work). ``groups``: ``"project:UT"`` or
    ``"*"`` → ``{"team": code, …}``. ``kinds_out``: types of items left out. ``until``: ISO day
    until which the history is known.
    """

    form: str = TRANSITIONS
    header: int = 0
    headings: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    stages: list[int] = field(default_factory=list)
    order: str = ""
    zone: str = ""
    source: str = ""
    states: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)
    kinds_out: list[str] = field(default_factory=list)
    until: str = ""
    #: States whose category nobody has confirmed and no word says: guessed from the histories.
    guessed: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As the batch keeps it."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Reading:
        """As it was kept; what is not known is passed over."""
        names = Reading.__slots__
        return Reading(**{name: value for name, value in data.items() if name in names})


@dataclass(slots=True)
class Entry:
    """An item of the file: its words, its groups, its changes ``(second, to, from)``."""

    place: int
    key: str
    title: str = ""
    kind: str = ""
    description: str = ""
    criteria: str = ""
    release: str = ""
    #: The day its release came out, or is due, and whether it is out.
    release_on: date | None = None
    released: bool = False
    groups: dict[str, list[str]] = field(default_factory=dict)
    moves: list[tuple[int, str, str]] = field(default_factory=list)
    #: The state that the file tells apart from its dates.
    state: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that cannot be used: its place, why, and what it says."""

    row: int
    code: str
    text: str
    #: The heading of the column at fault and what its cell says, when it is one cell.
    column: str = ""
    said: str = ""


@dataclass(slots=True)
class Log:
    """A file as items with their histories, and the rows that were left out."""

    entries: dict[str, Entry] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    events: int = 0
    #: Code and parameters of what the whole file lacks.
    warnings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: What the source itself says of a state's category.
    hints: dict[str, str] = field(default_factory=dict)
    #: Texts that stand for no date ("-1", "NULL"), with their number.
    blanks: dict[str, int] = field(default_factory=dict)

    def states(self) -> dict[str, int]:
        """Every state with the number of changes into it, in order of appearance."""
        found: dict[str, int] = {}
        for entry in self.entries.values():
            for _, to, left in entry.moves:
                found[to] = found.get(to, 0) + 1
                if left:
                    found.setdefault(left, 0)
        return found

    def group_values(self) -> dict[str, int]:
        """Every group (``"project:UT"``) with the number of its items, larger first."""
        found: dict[str, int] = {}
        for entry in self.entries.values():
            for name, values in entry.groups.items():
                for value in values:
                    place = f"{name}:{value}"
                    found[place] = found.get(place, 0) + 1
        return dict(sorted(found.items(), key=lambda row: (-row[1], row[0])))


def target_of(
    groups: Mapping[str, Mapping[str, str]], own: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """What the groups of an item give it to: nearest first (epic, component… then all items)."""
    found: dict[str, str] = {}
    for name in ("epic", "component", "team", "product", "project"):
        for value in own.get(name, ()):
            for target, code in groups.get(f"{name}:{value}", {}).items():
                if code:
                    found.setdefault(target, code)
    for target, code in groups.get(ALL, {}).items():
        if code:
            found.setdefault(target, code)
    return found
