"""Sample data goes as a whole: every table of the instance is emptied, accounts included."""

from __future__ import annotations

from django.core.management import call_command
from django.db import transaction

from portulan.base.policy import Actor, Refusal, Refused, Scope, require
from portulan.base.samples import is_sample
from portulan.governance.append_only import lifted
from portulan.organisation.manifest import SETTINGS_EDIT
from portulan.organisation.rights import root_ids


def check_remove_samples() -> Refusal | None:
    """Why there is nothing to remove: this instance does not hold samples."""
    return None if is_sample() else Refusal("sample.none")


def remove_samples(actor: Actor) -> None:
    """Leave an empty instance; whoever was signed in no longer is.

    Raises:
        Refused: the actor may not change the settings of the whole company, or the data are not
            samples.
    """
    require(actor, SETTINGS_EDIT, Scope(entities=root_ids()))
    refusal = check_remove_samples()
    if refusal is not None:
        raise Refused(refusal)
    with transaction.atomic(), lifted():
        call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
