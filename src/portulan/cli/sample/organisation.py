"""Entities, people with their roles, teams with their members, lines."""

from __future__ import annotations

from portulan.base.text import slug
from portulan.cli.sample.group import Group, address, listed, table
from portulan_core.model import Assignment, Entity, Line, Membership, Person, Team


def build(group: Group) -> None:
    """Add them all."""
    for row in table("entities"):
        entity = Entity(
            uid=group.uid(),
            code=row["code"],
            name=row["name"],
            parent=group.maybe("entities", row["parent"]),
            level=row["level"],
            fiscal_first_month=int(row["calendar"] or group.first_month),
        )
        group.add("entities", entity, row["code"])
        group.detail(
            "organisation.entity",
            entity.uid,
            country=row["country"],
            description=row["description"],
        )
    for row in table("people"):
        uid = person(group, row["name"], row["entity"], row["title"])
        for grant in listed(row["grants"], ";"):
            role, _, code = grant.partition("@")
            assign(group, uid, role, "entity", group.find("entities", code))
    for row in table("lines"):
        line = Line(group.uid(), row["code"], row["name"], row["axis"])
        group.add("lines", line, row["code"])
        group.detail("catalogue.line", line.uid, description=row["description"])
    leads = {row["team"]: row for row in table("leads")}
    for row in table("teams"):
        lead = leads[row["code"]]
        manager = person(group, lead["name"], row["entity"], f"Responsable, {row['name']}")
        team = Team(
            uid=group.uid(),
            code=row["code"],
            name=row["name"],
            entity=group.find("entities", row["entity"]),
            manager=manager,
        )
        group.add("teams", team, row["code"])
        group.detail("organisation.team", team.uid, skill=row["skill"])
        group.add("memberships", Membership(group.uid(), manager, team.uid, 100))
        for name in listed(lead["members"]):
            member = person(group, name, row["entity"], row["skill"].capitalize())
            group.add("memberships", Membership(group.uid(), member, team.uid, 100))


def person(group: Group, name: str, entity: str, title: str) -> str:
    """Somebody, made at the first mention."""
    if name in group.keys["people"]:
        return group.find("people", name)
    row = Person(group.uid(), slug(name), name, group.find("entities", entity))
    group.add("people", row, name)
    group.detail("organisation.person", row.uid, email=address(name), job_title=title)
    return row.uid


def assign(
    group: Group, person_uid: str, role: str, kind: str, target: str, fraction: int | None = None
) -> None:
    """A role on an object."""
    group.add(
        "assignments", Assignment(group.uid(), person_uid, role, kind, target, fraction)
    )
