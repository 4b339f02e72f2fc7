"""The four people of the permission matrix, in a company of two entities."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from portulan.base.models import Account
from portulan.organisation.models import Entity, EntityRole, Person

SIGNED_OUT, OUTSIDER, UNENTITLED, ENTITLED = "signed out", "other entity", "no right", "allowed"
ACTORS = (SIGNED_OUT, OUTSIDER, UNENTITLED, ENTITLED)
#: Roles of who is allowed: every right that a role can give, each through its own role.
ALLOWED_ROLES = (
    "pmo",
    "executive",
    "finance",
    "head_of_product",
    "product_manager",
    "product_owner",
    "business",
    "tech_lead",
    "architect",
    "legal",
    "compliance",
    "security",
    "project_manager",
)


@dataclass
class Company:
    """A group with two units, one account per actor; ``things`` is where areas keep what they
    build.
    """

    group: Entity
    home: Entity
    elsewhere: Entity
    accounts: dict[str, Account]
    people: dict[str, Person]
    things: dict[str, Any] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        """A browser with this actor signed in (or nobody)."""
        client = Client(headers={"accept-language": "en"})
        if actor != SIGNED_OUT:
            client.force_login(
                self.accounts[actor], backend="django.contrib.auth.backends.ModelBackend"
            )
        return client


def _entity(code: str, name: str, parent: Entity | None = None) -> Entity:
    made = Entity(code=code, name=name, parent=parent, level="unit" if parent else "group")
    made.refresh_derived()
    made.save()
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def company() -> Company:
    """Build it: ``home`` is where the tested objects live; the outsider works in ``elsewhere``.

    Who has no right is a contributor at home: may know of things there, may do nothing to them.
    """
    group = _entity("GRP", "Groupe")
    home, elsewhere = _entity("HOME", "Chez nous", group), _entity("ELSE", "Ailleurs", group)
    accounts, people = {}, {}
    for actor, entity, roles in (
        (OUTSIDER, elsewhere, ALLOWED_ROLES),
        (UNENTITLED, home, ("contributor",)),
        (ENTITLED, home, ALLOWED_ROLES),
    ):
        code = actor.replace(" ", "-")
        account = Account.objects.create_account(
            f"{code}@example.org", "a long enough secret", name=actor, language="en"
        )
        person = Person(code=code, name=actor, account=account, entity=entity, email=account.email)
        person.refresh_derived()
        person.save()
        for role in roles:
            EntityRole.objects.create(role=role, person=person, entity=entity)
        accounts[actor], people[actor] = account, person
    return Company(group, home, elsewhere, accounts, people)
