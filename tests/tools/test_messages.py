"""The translation files: what is extracted, what is refused, and that Django finds the result."""

from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils import translation
from django.utils.translation import trans_real
from pytest_django.fixtures import Settings

from tools import messages
from tools.extraction import Key, Refused, extract


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small source tree: the areas `web` and `web/board`, and one without texts."""
    for name in ("web/board/templates", "web/templates", "base"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "base/models.py").write_text("x = 1\n")
    (tmp_path / "web/templates/base.html").write_text('{% translate "Sign out" %}')
    (tmp_path / "web/board/views.py").write_text(
        "_('Board')\nngettext('One project', '%(count)s projects', n)\npgettext('verb', 'Score')\n"
    )
    (tmp_path / "web/board/templates/board.html").write_text(
        """{% translate "Board" %} {% translate "Score" context "noun" as label %}
        {% blocktranslate trimmed count n=rows|length %}
            {{ n }} row
        {% plural %}
            {{ n }} rows, 100%
        {% endblocktranslate %}
        {{ value|default:_("None yet") }} {% if x == _("Yes") %}{% endif %}
        {# translate "hidden" #}{% comment %}{% translate "hidden" %}{% endcomment %}"""
    )
    return tmp_path


def run(package: Path) -> tuple[list[Path], Path]:
    every = messages.areas(package)
    messages.update(every, every)
    return every, messages.po_path(package / "web/board", "fr")


def translate(path: Path, english: str, french: str) -> None:
    text = path.read_text()
    assert f'msgid "{english}"\nmsgstr ""' in text
    path.write_text(
        text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{french}"')
    )


def complete(package: Path) -> tuple[list[Path], Path]:
    every, path = run(package)
    text = path.read_text().replace(
        'msgctxt "verb"\nmsgid "Score"\nmsgstr ""', 'msgctxt "verb"\nmsgid "Score"\nmsgstr "Noter"'
    )
    for plural, one, many in (
        ("%(count)s projects", "%(count)s projet", "%(count)s projets"),
        ("%(n)s rows, 100%%", "%(n)s ligne", "%(n)s lignes, 100 %%"),
    ):
        before = f'msgid_plural "{plural}"\nmsgstr[0] '
        assert before + '""\nmsgstr[1] ""' in text
        text = text.replace(before + '""\nmsgstr[1] ""', f'{before}"{one}"\nmsgstr[1] "{many}"')
    path.write_text(text)
    for english, french in {
        "Board": "Tableau",
        "Score": "Note",
        "None yet": "Rien",
        "Yes": "Oui",
    }.items():
        translate(path, english, french)
    translate(messages.po_path(package / "web", "fr"), "Sign out", "Se déconnecter")
    messages.update(every, every)
    return every, path


def test_python_and_templates_give_their_texts_in_order(package: Path) -> None:
    assert extract(package / "web/board/views.py") == [
        Key("Board"),
        Key("One project", "%(count)s projects"),
        Key("Score", context="verb"),
    ]
    assert extract(package / "web/board/templates/board.html") == [
        Key("Board"),
        Key("Score", context="noun"),
        Key("%(n)s row", "%(n)s rows, 100%%"),
        Key("None yet"),
        Key("Yes"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.py", 'x = 1\n_(f"Hello {x}")', "a.py:2: _() of an f-string"),
        (
            "a.html",
            "{% blocktranslate %}{{ a.b }}{% endblocktranslate %}",
            "a.html:1: {{ a.b }} inside",
        ),
        (
            "a.html",
            "{% blocktranslate %}{% if a %}{% endblocktranslate %}",
            "a.html:1: {% if a %} inside",
        ),
        ("a.html", "\n{% blocktranslate %}never", "a.html:2: {% blocktranslate %} is not closed"),
    ],
)
def test_what_cannot_be_extracted_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(Refused) as refused:
        extract(tmp_path / name)
    assert says in str(refused.value)


