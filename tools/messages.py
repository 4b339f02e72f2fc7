"""The translation files: extracts, verifies and compiles them, without the gettext programs.

    python tools/messages.py update [DIR…]   bring DIR/locale/{fr,en}/LC_MESSAGES/django.po up to
date
    python tools/messages.py check [DIR…]    fail on a missing, empty, stale or wrong entry
    python tools/messages.py compile         write the .mo files that Django reads

DIR is an area: a package of `src/portulan`, or one level deeper under `web` and `integrations`.
Without DIR, all. The sources are in English; the English file repeats them. French texts are set in
French typography on the way (’ and no-break spaces), and a text that another area translated
already is taken over.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tools.extraction import Key, Refused, extract

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src/portulan"
LANGUAGES = ("fr", "en")
PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "en": "nplurals=2; plural=(n != 1);"}
DEEPER = ("web", "integrations")  # packages whose sub-packages have files of their own
NOT_AREAS = ("templates", "static", "locale", "templatetags", "migrations", "__pycache__")
NARROW, NO_BREAK = "\u202f", "\u00a0"


@dataclass(slots=True)
class Entry:
    """One text: where it stands in the sources and its forms (two when it has a plural)."""

    places: list[str] = field(default_factory=list)
    forms: tuple[str, ...] = ("",)


Table = dict[Key, Entry]


def areas(package: Path = PACKAGE) -> list[Path]:
    """Every folder that owns translation files, whether it has texts or not."""
    found = [folder for folder in sorted(package.iterdir()) if _is_area(folder)]
    for name in DEEPER:
        if (package / name).is_dir():
            found += [folder for folder in sorted((package / name).iterdir()) if _is_area(folder)]
    return found


def _is_area(folder: Path) -> bool:
    return folder.is_dir() and folder.name not in NOT_AREAS


def sources(area: Path, every: Iterable[Path]) -> list[Path]:
    """The Python files and templates whose texts belong to the area, not to an area inside it."""
    inner = [other for other in every if other != area and area in other.parents]
    return [
        path
        for path in sorted(area.rglob("*"))
        if path.suffix in (".py", ".html", ".txt")
        and (path.suffix == ".py" or "templates" in path.relative_to(area).parts)
        and "migrations" not in path.relative_to(area).parts
        and not any(other in path.parents for other in inner)
    ]


def collect(area: Path, every: Iterable[Path]) -> Table:
    """All texts of an area, in the order of files and places; `Refused` when one cannot be read."""
    table: Table = {}
    for path in sources(area, every):
        place = path.relative_to(area).as_posix()
        for key in extract(path):
            # The same text with and without plural is one entry, the one with the plural.
            twin = next(
                (k for k in table if k.context == key.context and k.singular == key.singular), None
            )
            if twin is not None and twin != key:
                if twin.plural and key.plural:
                    raise Refused(f"{path}: {key.singular!r} has two different plurals")
                if key.plural:
                    table[key] = table.pop(twin)
                else:
                    key = twin
            entry = table.setdefault(key, Entry())
            if place not in entry.places:
                entry.places.append(place)
    return table


def po_path(area: Path, language: str) -> Path:
    """Where the texts of an area lie in one language."""
    return area / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> tuple[dict[Key, tuple[str, ...]], list[str]]:
    """The translated forms of a file, and its entries marked fuzzy."""
    if not path.is_file():
        return {}, []
    with path.open("rb") as file:
        catalog = read_po(file)
    forms: dict[Key, tuple[str, ...]] = {}
    fuzzy: list[str] = []
    for message in catalog:
        if not message.id:
            continue
        singular, plural = (
            (message.id[0], message.id[1]) if message.pluralizable else (message.id, "")
        )
        text = message.string or ""
        forms[Key(str(singular), str(plural), message.context or "")] = (
            (str(text),) if isinstance(text, str) else tuple(str(part) for part in text)
        )
        if message.fuzzy:
            fuzzy.append(str(singular))
    return forms, fuzzy


def write(table: Table, language: str) -> str:
    """The text of a translation file: nothing in it changes unless a text or its file does."""
    lines = ['msgid ""', 'msgstr ""']
    for header in (
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[language]}",
    ):
        lines.append(_quote(header + "\n"))
    for key, entry in table.items():
        lines += ["", *(f"#: {place}" for place in entry.places)]
        if "%(" in key.singular + key.plural:
            lines.append("#, python-format")
        if key.context:
            lines.append("msgctxt " + _quote(key.context))
        lines.append("msgid " + _quote(key.singular))
        if key.plural:
            lines.append("msgid_plural " + _quote(key.plural))
            lines += [f"msgstr[{n}] " + _quote(form) for n, form in enumerate(entry.forms)]
        else:
            lines.append("msgstr " + _quote(entry.forms[0]))
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\r", "\\r")
    )
    parts = [part + "\\n" for part in escaped.split("\n")[:-1]] + [escaped.split("\n")[-1]]
    if len(parts) == 1 or (len(parts) == 2 and not parts[1]):
        return f'"{parts[0]}"'
    return "\n".join(['""', *(f'"{part}"' for part in parts if part)])


def typography(text: str) -> str:
    """A French text with ’ between letters and no-break spaces where French wants them."""
    text = re.sub(r"(?<=\w)'(?=\w|%\()", "’", text)
    text = re.sub(rf"(?<=\S)[ {NO_BREAK}](?=[;!?](?:\s|$|<))", NARROW, text)
    text = re.sub(rf"(?<=\S)[ {NARROW}](?=:(?:\s|$|<))", NO_BREAK, text)
    text = re.sub(rf"«[ {NARROW}]?(?=[^\s{NO_BREAK}])", f"«{NO_BREAK}", text)
    return re.sub(rf"(?<=[^\s{NO_BREAK}])[ {NARROW}]?»", f"{NO_BREAK}»", text)


def wanted(
    area: Path, language: str, every: Iterable[Path], memory: dict[Key, tuple[str, ...]]
) -> Table:
    """What the file of an area should hold: its texts, with the translations that are known."""
    table = collect(area, every)
    known, _ = read(po_path(area, language))
    for key, entry in table.items():
        count = 2 if key.plural else 1
        if language == "en":
            entry.forms = (key.singular, key.plural)[:count]
            continue
        forms = known.get(key, ())
        if len(forms) != count or not all(forms):
            forms = memory.get(key) or forms
        entry.forms = tuple(map(typography, forms)) if len(forms) == count else ("",) * count
    return table


def update(chosen: list[Path], every: list[Path]) -> None:
    """Write the files of the chosen areas; an area without texts has none."""
    memory: dict[Key, tuple[str, ...]] = {}
    for area in every:
        memory |= {key: forms for key, forms in read(po_path(area, "fr"))[0].items() if all(forms)}
    for area in chosen:
        for language in LANGUAGES:
            table = wanted(area, language, every, memory)
            path = po_path(area, language)
            if not table:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write(table, language), encoding="utf-8")
            if language == "fr":
                empty = sum(not all(entry.forms) for entry in table.values())
                print(f"{path}: {len(table)} texts" + (f", {empty} to translate" if empty else ""))


_NAMED = re.compile(r"%\((\w+)\)[-+ #0]*[\d.]*[a-zA-Z]")
_OTHER = re.compile(r"%[-+ #0]*[\d.]*[sdifrx]\b|\{\w*\}")


def placeholders(text: str) -> frozenset[str]:
    """The names that a text waits for: `%(name)s`, `%s`, `{name}`."""
    text = text.replace("%%", "")
    return frozenset(_NAMED.findall(text)) | frozenset(_OTHER.findall(text))


def problems_of(key: Key, forms: tuple[str, ...]) -> list[str]:
    """What is wrong with the translation of one text."""
    if not forms or not all(forms):
        return ["empty"]
    # French says 0 and 1 alike: the singular form may use a number that "One project" leaves out.
    one, many = placeholders(key.singular), placeholders(key.plural)
    bounds = [(one, one | many), (many, many)] if key.plural else [(one, one)]
    found = []
    for form, (least, most) in zip(forms, bounds, strict=True):
        actual = placeholders(form)
        if not least <= actual <= most:
            found.append(f"has the placeholders {sorted(actual)}, expected {sorted(most)}")
    if key.singular.startswith("\n") != forms[0].startswith("\n") or key.singular.endswith(
        "\n"
    ) != forms[0].endswith("\n"):
        found.append("line breaks at the ends differ")
    return found


def check(chosen: list[Path], every: list[Path]) -> list[str]:
    """Every fault of the files of the chosen areas, as one line each."""
    faults: list[str] = []
    first: dict[Key, tuple[Path, tuple[str, ...]]] = {}
    for area in chosen:
        for language in LANGUAGES:
            path = po_path(area, language)
            try:
                table = wanted(area, language, every, {})
            except Refused as refused:
                faults.append(str(refused))
                break
            present, fuzzy = read(path)
            before = len(faults)
            faults += [f"{path}: fuzzy: {text!r}" for text in fuzzy]
            faults += [f"{path}: missing: {key.singular!r}" for key in table if key not in present]
            faults += [
                f"{path}: stale, no source has it: {key.singular!r}"
                for key in present
                if key not in table
            ]
            for key, forms in present.items():
                if key in table:
                    faults += [
                        f"{path}: {key.singular!r}: {problem}"
                        for problem in problems_of(key, forms)
                    ]
                    other = first.setdefault(
                        Key(key.singular, key.plural, f"{language}|{key.context}"), (path, forms)
                    )
                    if other[1] != forms and all(forms) and all(other[1]):
                        faults.append(
                            f"{path}: {key.singular!r} is {forms[0]!r} here "
                            f"and {other[1][0]!r} in {other[0]}: "
                            "same words, or a context"
                        )
            if before == len(faults) and (path.read_text("utf-8") if path.is_file() else "") != (
                write(table, language) if table else ""
            ):
                faults.append(
                    f"{path}: not as `make messages` writes it (typography, order or places)"
                )
    return faults


def compile_all(package: Path = PACKAGE) -> int:
    """Write the .mo file beside every .po file; how many."""
    count = 0
    for path in sorted(package.rglob("locale/*/LC_MESSAGES/django.po")):
        language = path.parts[-3]
        with path.open("rb") as file:
            catalog: Catalog = read_po(file, locale=language)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        count += 1
    return count


def main(arguments: list[str]) -> int:
    """The command line; status 1 on faults, 2 on wrong usage."""
    command, names = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command not in ("update", "check", "compile"):
        print(__doc__, file=sys.stderr)
        return 2
    every = areas()
    chosen = [Path(name).resolve() for name in names] or every
    for area in chosen:
        if area not in every:
            print(f"{area}: not an area; the areas are:", *every, sep="\n  ", file=sys.stderr)
            return 2
    if command == "compile":
        print(f"{compile_all()} files compiled")
        return 0
    if command == "update":
        try:
            update(chosen, every)
        except Refused as refused:
            print(refused, file=sys.stderr)
            return 1
        return 0
    faults = check(chosen, every)
    print(
        *faults,
        f"translations: {len(faults)} faults" if faults else "translations: complete",
        sep="\n",
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
