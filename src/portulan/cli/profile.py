"""``portulan profile``: the governance of the company as readable files."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation

from portulan.base.policy import NotFoundForActor, Refused, system_actor
from portulan.cli.outcome import DONE, REFUSED, WRONG, Failure
from portulan.profiles import actions, queries, telling
from portulan.profiles.export import export
from portulan.profiles.library import BadProfile, Profile, folder_files, read
from portulan.profiles.merge import KEEP, TAKE
from portulan.profiles.plan import Plan, applied, make, touched


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "profile",
        help="show, plan, apply or export the governance profile",
        description=(
            "The governance of the company as files: roles, sheets, matrix, committees, dossiers, "
            "scoring, indicators, rules. A profile is shipped (eti, groupe), the company's own, or "
            "a folder given with --profile."
        ),
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    show = verbs.add_parser(
        "show", help="what is applied, and which profiles there are",
        description="Without --profile: what was applied last, and the profiles there are.",
    )
    _common(show)
    show.set_defaults(run=run_show)
    plan = verbs.add_parser(
        "plan",
        help="what a profile would add, change and remove, and whom it touches",
        description=(
            "Exit status: 0 nothing to do; 1 there is something to do, or a conflict; 2 the "
            "profile cannot be read (file, line and field are said)."
        ),
    )
    _common(plan)
    plan.set_defaults(run=run_plan)
    put = verbs.add_parser(
        "apply",
        help="apply a profile, all or nothing",
        description=(
            "Apply a profile in one transaction. What the company changed itself stays, unless "
            "--take says otherwise. Nothing past is deleted."
        ),
    )
    _common(put)
    put.add_argument(
        "--take", metavar="ITEM", action="append", default=[],
        help="in this conflict, take what the profile says (as `plan` names it; or: all)",
    )
    put.set_defaults(run=run_apply)
    out = verbs.add_parser(
        "export",
        help="write what holds now as the files of a profile",
        description="The plan of what is exported is empty.",
    )
    out.add_argument("folder", help="where to write (made if need be)")
    out.add_argument("--code", default="export", help="code of the profile written")
    out.add_argument("--name", default="", help="its name")
    out.set_defaults(run=run_export)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--profile", metavar="PATH", default="",
        help="code of a profile, or the folder of one (what was applied last)",
    )
    parser.add_argument("--step", default="", help="up to this step of its ladder (the whole)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--language", choices=("fr", "en"), help="language of what is said")


def _profile(args: argparse.Namespace) -> Profile:
    name = args.profile or applied().get("code", "")
    if not name:
        raise Failure("no profile was applied yet: say which one with --profile.", WRONG)
    folder = Path(name).expanduser()
    try:
        if folder.is_dir() or "/" in name:
            return read(folder_files(folder), "folder", queries.own_files)
        return queries.profile_of(name)
    except NotFoundForActor:
        known = ", ".join(row.code for row in queries.profile_rows())
        raise Failure(f"there is no profile {name!r}; there are: {known}.", WRONG) from None
    except BadProfile as error:
        raise Failure(_faults(name, error), WRONG) from None


def _faults(name: str, error: BadProfile) -> str:
    lines = [f"the profile {name} cannot be read:"]
    return "\n".join(lines + [f"  {problem}" for problem in error.problems])


def _plan(args: argparse.Namespace) -> Plan:
    profile = _profile(args)
    try:
        return make(profile, args.step)
    except KeyError:
        known = ", ".join(str(step["code"]) for step in profile.steps)
        raise Failure(
            f"the profile {profile.code} has no step {args.step!r}; its steps: {known or 'none'}.",
            WRONG,
        ) from None


def run_show(args: argparse.Namespace) -> int:
    """What is applied and what there is, or one profile."""
    language = args.language or settings.LANGUAGE_CODE
    with translation.override(language):
        if args.profile:
            profile = _profile(args)
            print(
                json.dumps(telling.profile_json(profile), ensure_ascii=False, indent=2)
                if args.format == "json"
                else telling.profile_text(profile, language)
            )
            return DONE
        now, rows = applied(), queries.profile_rows()
        if args.format == "json":
            listed = [{"code": r.code, "name": dict(r.name), "source": r.source} for r in rows]
            print(json.dumps({"applied": now, "profiles": listed}, ensure_ascii=False, indent=2))
            return DONE
        print(telling.applied_text(now, language))
        for row in rows:
            print(telling.row_text(row, language))
    return DONE


def run_plan(args: argparse.Namespace) -> int:
    """The plan."""
    with translation.override(args.language or settings.LANGUAGE_CODE):
        plan = _plan(args)
        _print(args, plan)
    return DONE if plan.empty else REFUSED


def _print(args: argparse.Namespace, plan: Plan) -> None:
    found = touched(plan)
    if args.format == "json":
        made: dict[str, Any] = telling.plan_json(plan, found)
        print(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        print(telling.plan_text(plan, found))


def run_apply(args: argparse.Namespace) -> int:
    """Apply."""
    with translation.override(args.language or settings.LANGUAGE_CODE):
        plan = _plan(args)
        asked = plan.conflicts
        unknown = [name for name in args.take if name != "all" and name not in asked]
        if unknown:
            raise Failure(
                f"{unknown[0]!r} is no conflict of this plan; they are: "
                f"{', '.join(asked) or 'none'}.",
                WRONG,
            )
        take = set(asked if "all" in args.take else args.take)
        choices = {name: TAKE if name in take else KEEP for name in asked}
        try:
            done = actions.apply(
                system_actor("portulan profile apply"), plan.profile, args.step, choices=choices
            )
        except Refused as error:
            raise Failure(
                f"refused: {error.refusal.code} {dict(error.refusal.params)}", REFUSED
            ) from None
        except BadProfile as error:
            raise Failure(_faults(plan.profile.code, error), WRONG) from None
        if args.format == "json":
            counts = {"applied": done.profile.code, "step": done.step, "counts": done.counts}
            print(json.dumps(counts, ensure_ascii=False, indent=2))
        else:
            print(telling.done_text(done, take))
    return DONE


def run_export(args: argparse.Namespace) -> int:
    """Write the files."""
    folder = Path(args.folder).expanduser()
    files = export(args.code, args.name)
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{error.filename or folder}: {error.strerror}.", WRONG) from None
    stale = [
        path for path in sorted((folder / "sheets").glob("*.yaml"))
        if f"sheets/{path.name}" not in files
    ]
    print(f"{len(files)} files written in {folder}.")
    for path in stale:
        print(f"{path}: no longer part of what holds; remove it.", file=sys.stderr)
    return DONE
