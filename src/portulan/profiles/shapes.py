"""The files of a profile: their names, what each holds, and the published JSON Schema."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.base.manifest import activities
from portulan.governance.rhythm import check_rule
from portulan.governance.templates import KINDS, REQUIREMENTS, SECTIONS
from portulan.organisation.matrix import CHOICES, PLACES, every_role
from portulan.organisation.roles import ROLES
from portulan.organisation.rolesheets.content import SECTIONS as SHEET_SECTIONS
from portulan.profiles.nodes import Either, Flag, Keyed, Listed, Num, Obj, Shape, Str, Words
from portulan_core.coherence import RULES
from portulan_core.coherence.rule import Severity
from portulan_core.scoring import FAMILIES, PRESETS

FORMAT = 1
LEVELS = ("strategic", "portfolio", "operational", "architecture", "ritual")
RITUALS = (
    "portfolio_review", "discovery_workshop", "project_product_sync", "inter_product_sync",
    "business_dialogue",
)  # fmt: skip
RIGHTS = ("chair", "votes", "advises", "secretary")
PROMISES = ("indicator", "benefit", "cost", "date")
SEVERITIES = tuple(severity.name.lower() for severity in Severity)
#: What an entity may be allowed to settle in a forum of the standard.
FORUM_FIELDS = ("threshold", "cadence", "duration", "quorum", "agenda", "mandate", "seats")
#: The topics of a profile, in the order in which they are applied and shown.
TOPICS = (
    "roles", "sheets", "matrix", "forums", "dossiers", "scoring", "indicators", "rules",
    "adaptable",
)  # fmt: skip


def _code(value: str) -> str:
    if len(value) > 60 or not all(c.isalnum() or c in "-_." for c in value):
        return _("letters, digits, “-”, “_” and “.” only, at most 60")
    return ""


def _cadence(value: str) -> str:
    if check_rule(value) is None:
        return ""
    return _("expected a recurrence rule (RFC 5545), as FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")


def _known_activities() -> tuple[str, ...]:
    return tuple(activities())


def _known_rules() -> tuple[str, ...]:
    return tuple(RULES)


CODE = Str(check=_code, longest=60)
ROLE = Str(choices=tuple(ROLES))


class _Activity(Str):
    """The code of an activity, known only once every app has declared its own."""

    def read(self, node: Any, path: str, report: Any) -> str | None:
        return Str(choices=_known_activities()).read(node, path, report)

    def schema(self) -> dict[str, Any]:
        return {"enum": sorted(_known_activities())}


def _item(**more: Shape) -> Obj:
    text = Str(longest=600, empty=True)
    return Obj({"fr": text, "en": text, **more})


def _section(code: str) -> Shape:
    if code in ("decides", "not_decides"):
        return Listed(_item(activities=Listed(_Activity())), most=40)
    if code in ("works_with", "career"):
        return Listed(_item(role=ROLE), most=40)
    if code == "skills":
        return Listed(_item(code=CODE, level=Num(1, 4)), most=40)
    return Listed(_item(), most=40)


PROFILE = Obj(
    {
        "format": Num(1, FORMAT),
        "code": CODE,
        "name": Words(120),
        "description": Words(1200),
        "extends": Str(check=_code, empty=True),
        "adaptable": Obj(
            {
                "matrix": Listed(Str(choices=PLACES)),
                "sheets": Listed(Str(choices=SHEET_SECTIONS)),
                "forums": Listed(Str(choices=FORUM_FIELDS)),
            }
        ),
        "drop": Keyed(Listed(Str()), lambda: TOPICS),
        "steps": Listed(
            Obj(
                {
                    "code": CODE,
                    "name": Words(120),
                    "why": Words(600),
                    "done_when": Words(600),
                    "holds": Keyed(Either("all", Listed(Str())), lambda: TOPICS),
                },
                ("code", "name", "holds"),
            ),
            key="code",
            most=12,
        ),
    },
    ("format", "code", "name"),
    {
        "extends": "a profile that this one starts from; what is written here replaces it",
        "adaptable": "what entities may settle for themselves",
        "drop": "codes of the profile extended that this one does without, by topic",
        "steps": "the maturity ladder: what each step adds, by topic",
    },
)
ROLES_FILE = Obj(
    {
        "roles": Listed(Obj({"code": ROLE, "name": Words(120), "note": Words(400)}, ("code",)),
                        key="code"),
        "hybrids": Listed(
            Obj({"roles": Listed(ROLE), "note": Words(400)}, ("roles",)), most=20
        ),
    }
)
MATRIX_FILE = Keyed(Keyed(Str(choices=CHOICES, empty=True), every_role), _known_activities)
SHEET_FILE = Obj(
    {"role": ROLE, **{code: _section(code) for code in SHEET_SECTIONS}}, ("role",)
)
SEAT = Obj({"role": ROLE, "right": Str(choices=RIGHTS), "deputy": ROLE}, ("role", "right"))
AGENDA = Obj(
    {
        "title": Words(300), "purpose": Words(300), "kind": Str(longest=20, check=_code),
        "minutes": Num(1, 480), "who": Words(120),
    },
    ("title",),
)  # fmt: skip
FORUM = Obj(
    {
        "code": CODE,
        "name": Words(300),
        "level": Str(choices=LEVELS),
        "ritual": Str(choices=RITUALS, empty=True),
        "entity": Str(empty=True, longest=120),
        "for_each": Str(choices=("unit", "country")),
        "mandate": Words(2000),
        "kinds": Listed(Str(choices=KINDS)),
        "threshold": Num(0, 10_000_000_000, whole=False),
        "quorum": Num(0, 200),
        "quorum_percent": Num(0, 100),
        "quorum_chair": Flag(),
        "cadence": Str(check=_cadence, longest=200, empty=True),
        "duration": Num(5, 960),
        "seats": Listed(SEAT, most=40),
        "agenda": Listed(AGENDA, most=40),
    },
    ("code", "name", "level"),
    {
        "threshold": "the largest amount it decides alone, in the currency of the company",
        "for_each": "one such forum for every entity of this level, with the entity's code after",
        "cadence": "a recurrence rule (RFC 5545)",
        "seats": "who sits, by role held on the forum's entity",
        "entity": "code of the entity; empty for the whole company",
    },
)
FORUMS_FILE = Listed(FORUM, key="code")
DOSSIERS_FILE = Keyed(
    Obj(
        {
            "sections": Listed(Str(choices=SECTIONS)),
            "promises": Listed(Listed(Str(choices=PROMISES))),
            "requirements": Listed(Str(choices=REQUIREMENTS)),
        }
    ),
    lambda: KINDS,
)
SCORING_FILE = Obj(
    {
        "preset": Str(choices=tuple(preset.code for preset in PRESETS)),
        "weights": Keyed(Num(0, 1000, whole=False), lambda: FAMILIES),
        "criteria": Keyed(Num(0, 1000, whole=False)),
        "missing": Str(choices=("neutral", "worst", "redistribute", "refuse")),
        "model": Str(longest=100_000),
    },
    (),
    {
        "preset": "the model to start from",
        "weights": "weights of the families",
        "criteria": "weights of criteria inside their family, by code",
        "model": "a whole model in JSON, instead of a preset",
    },
)
INDICATOR = Obj(
    {
        "code": CODE,
        "name": Words(200),
        "family": Str(choices=("usage", "business", "quality", "flow")),
        "unit": Str(longest=40, empty=True),
        "direction": Str(choices=("up", "down")),
        "freshness_days": Num(1, 1000),
        "why": Words(400),
    },
    ("code", "name", "family"),
)
INDICATORS_FILE = Listed(INDICATOR, key="code")
RULES_FILE = Keyed(
    Obj(
        {
            "severity": Str(choices=SEVERITIES),
            "enabled": Flag(),
            "thresholds": Keyed(Num(0, 1e15, whole=False)),
        }
    ),
    _known_rules,
)
#: Name of a file → what it holds; the sheets are in a folder, one file a role.
FILES: dict[str, Shape] = {
    "profile.yaml": PROFILE,
    "roles.yaml": ROLES_FILE,
    "matrix.yaml": MATRIX_FILE,
    "forums.yaml": FORUMS_FILE,
    "dossiers.yaml": DOSSIERS_FILE,
    "scoring.yaml": SCORING_FILE,
    "indicators.yaml": INDICATORS_FILE,
    "rules.yaml": RULES_FILE,
}
SHEETS_FOLDER = "sheets/"


def json_schema() -> dict[str, Any]:
    """The published JSON Schema (draft 2020-12): one definition for each file of a profile."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://portulan.example/schemas/profile.schema.json",
        "title": "Governance profile of Portulan",
        "description": (
            "A profile is a folder of YAML files. Each definition below is the schema of the file "
            "of that name; `sheet` is that of every file in the folder `sheets`."
        ),
        "$defs": {
            **{name.removesuffix(".yaml"): shape.schema() for name, shape in FILES.items()},
            "sheet": SHEET_FILE.schema(),
        },
    }
