"""The company's governance as items, and a profile as the items that it asks for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portulan.base.manifest import activities
from portulan.governance import standard as forums
from portulan.organisation.rights import effective_matrix
from portulan.organisation.rolesheets.content import SECTIONS
from portulan.organisation.rolesheets.queries import company_sheets
from portulan.organisation.standards import standards
from portulan.prioritisation.standard import read_model, read_values, said
from portulan.profiles.library import Profile
from portulan_core.scoring import ScoringError, Text, preset
from portulan_core.scoring import ScoringModel as CoreModel

Item = dict[str, Any]
State = dict[str, Item]
#: Topics that are kept as a standard of the company: key of the item → value.
KEPT = ("roles", "dossiers", "indicators", "rules", "adaptable")
HYBRIDS = "hybrids"


def present(
    matrix: Mapping[str, Mapping[str, str]] | None = None,
    kept: Mapping[str, Mapping[str, Any]] | None = None,
    tops: Sequence[str] | None = None,
    sheets: Mapping[str, Mapping[str, Any]] | None = None,
) -> State:
    """What holds in the company (a constant number of queries); what is given is not read."""
    found: State = {}
    held = matrix if matrix is not None else effective_matrix()
    for code, activity in activities().items():
        letters = held.get(code, {})
        differing = {
            role: letters.get(role, "")
            for role in sorted({*letters, *activity.letters})
            if letters.get(role, "") != activity.letters.get(role, "")
        }
        if differing:
            found[f"matrix/{code}"] = {"letters": differing}
    for role, sections in (company_sheets() if sheets is None else sheets).items():
        found[f"sheets/{role}"] = dict(sections)
    settled = kept if kept is not None else standards(*KEPT, forums.SEATS)
    for code, values in forums.read_forums(settled[forums.SEATS], tops).items():
        found[f"forums/{code}"] = values
    model = read_model()
    if model:
        found["scoring/model"] = model
    for topic in KEPT:
        for code, value in settled[topic].items():
            found[f"{topic}/{code}"] = value if isinstance(value, dict) else {"value": value}
    return found


def target(
    profile: Profile, language: str, entities: Iterable[tuple[str, str, str]] = ()
) -> State:
    """The items that a profile asks for.

    Args:
        language: that of texts the company keeps in one language (names of forums, agendas).
        entities: code, level and name of every entity, for the forums that each of them has.

    Raises:
        ScoringError: its scoring model says nonsense.
    """
    topics = profile.topics
    found: State = {}
    roles = topics["roles"]
    for role in roles.get("roles", ()):
        found[f"roles/{role['code']}"] = {
            "name": role.get("name", {}), "note": role.get("note", {}),
        }
    if roles.get("hybrids"):
        found[f"roles/{HYBRIDS}"] = {"value": [dict(h) for h in roles["hybrids"]]}
    for role, sections in topics["sheets"].items():
        found[f"sheets/{role}"] = {code: list(sections.get(code, ())) for code in SECTIONS}
    for code, own in topics["matrix"].items():
        shipped = activities()[code].letters
        differing = {r: letter for r, letter in own.items() if letter != shipped.get(r, "")}
        if differing:
            found[f"matrix/{code}"] = {"letters": dict(sorted(differing.items()))}
    for forum in topics["forums"].values():
        found |= _forums(forum, language, entities)
    scoring = scoring_of(topics["scoring"])
    if scoring is not None:
        found["scoring/model"] = said(scoring)
    for topic in ("dossiers", "rules"):
        for code, value in topics[topic].items():
            found[f"{topic}/{code}"] = dict(value)
    for code, value in topics["indicators"].items():
        found[f"indicators/{code}"] = {n: v for n, v in value.items() if n != "code"}
    for name, value in topics["adaptable"].items():
        found[f"adaptable/{name}"] = {"value": list(value)}
    return found


def words(text: Mapping[str, str] | None, language: str) -> str:
    """A text in one language, in the other when it has none."""
    if not text:
        return ""
    return text.get(language[:2]) or text.get("fr") or text.get("en") or ""


def _forums(
    forum: Mapping[str, Any], language: str, entities: Iterable[tuple[str, str, str]]
) -> State:
    threshold = forum.get("threshold")
    item: Item = {
        "name": words(forum["name"], language),
        "level": forum["level"],
        "ritual": forum.get("ritual", ""),
        "entity": forum.get("entity", ""),
        "mandate": words(forum.get("mandate"), language),
        "kinds": sorted(forum.get("kinds", ())),
        "threshold": round(threshold * 100) if threshold is not None else None,
        "quorum": forum.get("quorum", 0),
        "quorum_percent": forum.get("quorum_percent", 0),
        "quorum_chair": forum.get("quorum_chair", False),
        "cadence": forum.get("cadence", ""),
        "duration": forum.get("duration", 90),
        "seats": [dict(seat) for seat in forum.get("seats", ())],
        "agenda": [
            {
                "title": words(line["title"], language),
                "purpose": words(line.get("purpose"), language),
                "kind": line.get("kind", "information"),
                "minutes": line.get("minutes", 10),
                "who": words(line.get("who"), language),
            }
            for line in forum.get("agenda", ())
        ],
    }
    level = forum.get("for_each")
    if not level:
        return {f"forums/{forum['code']}": item}
    return {
        f"forums/{forum['code']}-{code}": {
            **item, "entity": code, "name": f"{item['name']} – {name}",
        }
        for code, kind, name in entities
        if kind == level
    }


def scoring_of(said_: Mapping[str, Any]) -> CoreModel | None:
    """The scoring model that a profile asks for.

    Raises:
        ScoringError: it says nonsense.
    """
    if said_.get("model"):
        try:
            return read_values(json.loads(said_["model"]))
        except ValueError as error:
            if isinstance(error, ScoringError):
                raise
            raise ScoringError("bad_model", "model", value=str(error)) from None
    if not said_.get("preset"):
        return None
    core = preset(said_["preset"])
    weights = {**dict(core.family_weights), **said_.get("weights", {})}
    inner = said_.get("criteria", {})
    return replace(
        core,
        label=Text(**said_["label"]) if said_.get("label") else core.label,
        missing=said_.get("missing", core.missing),
        family_weights=tuple(weights.items()) if core.family_weights else (),
        criteria=tuple(replace(c, weight=inner.get(c.code, c.weight)) for c in core.criteria),
    )


def in_step(profile: Profile, step: str) -> Mapping[str, Any] | None:
    """What the ladder holds up to a step: topic → ``all`` or codes; ``None``: the whole profile.

    Raises:
        KeyError: the profile has no such step.
    """
    if not step:
        return None
    profile.step(step)
    held: dict[str, Any] = {}
    for rung in profile.steps:
        for topic, codes in rung["holds"].items():
            if codes == "all" or held.get(topic) == "all":
                held[topic] = "all"
            else:
                held[topic] = {*held.get(topic, ()), *codes}
        if rung["code"] == step:
            break
    return held


def holds(held: Mapping[str, Any] | None, key: str) -> bool:
    """Whether an item is part of what a step holds; a forum of each entity goes with its kind."""
    if held is None:
        return True
    topic, _, code = key.partition("/")
    codes = held.get(topic, ())
    if codes == "all":
        return True
    return code in codes or any(
        topic == "forums" and code.startswith(f"{name}-") for name in codes
    )
