"""What a governance profile reads and writes of the scoring model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portulan.base.changes import Recorder
from portulan.prioritisation.actions.scoring import adopt
from portulan.prioritisation.queries.scoring import is_used, model_in_force
from portulan_core.scoring import ScoringModel as CoreModel
from portulan_core.scoring import model_from_json
from portulan_core.scoring.model import SCHEMA, SCHEMA_VERSION

#: What names a version rather than says how one scores.
_APART = ("version", "schema", "schema_version")


def said(core: CoreModel) -> dict[str, Any]:
    """What a model says, without the number of its version."""
    return {name: value for name, value in core.to_json().items() if name not in _APART}


def read_values(values: Mapping[str, Any]) -> CoreModel:
    """The model that says this.

    Raises:
        ScoringError: the values are no scoring model.
    """
    named = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "version": 1}
    return model_from_json({**named, **values})


def read_model() -> dict[str, Any]:
    """What the model in force says; empty when the company has none."""
    found = model_in_force()
    return said(found.core) if found is not None else {}


def put_model(recorder: Recorder, values: Mapping[str, Any]) -> bool:
    """Put a scoring model in force; one that somebody scored with stays as it was, readable.

    Tells whether anything differed. No right is asked.

    Raises:
        ScoringError: the values are no scoring model.
    """
    found = model_in_force()
    core = read_values(values)
    if found is not None and said(found.core) == said(core):
        return False
    if found is None or found.code != core.code or is_used(found.record):
        adopt(recorder, core)
    else:
        kept = {**core.to_json(), "version": found.core.version}
        recorder.update(found.record, definition=kept)
    return True
