"""Statements of the ranking and explanations of a score, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portulan.web.tradeoff.words import capital, count
from portulan.wording.formats import number, percent
from portulan_core.ranking import RankingStatement
from portulan_core.scoring import Reason, Scale, ScoringModel


def language() -> str:
    """The reader's language, for texts of the model."""
    return (get_language() or "fr")[:2]


def listed(names: Sequence[str]) -> str:
    """Names in a list: "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def statement(said: RankingStatement, names: Mapping[int, str]) -> str:
    """The one sentence on the top of the ranking. ``names``: row → name, of what may be seen."""

    def name(row: Any) -> str:
        return names.get(int(row), _("another initiative"))

    p = said.params
    if said.code == "single_item":
        return _("Only %(name)s is scored.") % {"name": name(p["item"])}
    if said.code == "clear_first":
        return _("%(name)s is first, in %(share)s of plausible weightings.") % {
            "name": name(p["item"]),
            "share": share(_float(p["share"])),
        }
    if said.code == "tie_first":
        items = list(_rows(p["items"]))
        text = ngettext(
            "%(n)s initiative is level at the top: %(names)s.",
            "%(n)s initiatives are level at the top: %(names)s.",
            len(items),
        )
        return capital(text % {"n": count(len(items)), "names": listed([name(i) for i in items])})
    if said.code == "contested_first":
        return _(
            "%(name)s comes first with the public weights, but %(rival)s is first more often "
            "(%(share)s of plausible weightings)."
        ) % {
            "name": name(p["item"]),
            "rival": name(p["rival"]),
            "share": share(_float(p["rival_share"])),
        }
    if said.code == "likely_first":
        return _("%(name)s is probably first: in %(share)s of plausible weightings.") % {
            "name": name(p["item"]),
            "share": share(_float(p["share"])),
        }
    if said.code == "open_top":
        return _(
            "The top is open: %(n)s initiatives or more cannot be told apart; %(name)s comes "
            "first in only %(share)s of plausible weightings."
        ) % {
            "n": number(_float(p["count"])),
            "name": name(p["item"]),
            "share": share(_float(p["share"])),
        }
    return ""


def refused_order(code: str) -> str:
    """Why an order between families cannot be taken."""
    if code == "order_cycle":
        return _("These orders contradict one another: they turn in a circle.")
    return _("These orders contradict the public weights: hardly any weighting respects both.")


def _float(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _rows(value: object) -> Sequence[int]:
    return value if isinstance(value, (tuple, list)) else ()


def criterion(model: ScoringModel, code: str) -> str:
    """The name of a criterion."""
    return model.criterion(code).label.get(language())


def share(value: float) -> str:
    """A share of the cases; what happened almost always or almost never is not said certain."""
    if 0.995 <= value < 1:
        return _("more than %(share)s") % {"share": percent(0.99)}
    if 0 < value < 0.005:
        return _("less than %(share)s") % {"share": percent(0.01)}
    return percent(value)


def meaning(scale: Scale, value: float) -> str:
    """What a value of a scale means: its words, or the words that it lies between."""
    anchors = sorted(scale.anchors, key=lambda anchor: anchor.value)
    below = [anchor for anchor in anchors if anchor.value <= value + 1e-9]
    above = [anchor for anchor in anchors if anchor.value > value + 1e-9]
    if below and abs(below[-1].value - value) <= 1e-9:
        return below[-1].label.get(language())
    if not below or not above:
        return ""
    return _("Between “%(low)s” and “%(high)s”") % {
        "low": below[-1].label.get(language()), "high": above[0].label.get(language()),
    }


def reasons(model: ScoringModel, said: Sequence[Reason]) -> list[str]:
    """Why a score is what it is."""
    found = []
    for reason in said:
        codes = reason.params.get("criteria")
        names = listed(
            [criterion(model, code).lower() for code in codes]
            if isinstance(codes, (tuple, list))
            else []
        )
        if reason.code == "carried_by":
            found.append(_("Carried by: %(names)s.") % {"names": names})
        elif reason.code == "held_back_by":
            found.append(_("Held back by: %(names)s.") % {"names": names})
        elif reason.code == "balanced":
            found.append(_("Balanced: no criterion stands out."))
        elif reason.code == "missing":
            found.append(
                _("Not scored yet: %(names)s; the score could lie between %(low)s and %(high)s.")
                % {
                    "names": names,
                    "low": number(_float(reason.params.get("low")), 0),
                    "high": number(_float(reason.params.get("high")), 0),
                }
            )
        elif reason.code == "low_confidence":
            found.append(_("The scorers are not sure of themselves."))
        elif reason.code == "not_scored":
            found.append(_("Nobody scored it yet."))
    return found