def test_each_area_owns_its_texts_and_english_is_filled(package: Path) -> None:
    run(package)
    web = messages.read(messages.po_path(package / "web", "en"))[0]
    assert web == {Key("Sign out"): ("Sign out",)}
    board = messages.read(messages.po_path(package / "web/board", "en"))[0]
    assert board[Key("One project", "%(count)s projects")] == ("One project", "%(count)s projects")
    assert not (package / "base/locale").exists()


def test_untranslated_then_complete_then_stale(package: Path) -> None:
    every, path = run(package)
    assert any("'Board': empty" in fault for fault in messages.check(every, every))
    every, path = complete(package)
    assert messages.check(every, every) == []
    (package / "web/board/views.py").write_text("_('Boards')\n")
    faults = messages.check(every, every)
    assert any("missing: 'Boards'" in fault for fault in faults)
    assert any("stale" in fault and "'One project'" in fault for fault in faults)
    messages.update(every, every)
    assert messages.read(path)[0][Key("Board")] == ("Tableau",), (
        "a translation that is still used is kept"
    )
    assert Key("One project", "%(count)s projects") not in messages.read(path)[0]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('"%(count)s projets"', '"%(nombre)s projets"', "expected ['count']"),
        ('"%(n)s lignes, 100 %%"', '"lignes"', "has the placeholders []"),
        ('msgid "None yet"', '#, fuzzy\nmsgid "None yet"', "fuzzy"),
        ('msgstr "Rien"', 'msgstr "Rien n\'est là"', "typography"),
        ('msgstr "Rien"', 'msgstr "Rien !"', "typography"),
    ],
)
def test_a_wrong_entry_is_a_fault(package: Path, before: str, after: str, fault: str) -> None:
    every, path = complete(package)
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    assert any(fault in line for line in messages.check(every, every))


def test_the_same_text_is_translated_alike_everywhere(package: Path) -> None:
    every, _ = complete(package)
    (package / "web/templates/base.html").write_text(
        '{% translate "Sign out" %}{% translate "Board" %}'
    )
    messages.update(every, every)
    assert messages.check(every, every) == [], "a known translation is taken over"
    base = messages.po_path(package / "web", "fr")
    base.write_text(base.read_text().replace('"Tableau"', '"Planche"'))
    assert any("'Planche'" in line or "'Tableau'" in line for line in messages.check(every, every))


def test_updating_twice_changes_nothing(package: Path) -> None:
    every, path = complete(package)
    before = path.read_bytes()
    messages.update(every, every)
    assert path.read_bytes() == before


def test_french_typography() -> None:
    assert messages.typography("l'écart : « oui » ?") == "l’écart\u00a0: «\u00a0oui\u00a0»\u202f?"
    assert messages.typography("<a href='/x'>%(n)s</a> à 10:30") == "<a href='/x'>%(n)s</a> à 10:30"
    again = messages.typography(messages.typography("D'où vient « ceci » ?"))
    assert again == messages.typography("D'où vient « ceci » ?")


def test_django_finds_the_compiled_texts(package: Path, settings: Settings) -> None:
    complete(package)
    assert messages.compile_all(package) == 4
    settings.LOCALE_PATHS = [package / "web/board/locale"]
    _forget_translations()
    try:
        template = Engine(libraries={"i18n": "django.templatetags.i18n"}).from_string(
            "{% load i18n %}" + (package / "web/board/templates/board.html").read_text()
        )
        with translation.override("fr"):
            for count, expected in ((0, "0 ligne"), (1, "1 ligne"), (2, "2 lignes, 100 %")):
                shown = template.render(Context({"rows": range(count), "value": "", "x": ""}))
                assert expected in [line.strip() for line in shown.splitlines()]
                assert "Tableau" in shown and "Rien" in shown
            assert translation.pgettext("verb", "Score") == "Noter"
            assert translation.pgettext("noun", "Score") == "Note"
    finally:
        settings.LOCALE_PATHS = []
        _forget_translations()


def _forget_translations() -> None:
    trans_real.__dict__["_translations"].clear()
    trans_real.__dict__["_default"] = None
