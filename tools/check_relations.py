"""Checks keys between models: none points up a floor or to a sibling, none shows on the other side.

The floors are those of the import contract in `pyproject.toml`. Imports are not everything: a key
named by a string imports nothing. Also asks that every package, and every app with models, is named
by a contract.
"""

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db import models

ROOT = Path(__file__).resolve().parents[1]
Floors = dict[str, int]


def contracts(root: Path) -> list[dict[str, Any]]:
    """The import contracts of the project."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = settings["tool"]["importlinter"]["contracts"]
    return found


def floors(found: list[dict[str, Any]], container: str = "portulan") -> Floors:
    """Package → its floor, the lowest 0, from the layers of a container."""
    layers = next(
        c["layers"] for c in found if c["type"] == "layers" and container in c["containers"]
    )
    return {
        part.strip(" ()"): floor
        for floor, layer in enumerate(reversed(layers))
        for part in layer.replace("|", ":").split(":")
    }


def relations(all_models: Iterable["type[models.Model]"], known: Floors) -> Iterator[str]:
    """Faults of the keys of the models; packages without a floor, as Django's own, are free."""
    for model in all_models:
        own = model._meta.app_label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = getattr(field.remote_field, "model", None)
            if target is None or own not in known or target._meta.app_label not in known:
                continue
            other, place = (
                target._meta.app_label,
                f"{model._meta.label}.{field.name} → {target._meta.label}",
            )
            if other == own:
                continue
            if known[other] > known[own]:
                yield f"{place}: points up, from floor {known[own]} to floor {known[other]}"
            elif known[other] == known[own]:
                yield f"{place}: points to a sibling"
            if field.remote_field is not None and not field.remote_field.hidden:
                yield f'{place}: shows on the other side; say related_name="+"'


def unnamed(package: Path, found: list[dict[str, Any]]) -> Iterator[str]:
    """Packages and models that no contract names."""
    known = floors(found)
    protected = {
        module for c in found if c["type"] == "protected" for module in c["protected_modules"]
    }
    for folder in sorted(path.parent for path in package.glob("*/__init__.py")):
        if folder.name not in known:
            yield f"portulan.{folder.name}: no floor in the layers of pyproject.toml"
        if any((folder / name).exists() for name in ("models.py", "models/__init__.py")):
            if f"portulan.{folder.name}.models" not in protected:
                yield f"portulan.{folder.name}.models: no contract protects it"
    kinds = floors(found, "portulan.integrations") if (package / "integrations").is_dir() else {}
    for folder in sorted(path.parent for path in (package / "integrations").glob("*/__init__.py")):
        if folder.name not in {*kinds, "migrations"}:
            yield f"portulan.integrations.{folder.name}: not in the layers of portulan.integrations"


def main() -> int:
    """Print the faults; status 1 when there are any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    found = contracts(ROOT)
    faults = [
        *relations(apps.get_models(include_auto_created=True), floors(found)),
        *unnamed(ROOT / "src/portulan", found),
    ]
    print(*faults, sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
