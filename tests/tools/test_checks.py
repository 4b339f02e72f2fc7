"""Every check of `make check` can fail: each is fed a fault in a small tree and must name it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps as registry
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from tools import check_modules, check_relations, reference

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def put(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("src/portulan/web/utils.py", "", "a name that says nothing"),
        ("core/src/portulan_core/helpers/scale.py", "", "a name that says nothing"),
        ("src/portulan/web/long.py", "x = 1\n" * 401, "401 lines, at most 400"),
        ("core/src/portulan_core/long.py", "x = 1\n" * 901, "901 lines, at most 900"),
        ("src/portulan/a.py", "\nrows = M.objects.raw('x')\n", "a.py:2: .raw(): raw SQL"),
        ("src/portulan/a.py", "connection.cursor()\n", "a.py:1: .cursor(): raw SQL"),
        ("src/portulan/a.py", "M.objects.extra()\n", "a.py:1: .extra(): raw SQL"),
        ("src/portulan/a.py", "apps.get_model('a', 'b')\n", "a.py:1: .get_model()"),
        ("src/portulan/web/templates/a.html", '\n<p style="x">', "a.html:2: inline style"),
        ("src/portulan/web/templates/a.html", "<style>", "inline style sheet"),
        ("src/portulan/web/x/templates/x/a.html", '<a onclick="x">', "inline event handler"),
        ("src/portulan/web/templates/a.html", '<a hx-on:click="x">', "hx-on"),
        ("src/portulan/web/templates/a.html", "<script>x</script>", "inline script"),
        ("src/portulan/web/templates/a.html", '<a href="javascript:x">', "script in an address"),
        ("requirements/a.lock", "--index-url https://example.org/\n", "an address in a lock"),
        ("requirements/a.lock", "a @ file:///wheels/a.whl\n", "an address in a lock"),
        ("package-lock.json", '{"resolved": "https://example.org/a.tgz"}', "an address in a lock"),
    ],
)
def test_modules_templates_and_locks(
    tmp_path: Path, name: str, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, name, text)
    assert check_modules.main([str(tmp_path)]) == 1
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/portulan/base/migrations/0001_a.py", "apps.get_model('a', 'b')\n" + "x = 1\n" * 500),
        ("src/portulan/base/search.py", "connection.cursor()\n"),
        (
            "src/portulan/web/templates/a.html",
            '<script src="/a.js" defer></script><p class="style" data-onset="1">on=1</p>'
            '<script type="application/json">{}</script>',
        ),
        ("requirements/a.lock", "a==1 \\\n    --hash=sha256:00\n"),
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, name: str, text: str) -> None:
    put(tmp_path, name, text)
    assert check_modules.main([str(tmp_path)]) == 0


@isolate_apps("portulan.base", "portulan.catalogue", "portulan.compliance", "portulan.evidence")
def test_keys_that_point_up_aside_or_back_are_refused() -> None:
    class Low(models.Model):
        class Meta:
            app_label = "catalogue"

    class Risk(models.Model):
        class Meta:
            app_label = "compliance"

    class High(models.Model):
        good = models.ForeignKey(Low, models.CASCADE, related_name="+")
        loud = models.ForeignKey(Low, models.CASCADE)
        aside = models.ForeignKey(Risk, models.CASCADE, related_name="+")
        many = models.ManyToManyField(Risk, related_name="+")

        class Meta:
            app_label = "evidence"

    class Upward(models.Model):
        up = models.OneToOneField(High, models.CASCADE, related_name="+")

        class Meta:
            app_label = "catalogue"

    known = check_relations.floors(check_relations.contracts(ROOT))
    faults = "\n".join(check_relations.relations([Low, Risk, High, Upward], known))
    assert "Upward.up → evidence.High: points up" in faults
    assert "High.aside → compliance.Risk: points to a sibling" in faults
    assert "High.many → compliance.Risk: points to a sibling" in faults
    assert 'High.loud → catalogue.Low: shows on the other side; say related_name="+"' in faults
    assert "High.good" not in faults


def test_a_package_that_no_contract_names_is_refused(tmp_path: Path) -> None:
    found = check_relations.contracts(ROOT)
    put(tmp_path, "novelty/__init__.py", "")
    put(tmp_path, "novelty/models.py", "")
    put(tmp_path, "integrations/__init__.py", "")
    put(tmp_path, "integrations/novelty/__init__.py", "")
    assert [fault.split(":")[0] for fault in check_relations.unnamed(tmp_path, found)] == [
        "portulan.novelty",
        "portulan.novelty.models",
        "portulan.integrations.novelty",
    ]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of the project, empty, for the import contracts."""
    root = tmp_path_factory.mktemp("floors")
    for contract in check_relations.contracts(ROOT):
        for container in contract.get("containers", []):
            put(root, container.replace(".", "/") + "/__init__.py", "")
            for name in check_relations.floors([contract], container):
                kind = name if container in ("portulan", "portulan.integrations") else ""
                file = f"{name}/__init__.py" if kind else f"{name}.py"
                put(root, f"{container.replace('.', '/')}/{file}", "")
        modules = [*contract.get("protected_modules", []), *contract.get("forbidden_modules", [])]
        modules += contract.get("allowed_importers", [])
        for module in modules:
            folder = root / module.replace(".", "/")
            if module.startswith("portulan.") and "*" not in module and not folder.is_dir():
                put(root, module.replace(".", "/") + ".py", "")
    return root


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--config", ROOT / "pyproject.toml", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_empty_tree_keeps_every_contract(tree: Path) -> None:
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "text", "contract"),
    [
        ("portulan/base/up.py", "import portulan.web", "Floors of portulan"),
        ("portulan/evidence/aside.py", "import portulan.compliance", "Floors of portulan"),
        ("portulan/novelty/__init__.py", "", "Floors of portulan"),
        ("portulan/base/out.py", "import portulan.settings", "Nothing inside imports"),
        ("portulan_core/periods.py", "import portulan_core.model", "Floors of the core"),
        ("portulan_core/novelty.py", "", "Floors of the core"),
        ("portulan_core/model.py", "from django.db import models", "The core knows neither"),
        ("portulan_core/model.py", "from pathlib import Path", "The core knows neither"),
        ("portulan/catalogue/models.py", "import portulan.catalogue.actions", "Doors of an app"),
        ("portulan/web/views.py", "import portulan.catalogue.models", "Models of catalogue"),
        ("portulan/cli/demo.py", "import portulan.base.models", "Models of base"),
        (
            "portulan/integrations/table/x.py",
            "import portulan.integrations.betagouv",
            "Kinds of integrations",
        ),
    ],
)
def test_an_import_that_is_not_allowed_breaks_its_contract(
    tree: Path, name: str, text: str, contract: str
) -> None:
    path = tree / name
    before = path.read_text() if path.exists() else None
    put(tree, name, text + "\n")
    try:
        done = lint_imports(tree)
    finally:
        if before is None:
            path.unlink()
            if path.name == "__init__.py":
                path.parent.rmdir()
        else:
            path.write_text(before)
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert done.returncode == 1
    assert any(line.startswith(contract) for line in broken), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("from django.dispatch import receiver", "TID251"),
        ("from django.db.models.signals import post_save", "TID251"),
        ("from django.db.models.expressions import RawSQL", "TID251"),
        ("from django.contrib.contenttypes.fields import GenericForeignKey", "TID251"),
        ("import pickle", "TID251"),
        ("import xml.etree.ElementTree", "TID251"),
        ("import datetime\n\ndatetime.datetime.now()", "DTZ005"),
        ("eval('1')", "S307"),
        ("print('x')", "T201"),
        ("def reads(x): return x", "D103"),
        ("x = 1  # TODO more", "FIX002"),
        ("x = 1  # " + "y" * 100, "E501"),
    ],
)
def test_style_bans(text: str, rule: str) -> None:
    options = ["--output-format=concise", "--no-cache"]
    options += ["--stdin-filename=src/portulan/catalogue/actions.py"]
    done = subprocess.run(
        [BIN / "ruff", "check", *options, "-"],
        input=f'"""A module."""\n\n{text}\n',
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f" {rule} " in done.stdout


def test_types_know_the_columns(tmp_path: Path) -> None:
    code = "from portulan.base.models import Account\nAccount.objects.filter(nmae='x')\n"
    done = subprocess.run(
        [BIN / "mypy", put(tmp_path, "wrong.py", code)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Cannot resolve keyword 'nmae'" in done.stdout, done.stdout + done.stderr


def test_templates_are_linted(tmp_path: Path) -> None:
    page = put(tmp_path, "a.html", "{% load i18n %}\n<img src='/a.png' />\n")
    done = subprocess.run(
        [BIN / "djlint", page, "--lint", "--configuration", ROOT / "pyproject.toml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "H013" in done.stdout, "an image without a text"


@pytest.mark.django_db
def test_a_model_without_its_migration_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    field = registry.get_model("base", "Account")._meta.get_field("name")
    monkeypatch.setattr(field, "max_length", 201)
    with pytest.raises(SystemExit):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_reference_page_that_is_not_up_to_date_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    assert reference.main(["--check"]) == 1
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
