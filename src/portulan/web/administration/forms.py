"""The forms of the settings."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.organisation.queries import entity_choices, people_choices
from portulan.organisation.roles import ROLES
from portulan.web.sheets import words
from portulan.wording import vocabulary


def _roles() -> list[tuple[str, str]]:
    return [(code, vocabulary.role(code)) for code in ROLES]


def _fill(form: forms.Form, **choices: list[tuple[str, str]]) -> None:
    for name, known in choices.items():
        cast(forms.ChoiceField, form.fields[name]).choices = known


class FirstForm(forms.Form):
    """Somebody who signs in."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    password = forms.CharField(
        label=_("First password"), max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_password(self) -> str:
        """A password that is not easy to guess."""
        value = str(self.cleaned_data["password"])
        validate_password(value)
        return value


class AccountForm(FirstForm):
    """Somebody who signs in, with a first role."""

    role = forms.ChoiceField(label=_("Role"))
    entity = forms.ChoiceField(label=_("Entity"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _(
            "Give it to the person by another way; they change it on their own page."
        )
        _fill(self, role=_roles(), entity=entity_choices())


class RoleForm(forms.Form):
    """A role of somebody on an entity."""

    person = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"))
    entity = forms.ChoiceField(label=_("Entity"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fill(self, person=people_choices(), role=_roles(), entity=entity_choices())


class EntityForm(forms.Form):
    """An entity under another one."""

    name = forms.CharField(label=_("Name"), max_length=300)
    code = forms.CharField(label=_("Code"), max_length=120)
    parent = forms.ChoiceField(label=_("Part of"))
    level = forms.ChoiceField(label=pgettext_lazy("of an entity", "Level"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(code, str(name)) for code, name in words.LEVELS.items()]
        _fill(self, parent=entity_choices(), level=levels)
        self.initial.setdefault("level", "unit")
