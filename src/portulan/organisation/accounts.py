"""Access given to a person: an account, and a role on an entity."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from portulan.base.accounts import set_password
from portulan.base.changes import recording
from portulan.base.models import Account
from portulan.base.policy import Actor, Invalid, NotFoundForActor, Refusal, require
from portulan.base.text import slug
from portulan.organisation.manifest import PEOPLE_EDIT
from portulan.organisation.models import Entity, EntityRole, Person
from portulan.organisation.rights import refresh_paths
from portulan.organisation.roles import ROLES

#: Code and name of the entity that is made when there is none yet.
FIRST_ENTITY = ("GROUPE", "Groupe")


def give_access(
    actor: Actor,
    *,
    email: str,
    name: str = "",
    role: str = "",
    entity_code: str = "",
    password: str | None = None,
    language: str = "fr",
) -> str:
    """Give an account, a person and a role; what is there already is used, not made twice.

    Without ``role`` the person keeps those held already. Returns the name of the entity on which
    the role is held: the one named, else the top one.

    Raises:
        Refused: the actor may not edit people.
        Invalid: ``email`` or ``role`` cannot be taken, or ``password`` is missing.
        NotFoundForActor: no entity has this code.
    """
    require(actor, PEOPLE_EDIT)
    address = email.strip().lower()
    errors: dict[str, Refusal] = {}
    try:
        validate_email(address)
    except ValidationError:
        errors["email"] = Refusal("email.invalid", {"found": email})
    if role and role not in ROLES:
        errors["role"] = Refusal("role.unknown", {"found": role})
    known = Account.objects.filter(email=address).first()
    if known is None and not password:
        errors["password"] = Refusal("password.missing")
    if errors:
        raise Invalid(errors)
    with recording(actor, "account.give", note=address) as recorder:
        entity = _entity(entity_code)
        if entity is None:
            code, title = FIRST_ENTITY
            entity = recorder.create(Entity(code=code, name=title, level=Entity.Level.GROUP))
            refresh_paths()
        if known is None:
            known = Account.objects.create_account(
                address, password, name=name or address, language=language
            )
        elif password:
            set_password(known, password)
        person = (
            Person.objects.filter(account=known).first()
            or Person.objects.filter(email=address, account=None).first()
        )
        if person is None:
            person = recorder.create(
                Person(
                    code=_free_code(name or address),
                    name=name or address,
                    email=address,
                    entity=entity,
                    account=known,
                )
            )
        elif person.account_id is None:
            recorder.update(person, account=known)
        held = EntityRole.objects.filter(person=person, entity=entity, role=role, ends=None)
        if role and not held.exists():
            recorder.create(
                EntityRole(person=person, entity=entity, role=role, starts=timezone.localdate())
            )
        return entity.name


def reset_password(email: str, password: str) -> None:
    """Set the password of an account; its open sessions end.

    Raises:
        NotFoundForActor: no account has this address.
    """
    account = Account.objects.filter(email=email.strip().lower()).first()
    if account is None:
        raise NotFoundForActor("account", email)
    set_password(account, password)


def _entity(code: str) -> Entity | None:
    if not code:
        return Entity.objects.filter(parent=None).order_by("pk").first()
    found = Entity.objects.filter(code=code).first()
    if found is None:
        raise NotFoundForActor("entity", code)
    return found


def _free_code(text: str) -> str:
    base = slug(text.partition("@")[0]) or "personne"
    code, number = base, 1
    while Person.objects.filter(code=code).exists():
        number += 1
        code = f"{base}-{number}"
    return code
