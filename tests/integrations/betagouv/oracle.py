"""What is wrong in a beta.gouv.fr repository, read from its raw files: knows nothing of Portulan.

Definitions: a phase counts from its start; the current phase on a day is the one that started
last (of two that start together, the one that the file gives last); a product is active unless its
current phase is an abandonment; a mission holds from its start to its end, both included.
"""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

#: Order of the phases as stages of funding: exploration, development, run, end.
RANK = {
    "investigation": 0, "construction": 1, "acceleration": 1, "consolidation": 2, "opere": 2,
    "transfere": 2, "abandon": 3, "abandon-investigation": 3,
}


def startups(archive: Path) -> dict[str, dict[str, Any]]:
    found = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if "/_startups/" in member.name and member.name.endswith(".md"):
                handle = tar.extractfile(member)
                assert handle is not None
                text = handle.read().decode()
                found[Path(member.name).name[:-3]] = yaml.safe_load(text.split("---", 2)[1])
    return found


def _dated(matter: dict[str, Any]) -> list[tuple[date, date | None, int]]:
    return [(p["start"], p.get("end"), RANK[p["name"]]) for p in matter.get("phases") or []]


def current(matter: dict[str, Any], day: date) -> int | None:
    best = None
    for start, _, rank in _dated(matter):
        if start <= day and (best is None or start >= best[0]):
            best = (start, rank)
    return best[1] if best else None


def overlapping(products: dict[str, dict[str, Any]]) -> set[str]:
    return {
        key
        for key, matter in products.items()
        if any(
            end is not None and start < other < end
            for start, end, _ in _dated(matter)
            for other, _, _ in _dated(matter)
        )
    }


def backward(products: dict[str, dict[str, Any]]) -> set[str]:
    return {
        key
        for key, matter in products.items()
        if any(
            first < second and rank > later
            for first, _, rank in _dated(matter)
            for second, _, later in _dated(matter)
        )
    }


def same_start(products: dict[str, dict[str, Any]]) -> set[str]:
    return {
        key
        for key, matter in products.items()
        if len({start for start, _, _ in _dated(matter)}) < len(_dated(matter))
    }


def active(products: dict[str, dict[str, Any]], day: date) -> set[str]:
    return {k for k, m in products.items() if current(m, day) in (0, 1, 2)}


def stopped(products: dict[str, dict[str, Any]], day: date) -> set[str]:
    return {k for k, m in products.items() if current(m, day) == 3}


def without_sponsor(products: dict[str, dict[str, Any]], day: date) -> set[str]:
    return {k for k in active(products, day) if not products[k].get("sponsors")}


def missions(staffing: Path, day: date) -> dict[str, set[int]]:
    """Product → people with a mission on that day."""
    found: dict[str, set[int]] = defaultdict(set)
    for line in staffing.read_text().splitlines():
        person = json.loads(line)
        for mission in person["missions"]:
            begun = date.fromisoformat(mission["start"]) <= day
            if begun and (not mission["end"] or day <= date.fromisoformat(mission["end"])):
                for product in mission["startups"]:
                    found[product].add(person["person"])
    return found


def spread_thin(products: dict[str, dict[str, Any]], staffing: Path, day: date) -> set[str]:
    held: dict[int, int] = defaultdict(int)
    alive = active(products, day)
    for product, people in missions(staffing, day).items():
        for person in people if product in alive else ():
            held[person] += 1
    return {str(person) for person, count in held.items() if count >= 5}
