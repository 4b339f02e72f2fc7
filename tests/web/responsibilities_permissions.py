"""Who gets what from the pages of the responsibilities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def at_home(built: Company) -> Mapping[str, Any]:
    """A letter changed at home."""
    return {"place": f"entity:{built.home.code}", "cell-product.edit-support": "R"}


def applied(built: Company) -> Mapping[str, Any]:
    """The same, after its preview."""
    changes = [["product.edit", {}, {"support": "R"}]]
    return {
        "place": f"entity:{built.home.code}", "reason": "Agreed", "changes": json.dumps(changes),
    }


def somebody(built: Company) -> Mapping[str, Any]:
    """Somebody who works at home."""
    return {"code": built.people[ENTITLED].code}


ROWS = (
    Row("responsibilities:home", "GET", SIGNED_IN),
    Row("responsibilities:home", "GET", (SIGN_IN, 404, 404, 404), query="place=entity:NONE"),
    Row("responsibilities:export", "GET", SIGNED_IN),
    Row("responsibilities:preview", "POST", (SIGN_IN, 403, 403, 200), data=at_home),
    Row("responsibilities:apply", "POST", (SIGN_IN, 403, 403, 302), data=applied),
    Row("responsibilities:why", "GET", SIGNED_IN, query="activity=product.edit"),
    Row("responsibilities:reality", "GET", (SIGN_IN, 200, 403, 200)),
    Row("responsibilities:person", "GET", SIGNED_IN, kwargs=somebody),
)
