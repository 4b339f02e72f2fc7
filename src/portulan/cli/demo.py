"""``portulan demo``: a made-up group to look around in, in a database of its own."""

from __future__ import annotations

import argparse
import time
from datetime import date

from django.conf import settings
from django.utils import timezone

from portulan.base.policy import system_actor
from portulan.base.samples import holds_data, is_sample, mark_sample, sample_version
from portulan.cli.instance import create_or_upgrade, describe, serve
from portulan.cli.outcome import DONE, REFUSED, Failure
from portulan.cli.sample import ACCOUNTS, PASSWORD, VERSION, build, profile
from portulan.cli.sample.learning import load_learning
from portulan.cli.sample.rituals import plan_ahead
from portulan.cli.sample.scenarios import load_scenarios
from portulan.cli.sample.talk import load_talk
from portulan.cli.sample.worklog import load_work
from portulan.diagnosis.actions import rebuild
from portulan.governance.actions.applying import seal_past
from portulan.governance.actions.samples import remove_samples
from portulan.organisation.accounts import give_access
from portulan.snapshot.transfer import take_in


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "demo",
        help="load and serve a made-up portfolio",
        description=(
            "A made-up French group of sixty products, in a database of its own "
            "(PORTULAN_HOME/demo, or PORTULAN_DEMO_DATABASE_URL). Without a verb: load it, then "
            "serve it."
        ),
    )
    parser.set_defaults(run=run_all)
    verbs = parser.add_subparsers(metavar="VERB")
    load = verbs.add_parser("load", help="load it (again, when it was made for another day)")
    load.add_argument("--fresh", action="store_true", help="load it again in any case")
    load.set_defaults(run=run_load)
    verbs.add_parser("serve", help="serve what is loaded").set_defaults(run=run_serve)
    verbs.add_parser("remove", help="remove it, accounts included").set_defaults(run=run_remove)


def run_all(args: argparse.Namespace) -> int:
    """Load, then serve."""
    load()
    return serve(settings.PORT)


def run_serve(args: argparse.Namespace) -> int:
    """Serve what is there."""
    create_or_upgrade()
    if not is_sample():
        raise Failure("the demonstration is not loaded: run `portulan demo load`.", REFUSED)
    say_accounts()
    return serve(settings.PORT)


def run_load(args: argparse.Namespace) -> int:
    """Load."""
    load(fresh=args.fresh)
    return DONE


def load(fresh: bool = False, today: date | None = None) -> None:
    """Load the demonstration for a day (today), replacing one that was made for another day.

    Raises:
        Failure: the database holds something else.
    """
    started = time.monotonic()
    create_or_upgrade()
    day = today or timezone.localdate()
    version = f"{VERSION}:{day.isoformat()}"
    if is_sample():
        if sample_version() == version and not fresh:
            print(f"The demonstration is there already: {describe()}")
            say_accounts()
            return
        remove_samples(system_actor("portulan demo"))
    elif holds_data():
        raise Failure(
            f"{describe()} holds data that is not the demonstration's; nothing was loaded.", REFUSED
        )
    actor = system_actor("portulan demo")
    sample = build(day)
    take_in(sample.world, actor, day, sample.details)
    for account in ACCOUNTS:
        give_access(
            actor,
            email=account.email,
            name=account.name,
            role=account.role,
            entity_code=account.entity,
            password=PASSWORD,
        )
    load_work(actor, day)
    plan_ahead(actor, day)
    profile.set_up(actor)
    load_learning(actor, day, ["Adèle Perrin", "Théo Masson"], PASSWORD)
    load_talk(actor, day)
    load_scenarios(actor, day)
    seal_past()
    keep_diagnoses(day)
    mark_sample(version)
    print(f"Demonstration loaded in {time.monotonic() - started:.0f} s: {describe()}")
    say_accounts()


def keep_diagnoses(day: date) -> None:
    """The diagnoses of the last month ends, so that the marks have a history."""
    for _run in rebuild(6, day):
        pass


def say_accounts() -> None:
    """Print who may sign in."""
    print("Sign in with one of these accounts; the password of all is  " + PASSWORD)
    for account in ACCOUNTS:
        print(f"  {account.email:<36} {account.name} – {account.title}")


def run_remove(args: argparse.Namespace) -> int:
    """Remove."""
    create_or_upgrade()
    if not is_sample():
        if holds_data():
            raise Failure(f"{describe()} does not hold the demonstration.", REFUSED)
        print("There is no demonstration to remove.")
        return DONE
    remove_samples(system_actor("portulan demo remove"))
    print(f"The demonstration is removed: {describe()}")
    return DONE
