"""Templates of dossiers: what each kind of decision asks for, in one table.

A company adjusts them by its standard ``dossiers`` (see the governance profile): kind →
``sections``, ``promises``, ``requirements`` (each replaces what is shipped).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portulan.governance.company import remembered
from portulan.organisation.standards import standard

#: The eight sections of a dossier, in order.
SECTIONS = (
    "context",
    "vision",
    "objectives",
    "options",
    "risks",
    "impact",
    "rollout",
    "indicators",
)
#: What may be asked for beside sections and promises; each may be waived for a reason.
REQUIREMENTS = ("usage", "evidence", "options", "risk", "dpia")
VALUE = ("indicator", "benefit")
#: The standard of the company that adjusts them; a governance profile settles it.
STANDARD = "dossiers"
_SHORT = ("context", "options", "risks", "impact")
_DELIVERY = ("date", "cost")


@dataclass(frozen=True, slots=True)
class Template:
    """What a dossier of one kind holds before a committee may decide it.

    ``subjects``: what it can be about (``product``, ``initiative``, ``project``, ``scenario``,
    ``entity``). ``promises``: groups of kinds, one promise of each group. ``options``: the codes
    of the options written first. ``stage``: the funding time to which it leads. ``family``: the
    kind that a mandate may name in its place. ``review_months``: when its value is looked at.
    """

    kind: str
    subjects: tuple[str, ...] = ("product",)
    sections: tuple[str, ...] = SECTIONS
    promises: tuple[tuple[str, ...], ...] = ()
    requirements: tuple[str, ...] = ()
    options: tuple[str, ...] = ("proposed", "nothing")
    stage: str = ""
    family: str = ""
    review_months: int = 6


_CHOICE = ("proposed", "later", "nothing")
_WORK = ("product", "initiative", "project")

TEMPLATES: Mapping[str, Template] = {
    t.kind: t
    for t in (
        Template(
            "launch_discovery", ("product",), promises=(_DELIVERY,), requirements=("options",),
            options=_CHOICE, stage="exploration", family="launch", review_months=3,
        ),
        Template(
            "launch_development", ("product",), promises=(VALUE, _DELIVERY),
            requirements=("evidence", "options", "risk", "dpia"),
            options=("proposed", "later", "nothing", "stop"), stage="development",
            family="launch",
        ),
        Template(
            "go_to_run", ("product",), promises=(VALUE,), requirements=("usage", "risk", "dpia"),
            options=_CHOICE, stage="run", family="change_stage",
        ),
        Template("continue", _WORK, promises=(VALUE,), requirements=("usage",)),
        Template(
            "reinforce", ("product",), promises=(VALUE, _DELIVERY),
            requirements=("usage", "options"), options=_CHOICE,
        ),
        Template(
            "pivot", ("product",), promises=(VALUE, _DELIVERY),
            requirements=("usage", "evidence", "options"),
            options=("proposed", "nothing", "stop"), stage="exploration",
        ),
        Template(
            "stop", _WORK, promises=(("cost", "date"),), requirements=("usage", "options"),
            options=_CHOICE, stage="end_of_life",
        ),
        Template(
            "fund", ("initiative", "project", "product"), promises=(VALUE, _DELIVERY),
            requirements=("options",), options=_CHOICE,
        ),
        Template(
            "change_stage", ("product",), promises=((*VALUE, *_DELIVERY),),
            options=_CHOICE,
        ),
        Template(
            "adopt_scenario", ("scenario",), promises=((*VALUE, *_DELIVERY),),
        ),
        Template("change_standard", ("entity",), sections=_SHORT, review_months=12),
        Template("waive", ("entity", "product"), sections=_SHORT, review_months=6),
        Template("escalate", ("entity",), sections=_SHORT),
        Template("cascade", ("entity",), sections=_SHORT),
        # The word of former years for both launches.
        Template(
            "launch", (), promises=(VALUE, _DELIVERY), options=_CHOICE, stage="exploration",
        ),
    )
}  # fmt: skip
KINDS = tuple(TEMPLATES)
#: Kinds that a product can be the subject of.
PRODUCT_KINDS = tuple(t.kind for t in TEMPLATES.values() if "product" in t.subjects)


def template_of(kind: str) -> Template:
    """The template of a kind, with the company's own adjustments; unknown kinds ask for all."""
    found = TEMPLATES.get(kind, Template(kind))
    own = _own().get(kind)
    if not isinstance(own, dict):
        return found
    if "sections" in own:
        found = replace(found, sections=tuple(c for c in SECTIONS if c in own["sections"]))
    if "promises" in own:
        found = replace(found, promises=tuple(tuple(group) for group in own["promises"]))
    if "requirements" in own:
        asked = tuple(c for c in REQUIREMENTS if c in own["requirements"])
        found = replace(found, requirements=asked)
    return found


def _own() -> Mapping[str, Any]:
    return remembered("templates", lambda: standard(STANDARD))


def family_of(kind: str) -> str:
    """The kind that a mandate may name to allow this one."""
    template = TEMPLATES.get(kind)
    return template.family or kind if template else kind
