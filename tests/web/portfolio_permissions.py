"""Who gets what from the portfolio, the load and budget page, and the control tower."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.collaboration.models import SavedView
from portulan.portfolio.models import Initiative
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import MOVES_ON, SIGN_IN, SIGNED_IN, Row

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def initiative(built: Company) -> Mapping[str, Any]:
    """A planned initiative at home."""
    made = Initiative(
        code="INI-P", name="Planned", entity=built.home, state="planned", start=2027 * 12, months=3
    )
    made.refresh_derived()
    made.save()
    return {"code": made.code}


def shared_view(built: Company) -> Mapping[str, Any]:
    """A view that the one who is allowed shares."""
    made = SavedView.objects.create(
        account=built.accounts[ENTITLED], page="table", name="Shared", sharing="shared"
    )
    return {"uid": made.uid}


def own_view(built: Company) -> Mapping[str, Any]:
    """A view that the one who is allowed keeps for itself."""
    made = SavedView.objects.create(account=built.accounts[ENTITLED], page="table", name="Mine")
    return {"uid": made.uid}


NOT_GET = (SIGN_IN, 405, 405, 405)
ROWS = (
    Row("tower:home", "GET", SIGNED_IN),
    Row("portfolio:table", "GET", SIGNED_IN),
    Row("portfolio:table", "GET", SIGNED_IN, query="show=initiatives&group=line&sort=-landing"),
    Row("portfolio:board", "GET", SIGNED_IN),
    Row("portfolio:roadmap", "GET", SIGNED_IN),
    Row("portfolio:value", "GET", SIGNED_IN),
    Row("portfolio:dependencies", "GET", SIGNED_IN),
    Row("portfolio:dependencies", "GET", SIGNED_IN, query="focus=NONE&slip=NONE&by=2"),
    Row("portfolio:export", "GET", SIGNED_IN, kwargs={"form": "xlsx"}),
    Row("portfolio:export", "GET", SIGNED_IN, kwargs={"form": "csv"}),
    Row("portfolio:export", "GET", (SIGN_IN, 404, 404, 404), kwargs={"form": "exe"}),
    Row("portfolio:save_view", "GET", NOT_GET),
    Row("portfolio:save_view", "POST", MOVES_ON, data={"name": "A view", "page": "table"}),
    Row(
        "portfolio:save_view", "POST", (SIGN_IN, 302, 403, 302),
        data={"name": "A view", "page": "table", "sharing": "locked"},
    ),
    # Views belong to the whole company: who may lock views changes those of others.
    Row(
        "portfolio:change_view", "POST", (SIGN_IN, 302, 422, 302), kwargs=shared_view,
        data={"query": "stage=run"},
    ),
    Row("portfolio:change_view", "POST", (SIGN_IN, 404, 404, 302), kwargs=own_view, data={}),
    Row("portfolio:delete_view", "POST", (SIGN_IN, 302, 422, 302), kwargs=shared_view),
    Row("portfolio:delete_view", "POST", (SIGN_IN, 404, 404, 302), kwargs=own_view),
    Row("portfolio:place", "GET", NOT_GET, kwargs={"code": "INI-P"}),
    Row(
        "portfolio:place", "POST", (SIGN_IN, 404, 403, 302), kwargs=initiative,
        data={"start": str(2027 * 12 + 3)},
    ),
    Row("portfolio:undo_place", "POST", (SIGN_IN, 404, 404, 404), kwargs={"change": UNKNOWN}),
    Row("load:home", "GET", SIGNED_IN),
    Row("load:home", "GET", SIGNED_IN, query="cell=none.24324"),
    Row("load:export", "GET", SIGNED_IN),
)
