"""Sixty people at one sitting: each asks every second what is newer, while the secretary types.

    python benchmarks/meeting.py [--people 60] [--seconds 60] [--port 8095]

The real server on a database of its own, one connection for each person. Prints, for answers
without a body (304) and with the whole screen (200): how many, p50, p95 and the longest in
milliseconds; the share of 304; how long a change took to be on the last screen; and the ratio of
the p95 to that of the floor, a static file asked for by as many people at the same pace.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

EVERY = 1.0
CHANGE_EVERY = 5.0


@dataclass
class Seen:
    """What one person measured: ``(status, seconds, when)`` of each answer."""

    answers: list[tuple[int, float, float]] = field(default_factory=list)


def prepare(people: int) -> tuple[str, list[str], Any, Any]:
    """A committee that sits with so many members; their session cookies, and what to change."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from portulan.base.models import Account
    from portulan.base.policy import system_actor
    from portulan.governance import actions
    from portulan.organisation.models import Entity, Person

    call_command("migrate", verbosity=0)
    entity = Entity(code="GRP", name="Groupe", level="group")
    entity.refresh_derived()
    entity.save()
    actor = system_actor("benchmark")
    forum = actions.create_forum(actor, actions.ForumInput("Comité", entity=entity))
    cookies = []
    for number in range(people):
        account = Account.objects.create_account(f"p{number}@example.org", name=f"P {number}")
        person = Person(code=f"p{number}", name=f"Personne {number}", account=account)
        person.refresh_derived()
        person.save()
        actions.add_member(actor, forum, person, "votes")
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.save()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    meeting = actions.plan_meeting(actor, forum, date.today())  # noqa: DTZ011 - this machine's day
    items = actions.add_items(
        actor, meeting, [actions.ItemInput(f"Point {n}") for n in range(8)]
    )
    actions.open_meeting(actor, meeting)
    actions.all_present(actor, meeting)
    actions.open_item(actor, items[0])
    return meeting.code, cookies, actor, items[0]


@contextlib.contextmanager
def server(port: int) -> Iterator[None]:
    """The real server, until the end."""
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("portulan")), "serve"],
        env=os.environ | {"PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            for _ in range(600):
                with contextlib.suppress(OSError):
                    ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/sign-in", {})
                    break
                time.sleep(0.5)
            else:
                raise SystemExit("the server does not answer")
            yield
        finally:
            process.terminate()


def ask(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Any:
    """One answer: status, headers, body."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def follow(port: int, path: str, cookie: str, until: float, first: float, seen: Seen) -> None:
    """One person: a question every second, with the name of what the screen shows."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    time.sleep(first)
    while (now := time.perf_counter()) < until:
        status, answered, _body = ask(connection, path, headers)
        done = time.perf_counter()
        if status not in (200, 304):
            raise SystemExit(f"{path}: {status}")
        seen.answers.append((status, done - now, done))
        if cookie and answered.get("ETag"):
            headers["If-None-Match"] = answered["ETag"]
        time.sleep(max(0.0, EVERY - (time.perf_counter() - now)))
    connection.close()


def run(port: int, path: str, cookies: Sequence[str], seconds: float) -> list[Seen]:
    """Everybody at once, spread over the second."""
    until = time.perf_counter() + seconds
    found = [Seen() for _ in cookies]
    threads = [
        threading.Thread(
            target=follow, args=(port, path, cookie, until, EVERY * n / len(cookies), found[n])
        )
        for n, cookie in enumerate(cookies)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """A quantile, in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def say(name: str, values: Sequence[float]) -> None:
    """A row."""
    print(
        f"{name:<14}{len(values):>8}{quantile(values, 0.5):>10.1f}"
        f"{quantile(values, 0.95):>10.1f}{quantile(values, 1):>10.1f}"
    )


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--port", type=int, default=8095)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portulan-bench-") as home:
        os.environ |= {
            "PORTULAN_HOME": home,
            "DJANGO_SETTINGS_MODULE": "portulan.settings",
            "PORTULAN_LOG_LEVEL": "ERROR",
        }
        code, cookies, actor, item = prepare(args.people)
        from portulan.governance import actions

        changes: list[float] = []
        over = threading.Event()

        def type_notes() -> None:
            while not over.wait(CHANGE_EVERY):
                actions.write_notes(actor, item, notes=f"Noté à {time.time():.3f}")
                changes.append(time.perf_counter())

        with server(args.port):
            typing = threading.Thread(target=type_notes)
            typing.start()
            found = run(args.port, f"/meetings/{code}/_/live", cookies, args.seconds)
            over.set()
            typing.join()
            floor = run(args.port, _static(args.port), [""] * args.people, args.seconds / 4)
    answers = [answer for seen in found for answer in seen.answers]
    plain = [taken for seen in floor for _status, taken, _when in seen.answers]
    print(f"{args.people} people, {args.seconds} s, a change every {CHANGE_EVERY:.0f} s")
    print(f"{'':<14}{'answers':>8}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    say("304", [taken for status, taken, _ in answers if status == 304])
    say("200", [taken for status, taken, _ in answers if status == 200])
    say("all", [taken for _, taken, _ in answers])
    say("static floor", plain)
    share = sum(status == 304 for status, _, _ in answers) / len(answers)
    ratio = quantile([t for _, t, _ in answers], 0.95) / quantile(plain, 0.95)
    print(f"share of 304: {share:.1%}; p95 over that of the floor: {ratio:.1f}")
    late = [_last_screen(found, change) for change in changes[:-1]]
    told = [value for value in late if value is not None]
    if told:
        print(f"a change on the last of {args.people} screens: p50 {quantile(told, 0.5):.0f} ms, "
              f"max {quantile(told, 1):.0f} ms, of {len(told)} changes")  # fmt: skip
    return 0


def _static(port: int) -> str:
    """The address of a small static file of the sign-in page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    _status, _headers, body = ask(connection, "/sign-in", {})
    found = re.search(rb'href="(/static/[^"]+\.css)"', body)
    if found is None:
        raise SystemExit("the sign-in page names no style sheet")
    return found[1].decode()


def _last_screen(found: Sequence[Seen], change: float) -> float | None:
    """Seconds from a change to the last person's next whole screen; ``None``: after the end."""
    latest = 0.0
    for seen in found:
        after = [done for status, _, done in seen.answers if status == 200 and done > change]
        if not after:
            return None
        latest = max(latest, after[0] - change)
    return latest


if __name__ == "__main__":
    raise SystemExit(main())
