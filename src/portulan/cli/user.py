"""``portulan user``: who may sign in."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portulan.base.policy import Invalid, NotFoundForActor, system_actor
from portulan.cli.outcome import DONE, REFUSED, Failure
from portulan.organisation.accounts import give_access, reset_password
from portulan.organisation.roles import ROLES


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "user", help="give access, set a password", description="Who may sign in."
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    add = verbs.add_parser(
        "add",
        help="give somebody an account and a role",
        description=(
            "Give somebody an account, a person and a role on an entity. The password is asked "
            "for, or read from standard input. Without any entity yet, one is made."
        ),
    )
    add.add_argument("email")
    add.add_argument("--name", help="first and last name")
    add.add_argument("--role", default="pmo", choices=sorted(ROLES), help="role (pmo)")
    add.add_argument("--entity", metavar="CODE", help="where the role is held; the top without it")
    add.add_argument("--language", choices=("fr", "en"), default="fr")
    add.set_defaults(run=run_add)
    password = verbs.add_parser("password", help="set somebody's password")
    password.add_argument("email")
    password.set_defaults(run=run_password)


def read_password() -> str:
    """Ask twice on a terminal, else read one line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != first:
        raise Failure("the two passwords differ", REFUSED)
    return first


def checked_password() -> str:
    """A password that the rules of the instance accept."""
    password = read_password()
    try:
        validate_password(password)
    except ValidationError as error:
        raise Failure(" ".join(error.messages), REFUSED) from None
    return password


def run_add(args: argparse.Namespace) -> int:
    """Create the account, the person and the role."""
    try:
        given = give_access(
            system_actor("portulan user add"),
            email=args.email,
            name=args.name or "",
            role=args.role,
            entity_code=args.entity or "",
            password=checked_password(),
            language=args.language,
        )
    except NotFoundForActor as error:
        raise Failure(f"no entity has the code {error.key!r}", REFUSED) from None
    except Invalid as error:
        name, refusal = next(iter(error.errors.items()))
        raise Failure(f"{name}: {refusal.code} {dict(refusal.params)}", REFUSED) from None
    print(f"{args.email} may sign in, as {args.role} on {given}.")
    return DONE


def run_password(args: argparse.Namespace) -> int:
    """Set the password."""
    try:
        reset_password(args.email, checked_password())
    except NotFoundForActor:
        raise Failure(f"no account has the address {args.email!r}", REFUSED) from None
    print(f"The password of {args.email} is changed; open sessions end.")
    return DONE
