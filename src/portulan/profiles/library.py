"""Profiles as they are read: the shipped ones, a folder, an archive, the company's own files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portulan.base.manifest import activities
from portulan.base.policy import Refusal
from portulan.organisation.matrix import Place, check_letters
from portulan.profiles.nodes import LARGEST, Problem, Report, compose
from portulan.profiles.shapes import FILES, SHEET_FILE, SHEETS_FOLDER, TOPICS
from portulan_core.coherence import RULES

Files = Mapping[str, str]
Lines = Mapping[tuple[str, str], int]
SHIPPED = Path(__file__).resolve().parent / "library"
#: At most so many files, and so many bytes once unpacked.
MOST_FILES, MOST_BYTES = 120, 4_000_000


class BadProfile(Exception):
    """A profile that cannot be taken: every problem, with its file, line and field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with what it extends taken in; ``topics`` hold plain values by topic.

    ``steps`` are those of the maturity ladder, in order.
    """

    code: str
    name: dict[str, str]
    description: dict[str, str]
    topics: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...] = ()
    source: str = "shipped"

    def step(self, code: str) -> Mapping[str, Any]:
        """The step of that code.

        Raises:
            KeyError: the profile has no such step.
        """
        for step in self.steps:
            if step["code"] == code:
                return step
        raise KeyError(code)

    def has_step(self, code: str) -> bool:
        """Whether the ladder has such a step."""
        return any(step["code"] == code for step in self.steps)


def shipped_codes() -> tuple[str, ...]:
    """The profiles that come with Portulan, those one can apply."""
    return ("eti", "groupe")


def folder_files(folder: Path) -> dict[str, str]:
    """The files of a folder, by their path inside it.

    Raises:
        BadProfile: there is no such folder, or a file is no text.
    """
    if not folder.is_dir():
        raise BadProfile([Problem(str(folder), 0, "", _("there is no such folder"))])
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml"))[: MOST_FILES + 1]:
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        try:
            found[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise BadProfile([Problem(name, 0, "", _("this is no text in UTF-8"))]) from None
    return found


def archive_files(data: bytes) -> dict[str, str]:
    """The files of a zip archive; a single folder that holds them all is left out of their paths.

    Raises:
        BadProfile: no zip archive, too large, or a file is no text.
    """
    found: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [i for i in archive.infolist() if i.filename.endswith(".yaml")]
            if len(infos) > MOST_FILES or sum(i.file_size for i in infos) > MOST_BYTES:
                raise BadProfile([Problem("zip", 0, "", _("the archive is too large"))])
            for info in infos:
                if "__MACOSX" in info.filename:
                    continue
                with archive.open(info) as stream:
                    text = stream.read(LARGEST * 4 + 1)
                found[info.filename.replace("\\", "/")] = text.decode("utf-8")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        raise BadProfile([Problem("zip", 0, "", _("this is no zip archive"))]) from None
    except UnicodeDecodeError:
        raise BadProfile([Problem("zip", 0, "", _("this is no text in UTF-8"))]) from None
    folders = {name.partition("/")[0] for name in found if "/" in name}
    if len(folders) == 1 and "profile.yaml" not in found:
        inner = folders.pop() + "/"
        found = {name.removeprefix(inner): text for name, text in found.items()}
    return found


def archive(files: Files, folder: str) -> bytes:
    """The files as a zip archive, in one folder; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{folder}/{name}", (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(info, files[name])
    return buffer.getvalue()


def shipped(code: str) -> Profile:
    """A profile that comes with Portulan.

    Raises:
        KeyError: no such profile.
    """
    if code not in shipped_codes():
        raise KeyError(code)
    return _shipped(code)


@lru_cache(maxsize=4)
def _shipped(code: str) -> Profile:
    return read(folder_files(SHIPPED / code))


def read(
    files: Files, source: str = "shipped", own: Callable[[str], Files | None] | None = None
) -> Profile:
    """A profile from its files, with what it extends; ``own`` finds the company's own by code.

    Raises:
        BadProfile: every problem of every file.
    """
    topics, head, problems, lines = _parse(files)
    chain = [str(head.get("code", ""))]
    parent = str(head.get("extends", ""))
    gone = {topic: set(codes) for topic, codes in head.get("drop", {}).items()}
    while parent and not problems:
        inner = _files_of(parent, own)
        if inner is None or parent in chain:
            problems.append(
                Problem("profile.yaml", 0, "extends",
                        _("there is no profile “%(found)s” to start from") % {"found": parent})
            )
            break
        chain.append(parent)
        under, over, wrong, _lines = _parse(inner)
        problems += wrong
        topics = _overlay(under, topics, gone)
        for topic, codes in over.get("drop", {}).items():
            gone.setdefault(topic, set()).update(codes)
        head = {**over, **head}
        parent = str(over.get("extends", ""))
    topics["adaptable"] = head.get("adaptable", {})
    steps = tuple(head.get("steps", ()))
    if not problems:
        problems += _check(topics, steps, lines)
    if problems:
        raise BadProfile(problems)
    return Profile(
        str(head["code"]), head["name"], head.get("description", {}), topics, steps, source
    )


