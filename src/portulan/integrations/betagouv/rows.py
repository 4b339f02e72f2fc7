"""From documents to the rows that the catalogue should hold, by key; facts as they are.

The tables below are the published correspondence (see ``docs/how-to/import-betagouv``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portulan.base.text import fold, slug
from portulan.integrations.betagouv.source import Content, Document

#: Phase of the source → stage. A phase that is not here keeps its word, with no stage.
STAGES = {
    "investigation": "exploration",
    "construction": "development",
    "acceleration": "development",
    "consolidation": "run",
    "opere": "run",
    "transfere": "run",
    "success": "run",
    "alumni": "end_of_life",
    "abandon": "end_of_life",
    "abandon-investigation": "end_of_life",
}
#: Field of work of the source → role.
ROLES = {
    "produit": "product_manager",
    "intraprenariat": "business",
    "developpement": "developer",
    "design": "designer",
    "deploiement": "deployment",
    "coaching": "coach",
    "animation": "coach",
    "data": "data",
    "support": "support",
}
ROOT = "beta-gouv"
SPONSORS = "organisations"
#: Front matter that has a place of its own; all the rest is kept in the product's facts.
_PLACED = frozenset(
    {"title", "mission", "incubator", "incubators", "sponsors", "phases", "events", "thematiques",
     "usertypes"}
)
_LINKS = {"link": "site", "repository": "repository"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record to have: its kind, its key in the source, its values; keys name other records.

    ``refs`` maps a column to ``(kind, key)``.
    """

    kind: str
    key: str
    values: Mapping[str, Any]
    refs: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells whether the source's row is the one taken in last."""
        text = repr((sorted(self.values.items()), sorted(self.refs.items())))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Rows:
    """All the records wanted, by kind in the order in which they depend on one another."""

    wanted: dict[tuple[str, str], Wanted] = field(default_factory=dict)
    #: Code → parameters of what the reader should know: unknown references, odd values.
    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def add(
        self,
        kind: str,
        key: str,
        values: Mapping[str, Any],
        **refs: tuple[str, str] | None,
    ) -> None:
        """Want a record; the last one under a key counts."""
        kept = {name: ref for name, ref in refs.items() if ref is not None}
        self.wanted[kind, key] = Wanted(kind, key, values, kept)

    def has(self, kind: str, key: str) -> bool:
        """Whether a record is wanted."""
        return (kind, key) in self.wanted


def build(content: Content, staffing: Iterable[Mapping[str, Any]] = ()) -> Rows:
    """The rows of a whole repository, with the people when they are given."""
    rows = Rows()
    rows.add(
        "entity", ROOT,
        {"code": ROOT, "name": "beta.gouv.fr", "level": "group", "description": ""},
    )
    rows.add(
        "entity", SPONSORS,
        {"code": SPONSORS, "name": "Organisations", "level": "group", "description": ""},
    )
    taken = {ROOT, SPONSORS}
    for incubator in content.incubators:
        _entity(rows, f"incubator/{incubator.id}", incubator, ROOT, taken)
    for organisation in content.organisations:
        _entity(rows, f"organisation/{organisation.id}", organisation, SPONSORS, taken)
    for team in content.teams:
        _team(rows, team)
    for startup in content.startups:
        _product(rows, startup, taken)
    for person in staffing:
        _person(rows, person)
    return rows


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _entity(rows: Rows, key: str, document: Document, root: str, taken: set[str]) -> None:
    matter = document.matter
    name = _text(matter.get("title") or matter.get("name")) or document.id
    code = document.id[:120] if document.id not in taken else key.replace("/", "-")[:120]
    taken.add(code)
    rows.add(
        "entity",
        key,
        {
            "code": code,
            "name": name[:300],
            "level": "unit",
            "description": _text(matter.get("short_description") or matter.get("acronym")),
        },
        parent=("entity", root),
    )


def _cited(rows: Rows, kind: str, ident: str, product: str, taken: set[str]) -> str:
    """The key of an entity that a product names; one that the source lacks is added as cited."""
    key = f"{kind}/{ident}"
    if not rows.has("entity", key):
        rows.notes.append(("reference.unknown", {"kind": kind, "key": ident, "by": product}))
        parent = ROOT if kind == "incubator" else SPONSORS
        _entity(rows, key, Document(ident, {"name": ident}, ""), parent, taken)
    return key


def _team(rows: Rows, document: Document) -> None:
    incubator = _reference(document.matter.get("incubator"))
    known = rows.has("entity", f"incubator/{incubator}")
    rows.add(
        "team",
        document.id,
        {
            "code": document.id[:120],
            "name": (_text(document.matter.get("name")) or document.id)[:300],
        },
        entity=("entity", f"incubator/{incubator}") if known else None,
    )


