"""The company's present governance as the files of a profile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from portulan.prioritisation.standard import read_values, said
from portulan.profiles.merge import code_of, topic_of
from portulan.profiles.shapes import FORMAT
from portulan.profiles.state import HYBRIDS, present
from portulan_core.scoring import PRESETS

Item = Mapping[str, Any]


class _Plain(yaml.SafeDumper):
    """Lists stand under their field, and long texts are kept on few lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump(value: Any) -> str:
    """A value as YAML that people read."""
    return str(
        yaml.dump(
            value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=100,
            default_flow_style=False,
        )
    )


def export(code: str = "export", name: str = "") -> dict[str, str]:
    """The files of a profile that says what holds now: its plan is empty.

    Letters and sections that parts of the company settled for themselves are not in it: they are
    local, and stay where they are.
    """
    state = present()
    by_topic: dict[str, dict[str, Item]] = {}
    for key, item in state.items():
        by_topic.setdefault(topic_of(key), {})[code_of(key)] = item
    files = {"profile.yaml": dump(_head(code, name, by_topic.get("adaptable", {})))}
    if "roles" in by_topic:
        files["roles.yaml"] = dump(_roles(by_topic["roles"]))
    for role, sections in by_topic.get("sheets", {}).items():
        kept = {section: items for section, items in sections.items() if items}
        files[f"sheets/{role}.yaml"] = dump({"role": role, **kept})
    if "matrix" in by_topic:
        files["matrix.yaml"] = dump(
            {activity: item["letters"] for activity, item in by_topic["matrix"].items()}
        )
    if "forums" in by_topic:
        files["forums.yaml"] = dump(
            [_forum(forum, item) for forum, item in by_topic["forums"].items()]
        )
    if "scoring" in by_topic:
        files["scoring.yaml"] = dump(_scoring(by_topic["scoring"]["model"]))
    if "indicators" in by_topic:
        files["indicators.yaml"] = dump(
            [{"code": c, **item} for c, item in by_topic["indicators"].items()]
        )
    for topic in ("dossiers", "rules"):
        if topic in by_topic:
            files[f"{topic}.yaml"] = dump({c: dict(item) for c, item in by_topic[topic].items()})
    return files


def _head(code: str, name: str, adaptable: Mapping[str, Item]) -> dict[str, Any]:
    head: dict[str, Any] = {"format": FORMAT, "code": code, "name": name or code}
    if adaptable:
        head["adaptable"] = {field: list(item["value"]) for field, item in adaptable.items()}
    return head


def _roles(items: Mapping[str, Item]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "roles": [
            {"code": code, **{n: v for n, v in item.items() if v}}
            for code, item in items.items()
            if code != HYBRIDS
        ]
    }
    if HYBRIDS in items:
        made["hybrids"] = list(items[HYBRIDS]["value"])
    return made


def _forum(code: str, item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {"code": code, **item}
    cents = made.pop("threshold")
    if cents is not None:
        made["threshold"] = cents // 100 if cents % 100 == 0 else cents / 100
    made["agenda"] = [
        {n: v for n, v in line.items() if v not in ("", None)} for line in made["agenda"]
    ]
    plain = {"ritual": "", "entity": "", "mandate": "", "cadence": "", "quorum": 0,
             "quorum_percent": 0, "quorum_chair": False}  # fmt: skip
    return {
        n: v for n, v in made.items() if v != [] and not (n in plain and v == plain[n])
    }


def _scoring(item: Item) -> dict[str, Any]:
    core = read_values(item)
    for shipped in PRESETS:
        weights = tuple(dict(core.family_weights).items())
        inner = {c.code: c.weight for c in core.criteria}
        if shipped.code != core.code or {c.code for c in shipped.criteria} != set(inner):
            continue
        like = replace(
            shipped, missing=core.missing,
            family_weights=weights if shipped.family_weights else (),
            criteria=tuple(replace(c, weight=inner[c.code]) for c in shipped.criteria),
        )
        if said(like) != said(core):
            continue
        usual = {c.code: c.weight for c in shipped.criteria}
        made: dict[str, Any] = {"preset": shipped.code}
        if core.family_weights and dict(core.family_weights) != dict(shipped.family_weights):
            made["weights"] = dict(core.family_weights)
        changed = {code: weight for code, weight in inner.items() if weight != usual[code]}
        if changed:
            made["criteria"] = changed
        if core.missing != shipped.missing:
            made["missing"] = core.missing
        return made
    return {"model": json.dumps(said(core), ensure_ascii=False)}
