"""The scoring model in force, who scored what, and the score of an initiative with its reasons.

A new version of the model with the same criterion on the same scale keeps what was given before:
scores are read along the line of versions, the latest one of a scorer counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portulan.prioritisation.models import (
    Initiative,
    InitiativeProduct,
    Person,
    Score,
    ScoringModel,
)
from portulan_core.scoring import (
    Consensus,
    Rating,
    Reason,
    ScoreResult,
    combine,
    explain,
    model_from_json,
    score,
)
from portulan_core.scoring import ScoringModel as CoreModel

#: States in which an initiative is still to be scored and ranked.
RANKED_STATES = ("idea", "proposed", "planned", "in_progress", "deferred")


@dataclass(frozen=True, slots=True)
class ModelInForce:
    """The model in force: its record and what it says."""

    record: ScoringModel
    core: CoreModel
    #: Versions whose scores count → the criteria that are the same in this one.
    lineage: Mapping[int, frozenset[str]]

    @property
    def code(self) -> str:
        """The code that its versions share."""
        return self.core.code


@dataclass(frozen=True, slots=True)
class Mark:
    """What one scorer gave to one criterion of one initiative."""

    uid: str
    initiative: int
    criterion: str
    value: float
    confidence: int
    reason: str
    evidence: str
    author: int | None
    scored_on: date
    revision: int
    #: Whether it was given under the model in force (else under an earlier version).
    current: bool
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An initiative's score: result, what the scorers say together, their marks, the reasons."""

    result: ScoreResult
    consensus: Mapping[str, Consensus]
    marks: tuple[Mark, ...]
    authors: Mapping[int, str]
    reasons: tuple[Reason, ...]


def model_in_force() -> ModelInForce | None:
    """The model in force, or ``None`` when the company has none yet (one query)."""
    records = list(ScoringModel.objects.order_by("adopted_on", "pk"))
    record = next((each for each in reversed(records) if each.active), None)
    if record is None:
        return None
    core = model_from_json(record.definition)
    return ModelInForce(record, core, _lineage(core, records))


def versions() -> list[ScoringModel]:
    """Every version of every model, the latest first."""
    return list(ScoringModel.objects.order_by("-pk"))


def core_of(record: ScoringModel) -> CoreModel:
    """What a version says."""
    return model_from_json(record.definition)


def is_used(record: ScoringModel) -> bool:
    """Whether a score was given under this version: it is then fixed."""
    return Score.objects.filter(model=record).exists()


def _lineage(core: CoreModel, records: Iterable[ScoringModel]) -> dict[int, frozenset[str]]:
    found = {}
    for record in records:
        if record.definition.get("code") == core.code:
            scales = {c.code: c.scale for c in model_from_json(record.definition).criteria}
            same = (c.code for c in core.criteria if scales.get(c.code) == c.scale)
            found[record.pk] = frozenset(same)
    return found


def marks(
    model: ModelInForce, initiatives: Iterable[int] | None = None, author: int | None = None
) -> list[Mark]:
    """What scorers gave (one query): of these initiatives or all, of this author or all."""
    rows = Score.objects.filter(model_id__in=list(model.lineage))
    if initiatives is not None:
        rows = rows.filter(initiative_id__in=list(initiatives))
    if author is not None:
        rows = rows.filter(author_id=author)
    latest: dict[tuple[int, str, int | None], Mark] = {}
    for row in rows.order_by("model_id", "pk").values_list(
        "model_id", "uid", "initiative_id", "criterion", "value", "confidence", "reason",
        "evidence", "author_id", "scored_on", "revision", "author__name",
    ):
        if row[3] in model.lineage[row[0]]:
            mark = Mark(
                str(row[1]), *row[2:-1], current=row[0] == model.record.pk,
                author_name=row[-1] or "",
            )  # fmt: skip
            latest[mark.initiative, mark.criterion, mark.author] = mark
    return list(latest.values())


def sheets_by_scorer(found: Iterable[Mark]) -> dict[int, dict[int | None, dict[str, Rating]]]:
    """Initiative → scorer → criterion → rating."""
    sheets: dict[int, dict[int | None, dict[str, Rating]]] = {}
    for mark in found:
        of_initiative = sheets.setdefault(mark.initiative, {})
        of_initiative.setdefault(mark.author, {})[mark.criterion] = Rating(
            mark.value, mark.confidence / 100
        )
    return sheets


def consensus(
    model: CoreModel, by_scorer: Mapping[int | None, Mapping[str, Rating]]
) -> dict[str, Consensus]:
    """Mean and dispersion by criterion."""
    return combine(model, list(by_scorer.values()))


def ratings(
    model: ModelInForce, found: Iterable[Mark]
) -> dict[int, dict[str, Rating]]:
    """Initiative → criterion → the scorers' mean with its dispersion."""
    return {
        initiative: {code: c.rating for code, c in consensus(model.core, by_scorer).items()}
        for initiative, by_scorer in sheets_by_scorer(found).items()
    }


