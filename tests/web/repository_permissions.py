"""Who gets what from the import of a repository."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from typing import Any

from portulan.base.policy import Actor
from portulan.integrations.betagouv import uploads
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, Row

STARTUP = b"""---
title: Un service
mission: Rendre service
incubator: la-fabrique
sponsors: [/organisations/dg]
phases:
  - {name: investigation, start: 2024-01-01}
---
Le texte.
"""


def archive() -> bytes:
    """A repository of one product."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        info = tarfile.TarInfo("content/_startups/un-service.md")
        info.size = len(STARTUP)
        tar.addfile(info, io.BytesIO(STARTUP))
    return made.getvalue()


def kept(built: Company) -> Mapping[str, Any]:
    """An upload of who is allowed: nobody else's business."""
    actor: Actor = actor_for(built.accounts[ENTITLED])
    return {"uid": uploads.keep(actor, "content.tar", archive(), None).uid}


ROWS = (
    Row("repository:home", "GET", (SIGN_IN, 200, 403, 200)),
    Row("repository:home", "POST", (SIGN_IN, 422, 403, 422)),
    Row("repository:preview", "GET", (SIGN_IN, 404, 403, 200), kwargs=kept),
    Row("repository:take", "GET", (SIGN_IN, 405, 405, 405), kwargs=kept),
    Row("repository:take", "POST", (SIGN_IN, 404, 403, 302), kwargs=kept),
)
