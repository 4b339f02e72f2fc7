"""When a dossier may be decided: sections, promises, proofs and lines, by kind of decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portulan.base.policy import Refusal
from portulan.governance.company import remembered
from portulan.governance.models import Dossier, DossierLine, DossierOption, Promise, Waiver
from portulan.governance.proof import Known, known, lacking, products_of
from portulan.governance.templates import KINDS as KINDS
from portulan.governance.templates import SECTIONS as SECTIONS
from portulan.governance.templates import template_of

OPEN = (Dossier.State.DRAFT, Dossier.State.READY)


@dataclass(frozen=True, slots=True)
class Given:
    """What a gate looks at beside the dossier itself; read together for many dossiers."""

    facts: Mapping[int, Known]
    waived: frozenset[str]
    options: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """How far a dossier is: sections filled among those asked for, and all that is missing."""

    asked: tuple[str, ...]
    filled: frozenset[str]
    missing: tuple[Refusal, ...]
    #: Requirements that are not met, and that somebody vouches to do without.
    waived: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is missing."""
        return not self.missing

    @property
    def done(self) -> int:
        """How many of the sections asked for are filled."""
        return sum(section in self.filled for section in self.asked)


def completeness(
    dossier: Dossier,
    lines: Sequence[DossierLine] | None = None,
    promises: Sequence[Promise] | None = None,
    given: Given | None = None,
) -> Completeness:
    """What a dossier still lacks for its kind. What is not given is read."""
    if lines is None and promises is None and given is None:
        return remembered(("complete", dossier.pk), lambda: _completeness(dossier))
    return _completeness(dossier, lines, promises, given)


def given_of(
    dossiers: Sequence[Dossier], lines: Mapping[int, Sequence[DossierLine]]
) -> dict[int, Given]:
    """What gates look at for many dossiers with their lines, by dossier id (seven queries)."""
    products = {d.pk: products_of(d, lines.get(d.pk, ())) for d in dossiers}
    facts = known(pk for found in products.values() for pk in found)
    waived: dict[int, set[str]] = {}
    for pk, code in Waiver.objects.filter(dossier__in=products).values_list(
        "dossier_id", "requirement"
    ):
        waived.setdefault(pk, set()).add(code)
    options = Counter(
        DossierOption.objects.filter(dossier__in=products).values_list("dossier_id", flat=True)
    )
    return {
        pk: Given(
            {p: facts[p] for p in found if p in facts},
            frozenset(waived.get(pk, ())),
            options[pk],
        )
        for pk, found in products.items()
    }


def _completeness(
    dossier: Dossier,
    lines: Sequence[DossierLine] | None = None,
    promises: Sequence[Promise] | None = None,
    given: Given | None = None,
) -> Completeness:
    template = template_of(dossier.kind)
    lines = list(dossier.lines.all()) if lines is None else lines
    promises = list(dossier.promises.all()) if promises is None else promises
    filled = frozenset(code for code in SECTIONS if str(dossier.sections.get(code, "")).strip())
    missing = [
        Refusal("dossier.section", {"section": code})
        for code in template.sections
        if code not in filled
    ]
    waived: list[str] = []
    if not any(not line.withdrawn for line in lines):
        missing.append(Refusal("dossier.lines"))
    # What goes back on a decision was argued then.
    if dossier.reverts_id is None:
        for kinds in template.promises:
            if not any(promise.kind in kinds for promise in promises):
                missing.append(Refusal("dossier.promise", {"kinds": kinds}))
        missing += [found for p in promises if (found := check_promise(p)) is not None]
        # Before the committee, the frozen copy says what there was.
        if template.requirements and dossier.state in OPEN:
            given = given or given_of([dossier], {dossier.pk: lines})[dossier.pk]
            for code in template.requirements:
                refusal = check_requirement(code, dossier.kind, given)
                if refusal is None:
                    continue
                if code in given.waived:
                    waived.append(code)
                else:
                    missing.append(refusal)
    return Completeness(template.sections, filled, tuple(missing), tuple(waived))


def check_requirement(code: str, kind: str, given: Given) -> Refusal | None:
    """Why a requirement is not met: the products that lack it, or too few options."""
    if code == "options":
        return None if given.options >= 2 else Refusal("dossier.requirement.options")
    names = lacking(code, kind, given.facts)
    if not names:
        return None
    return Refusal(f"dossier.requirement.{code}", {"products": ", ".join(names[:4])})


def check_promise(promise: Promise) -> Refusal | None:
    """Why a promise cannot be checked later: no value, no due day, or no indicator to read."""
    if promise.kind == Promise.Kind.DATE:
        if promise.promised_on is None:
            return Refusal("promise.date", {"promise": promise.title})
        return None
    if promise.promised is None:
        return Refusal("promise.value", {"promise": promise.title})
    if promise.due_on is None:
        return Refusal("promise.due", {"promise": promise.title})
    if promise.kind == Promise.Kind.INDICATOR and promise.indicator_id is None:
        return Refusal("promise.indicator", {"promise": promise.title})
    return None


def check_complete(dossier: Dossier) -> Refusal | None:
    """Why a dossier may not be decided yet: the first thing missing, and how many."""
    found = completeness(dossier)
    if found.complete:
        return None
    return Refusal("dossier.incomplete", {"count": len(found.missing)})