def _reference(value: Any) -> str:
    """``/organisations/dinum`` → ``dinum``."""
    return _text(value).rstrip("/").rpartition("/")[2]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _product(rows: Rows, document: Document, taken: set[str]) -> None:
    matter, ident = document.matter, document.id
    facts = {name: _plain(value) for name, value in matter.items() if name not in _PLACED}
    facts["source_key"] = ident
    if document.body:
        facts["text"] = document.body
    incubators = [_reference(v) for v in _list(matter.get("incubators"))]
    incubator = _reference(matter.get("incubator")) or (incubators[0] if incubators else "")
    owner = _cited(rows, "incubator", incubator, ident, taken) if incubator else None
    code = ident if len(ident) <= 120 else f"{ident[:110]}-{_short(ident)}"
    rows.add(
        "product",
        ident,
        {
            "code": code,
            "name": (_text(matter.get("title")) or ident)[:300],
            "kind": "digital",
            "summary": _text(matter.get("mission")),
            "users": ", ".join(_text(v) for v in _list(matter.get("usertypes"))),
            "facts": facts,
        },
        entity=("entity", owner) if owner else None,
    )
    product = ("product", ident)
    for other in incubators:
        if other and other != incubator:
            entity = _cited(rows, "incubator", other, ident, taken)
            rows.add("product_entity", f"{ident}/lead/{other}", {"part": "lead"},
                     product=product, entity=("entity", entity))
    for sponsor in dict.fromkeys(_reference(v) for v in _list(matter.get("sponsors"))):
        if sponsor:
            entity = _cited(rows, "organisation", sponsor, ident, taken)
            rows.add("product_entity", f"{ident}/sponsor/{sponsor}", {"part": "sponsor"},
                     product=product, entity=("entity", entity))
    _phases(rows, ident, matter)
    for index, event in enumerate(_list(matter.get("events"))):
        if isinstance(event, Mapping):
            rows.add("product_event", f"{ident}/{index}",
                     {"kind": _text(event.get("name"))[:60], "on": _date(event.get("date")),
                      "comment": _text(event.get("comment"))}, product=product)
    for name, value in matter.items():
        if (name in _LINKS or name.endswith("_url")) and _text(value):
            rows.add("product_link", f"{ident}/{name}",
                     {
                         "kind": _LINKS.get(name, name.removesuffix("_url")),
                         "url": _text(value)[:1000],
                     },
                     product=product)
    for index, theme in enumerate(_list(matter.get("thematiques"))):
        label = _text(theme)
        if label:
            _theme(rows, ident, label, primary=index == 0)


def _theme(rows: Rows, ident: str, label: str, *, primary: bool) -> None:
    code = slug(label, 100) or _short(label)
    if not rows.has("line", code):
        values = {"code": f"theme-{code}"[:120], "name": label[:300], "axis": "domain"}
        rows.add("line", code, values)
    key = f"{ident}/{code}"
    if not rows.has("product_line", key):
        rows.add("product_line", key, {"primary": primary},
                 product=("product", ident), line=("line", code))


def _phases(rows: Rows, ident: str, matter: Mapping[str, Any]) -> None:
    for index, phase in enumerate(_list(matter.get("phases"))):
        if not isinstance(phase, Mapping):
            rows.notes.append(("phase.unreadable", {"product": ident, "value": str(phase)[:80]}))
            continue
        name = _text(phase.get("name"))
        stage = STAGES.get(fold(name), "")
        if name and not stage:
            rows.notes.append(("phase.unknown", {"product": ident, "value": name}))
        for side in ("start", "end"):
            if phase.get(side) is not None and _date(phase.get(side)) is None:
                rows.notes.append(
                    ("date.unreadable", {"product": ident, "value": str(phase.get(side))[:40]})
                )
        rows.add(
            "stage_period",
            f"{ident}/{index}",
            {
                "stage": stage,
                "source_stage": name[:60],
                "starts": _date(phase.get("start")),
                "ends": _date(phase.get("end")),
                "position": index,
                "comment": _text(phase.get("comment")),
            },
            product=("product", ident),
        )


def _person(rows: Rows, person: Mapping[str, Any]) -> None:
    number = _text(person.get("person"))
    incubator = _reference(person.get("incubator"))
    known = bool(incubator) and rows.has("entity", f"incubator/{incubator}")
    rows.add(
        "person",
        number,
        {
            "code": f"membre-{number}"[:120],
            "name": f"Membre {number}",
            "job_title": (_text(person.get("role")) or _text(person.get("domaine")))[:200],
        },
        entity=("entity", f"incubator/{incubator}") if known else None,
    )
    role = role_of(_text(person.get("domaine")), _text(person.get("role")))
    for index, mission in enumerate(_list(person.get("missions"))):
        starts, ends = _date(mission.get("start")), _date(mission.get("end"))
        for startup in dict.fromkeys(_text(v) for v in _list(mission.get("startups"))):
            if not rows.has("product", startup):
                rows.notes.append(
                    ("reference.unknown", {"kind": "product", "key": startup, "by": f"#{number}"})
                )
                continue
            rows.add(
                "product_role",
                f"{number}/{index}/{startup}",
                {
                    "role": role,
                    "source_role": _text(person.get("role"))[:200],
                    "starts": starts,
                    "ends": ends,
                },
                person=("person", number),
                product=("product", startup),
            )


def role_of(domain: str, title: str) -> str:
    """The role for a field of work; within "produit", an owner by the words of the title."""
    role = ROLES.get(fold(domain), "contributor")
    words = fold(title)
    if role == "product_manager" and ("owner" in words or words in ("po", "p.o.")):
        return "product_owner"
    return role


def _date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
