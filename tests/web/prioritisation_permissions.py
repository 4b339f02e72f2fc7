"""Rows of the permission table for prioritisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.policy import system_actor
from portulan.portfolio.models import Initiative
from portulan.prioritisation.actions.scoring import ensure_model
from tests.web.actors import Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def initiative(built: Company) -> Mapping[str, Any]:
    """An initiative at home, and a model in force."""
    ensure_model(system_actor("test"))
    if not Initiative.objects.filter(code="INI").exists():
        made = Initiative(code="INI", name="Chez nous", entity=built.home, state="proposed")
        made.refresh_derived()
        made.save()
    return {"code": "INI"}


def cell(built: Company) -> Mapping[str, Any]:
    """A cell of the grid."""
    return {**initiative(built), "criterion": "gain"}


ROWS = (
    Row("prioritisation:home", "GET", SIGNED_IN),
    Row("prioritisation:grid", "GET", (SIGN_IN, 200, 403, 200)),
    Row("prioritisation:cell", "GET", (SIGN_IN, 404, 403, 200), kwargs=cell),
    Row("prioritisation:cell", "POST", (SIGN_IN, 404, 403, 200), kwargs=cell, data={"value": "4"}),
    Row("prioritisation:model", "GET", SIGNED_IN),
    Row("prioritisation:pairs", "GET", SIGNED_IN),
    Row("prioritisation:scorers", "GET", SIGNED_IN),
    Row("prioritisation:comparisons", "GET", SIGNED_IN),
    Row("prioritisation:calibration", "GET", SIGNED_IN),
    Row(
        "prioritisation:class", "POST", (SIGN_IN, 404, 403, 302), kwargs=initiative,
        data={"level": "must"},
    ),
    # The model is the whole company's: the right is needed at its root.
    Row("prioritisation:weights", "POST", (SIGN_IN, 403, 403, 403)),
    Row("prioritisation:adopt", "POST", (SIGN_IN, 403, 403, 403), data={"preset": "wsjf"}),
    Row("prioritisation:initiative", "GET", (SIGN_IN, 404, 200, 200), kwargs=initiative),
    Row("prioritisation:rank", "GET", (SIGN_IN, 405, 405, 405), kwargs=initiative),
    Row(
        "prioritisation:rank", "POST", (SIGN_IN, 404, 403, 302), kwargs=initiative,
        data={"rank": "1", "reason": "Échéance légale"},
    ),
)
