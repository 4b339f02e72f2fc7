"""The JSON Schema of scoring models: the form that ``ScoringModel.to_json`` writes."""

from __future__ import annotations

from typing import Any

from portulan_core.scoring.model import (
    DIRECTIONS,
    FAMILIES,
    METHODS,
    MISSING,
    SCHEMA,
    SCHEMA_VERSION,
)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a scoring model.

    What it cannot say, ``model_from_json`` still checks: codes used once, anchors and values
    within their scale, a weight for each family in use.
    """
    number: dict[str, Any] = {"type": "number"}
    weight: dict[str, Any] = {"type": "number", "minimum": 0}
    code: dict[str, Any] = {"type": "string", "minLength": 1}
    text: dict[str, Any] = {
        "type": "object",
        "description": "A text in French and English; the one stands for the other when empty.",
        "properties": {"fr": {"type": "string"}, "en": {"type": "string"}},
    }
    anchor = {
        "type": "object",
        "description": "What a value of the scale means.",
        "required": ["value", "label"],
        "properties": {"value": number, "label": text},
    }
    scale = {
        "type": "object",
        "description": "Fixed: it never depends on what is scored.",
        "required": ["minimum", "maximum"],
        "properties": {
            "minimum": number,
            "maximum": number,
            "values": {
                "type": "array",
                "items": number,
                "description": "Those that may be given; empty: any number of the range.",
            },
            "anchors": {"type": "array", "items": anchor},
        },
    }
    criterion = {
        "type": "object",
        "required": ["code", "family", "label", "scale"],
        "properties": {
            "code": code,
            "family": {"enum": list(FAMILIES)},
            "label": text,
            "question": text,
            "scale": scale,
            "weight": {
                **weight,
                "description": "Relative to the others of the family, or of the factor.",
            },
            "direction": {
                "enum": list(DIRECTIONS),
                "description": "Which end of the scale is good.",
            },
            "factor": {
                "type": "string",
                "description": "Multiplicative: the factor it is summed into (its own by default).",
            },
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portulan scoring model",
        "type": "object",
        "required": ["schema", "schema_version", "code", "version", "label", "criteria"],
        "properties": {
            "schema": {"const": SCHEMA},
            "schema_version": {"const": SCHEMA_VERSION},
            "code": code,
            "version": {"type": "integer", "minimum": 1},
            "label": text,
            "method": {"enum": list(METHODS)},
            "missing": {
                "enum": list(MISSING),
                "description": "What stands for a criterion that nobody scored.",
            },
            "family_weights": {
                "type": "object",
                "propertyNames": {"enum": list(FAMILIES)},
                "additionalProperties": weight,
            },
            "criteria": {"type": "array", "minItems": 1, "items": criterion},
        },
    }