def scores(model: ModelInForce, found: Iterable[Mark]) -> dict[int, ScoreResult]:
    """The score of each initiative that somebody scored."""
    return {
        initiative: score(model.core, values)
        for initiative, values in ratings(model, found).items()
    }


def sheet(model: ModelInForce, initiative: Initiative) -> Sheet:
    """The score of one initiative with all that explains it (one query)."""
    found = marks(model, [initiative.pk])
    by_scorer = sheets_by_scorer(found).get(initiative.pk, {})
    together = consensus(model.core, by_scorer)
    result = score(model.core, {code: c.rating for code, c in together.items()})
    return Sheet(
        result=result,
        consensus=together,
        marks=tuple(found),
        authors={mark.author: mark.author_name for mark in found if mark.author is not None},
        reasons=explain(model.core, result),
    )


def names(people: Iterable[int]) -> dict[int, str]:
    """The names of people by id."""
    return dict(Person.objects.filter(pk__in=set(people)).values_list("pk", "name"))


def person_of(person: int | None) -> Person | None:
    """The person who scores, if the account has one."""
    return Person.objects.filter(pk=person).first() if person is not None else None


@dataclass(frozen=True, slots=True)
class GridRow:
    """An initiative of the grid."""

    initiative: Initiative
    products: tuple[str, ...]
    #: What this scorer gave, by criterion.
    mine: Mapping[str, Mark]
    result: ScoreResult
    consensus: Mapping[str, Consensus]
    scorers: int


def grid(
    model: ModelInForce, initiatives: Sequence[Initiative], author: int | None
) -> list[GridRow]:
    """Rows of the grid for these initiatives and this scorer (four queries)."""
    ids = [row.pk for row in initiatives]
    found = marks(model, ids)
    by_initiative = sheets_by_scorer(found)
    own: dict[int, dict[str, Mark]] = {}
    for mark in found:
        if author is not None and mark.author == author:
            own.setdefault(mark.initiative, {})[mark.criterion] = mark
    served = products_of(ids)
    rows = []
    for initiative in initiatives:
        by_scorer = by_initiative.get(initiative.pk, {})
        together = consensus(model.core, by_scorer)
        rows.append(
            GridRow(
                initiative,
                served.get(initiative.pk, ()),
                own.get(initiative.pk, {}),
                score(model.core, {code: c.rating for code, c in together.items()}),
                together,
                len(by_scorer),
            )
        )
    return rows


def products_of(initiatives: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Names of the products that initiatives serve, the largest share first (one query)."""
    found: dict[int, tuple[str, ...]] = {}
    for pk, name in (
        InitiativeProduct.objects.filter(initiative_id__in=list(initiatives))
        .order_by("-share", "pk")
        .values_list("initiative_id", "product__name")
    ):
        found[pk] = (*found.get(pk, ()), name)
    return found


def to_score(
    visible: frozenset[int] | None, text: str = "", only: Iterable[int] | None = None
) -> list[Initiative]:
    """Initiatives still to be decided that the reader sees, by name.

    ``only``: ids to keep (``None``: all).
    """
    rows = Initiative.objects.filter(state__in=RANKED_STATES).order_by("folded", "pk")
    if text:
        rows = rows.filter(folded__contains=text)
    wanted = visible
    if only is not None:
        wanted = frozenset(only) if wanted is None else wanted & frozenset(only)
    found = rows.select_related("entity", "project").defer("problem", "facts", "efforts")
    return [row for row in found if wanted is None or row.pk in wanted]


@dataclass(frozen=True, slots=True)
class Difference:
    """A criterion of an initiative on which scorers differ, with each one's mark.

    ``spread``: standard deviation as a share of the scale; ``stake``: that, times the weight of
    the criterion, in points of the score. ``disagree``: the extremes lie far apart.
    """

    initiative: int
    criterion: str
    marks: tuple[Mark, ...]
    spread: float
    stake: float
    disagree: bool


def dispersion(model: ModelInForce, found: Iterable[Mark]) -> list[Difference]:
    """Where several scorers marked the same criterion, what weighs most on the score first."""
    by: dict[tuple[int, str], list[Mark]] = {}
    listed = list(found)
    for mark in listed:
        by.setdefault((mark.initiative, mark.criterion), []).append(mark)
    shares = model.core.shares()
    together: dict[int, dict[str, Consensus]] = {}
    rows = []
    sheets = sheets_by_scorer(listed)
    for (initiative, criterion), given in by.items():
        if len(given) < 2:
            continue
        if initiative not in together:
            together[initiative] = consensus(model.core, sheets[initiative])
        one = together[initiative][criterion]
        scale = model.core.criterion(criterion).scale
        spread = one.rating.spread / ((scale.maximum - scale.minimum) or 1.0)
        rows.append(
            Difference(
                initiative, criterion, tuple(sorted(given, key=lambda m: m.value)), spread,
                100 * spread * shares[criterion], one.disagree,
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.stake, row.initiative, row.criterion))