def _files_of(code: str, own: Callable[[str], Files | None] | None) -> Files | None:
    if own is not None and (found := own(code)) is not None:
        return found
    if code.isidentifier() and (SHIPPED / code / "profile.yaml").is_file():
        return folder_files(SHIPPED / code)
    return None


def _parse(files: Files) -> tuple[dict[str, Any], dict[str, Any], list[Problem], Lines]:
    """The topics of the files, the head of the profile, what is wrong, and where fields stand."""
    problems: list[Problem] = []
    lines: dict[tuple[str, str], int] = {}
    read: dict[str, Any] = {}
    sheets: dict[str, Any] = {}
    if "profile.yaml" not in files:
        problems.append(Problem("profile.yaml", 0, "", _("this file is missing")))
    for name in sorted(files):
        shape = SHEET_FILE if name.startswith(SHEETS_FOLDER) else FILES.get(name)
        report = Report(name)
        if shape is None:
            expected = ", ".join([*FILES, SHEETS_FOLDER])
            problems.append(
                Problem(name, 0, "", _("no such file in a profile; expected: %(known)s")
                        % {"known": expected})
            )
            continue
        node = compose(files[name], report)
        if node is not None:
            value = shape.read(node, "", report)
            if name.startswith(SHEETS_FOLDER):
                role = str((value or {}).get("role", ""))
                if role in sheets:
                    report.note(node, "role", _("“%(found)s” stands twice") % {"found": role})
                elif value is not None:
                    sheets[role] = {k: v for k, v in value.items() if k != "role"}
            else:
                read[name.removesuffix(".yaml")] = value
        problems += report.problems
        lines |= {(name, path): line for path, line in report.lines.items()}
    head = read.pop("profile", None) or {}
    if not problems and not head:
        problems.append(Problem("profile.yaml", 1, "", _("this file is empty")))
    topics: dict[str, Any] = {
        "roles": read.get("roles") or {},
        "sheets": sheets,
        "matrix": read.get("matrix") or {},
        "forums": {forum["code"]: forum for forum in read.get("forums") or () if "code" in forum},
        "dossiers": read.get("dossiers") or {},
        "scoring": read.get("scoring") or {},
        "indicators": {i["code"]: i for i in read.get("indicators") or () if "code" in i},
        "rules": read.get("rules") or {},
    }
    return topics, head, problems, lines


def _overlay(
    under: Mapping[str, Any], over: Mapping[str, Any], drop: Mapping[str, Any]
) -> dict[str, Any]:
    """What is written over a profile: entries of the same code are completed field by field."""
    made: dict[str, Any] = {}
    for topic in TOPICS:
        if topic == "adaptable":
            continue
        low, high = under.get(topic) or {}, over.get(topic) or {}
        if topic in ("roles", "scoring"):
            made[topic] = {**low, **high}
            continue
        gone = set(drop.get(topic, ()))
        merged = {code: value for code, value in low.items() if code not in gone}
        for code, value in high.items():
            merged[code] = {**merged.get(code, {}), **value}
        made[topic] = merged
    return made


def _check(
    topics: Mapping[str, Any], steps: tuple[Mapping[str, Any], ...], lines: Lines
) -> list[Problem]:
    """What the files say together: one role answers, steps and rules name what there is."""
    problems: list[Problem] = []

    def note(file: str, field: str, message: str) -> None:
        problems.append(Problem(file, lines.get((file, field), 0), field, message))

    for code, own in topics["matrix"].items():
        refusal = _row_refusal(code, own)
        if refusal:
            note("matrix.yaml", code, refusal)
    for code, rule in topics["rules"].items():
        for name in rule.get("thresholds", {}):
            if name not in RULES[code].thresholds:
                known = ", ".join(RULES[code].thresholds) or _("none")
                note(
                    "rules.yaml", f"{code}.thresholds.{name}",
                    _("no such threshold; this rule has: %(known)s") % {"known": known},
                )
    for number, step in enumerate(steps):
        for topic, held in step["holds"].items():
            if held == "all":
                continue
            known_codes = set(topics[topic])
            for code in held:
                if code not in known_codes:
                    note(
                        "profile.yaml", f"steps[{number}].holds.{topic}",
                        _("“%(found)s” is not in the profile") % {"found": code},
                    )
    return problems


def _row_refusal(code: str, own: Mapping[str, str]) -> str:
    activity = activities().get(code)
    if activity is None:
        return _("“%(found)s” is not known") % {"found": code}
    refusal: Refusal | None = check_letters(activity, activity.letters, (), Place(), own)
    if refusal is None:
        return ""
    if refusal.roles:
        return _("exactly one role answers (A) for an activity; here: %(roles)s") % {
            "roles": ", ".join(refusal.roles),
        }
    return _("exactly one role answers (A) for an activity; here none does")
