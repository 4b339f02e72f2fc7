"""Forms of the account pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portulan.web.viewer import Account

LANGUAGE_CHOICES = [("fr", "Français"), ("en", "English")]
THEME_CHOICES = [("", _("As this computer")), ("light", _("Light")), ("dark", _("Dark"))]


class SignInForm(forms.Form):
    """Address and password; says no more than that they do not go together."""

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        max_length=254,
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=1000,
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.account: Account | None = None

    def clean(self) -> dict[str, Any]:
        """Check the pair; every failure counts towards the lock."""
        data = super().clean() or {}
        if self.errors:
            return data
        found = authenticate(
            self.request, username=data["username"].strip().lower(), password=data["password"]
        )
        if not isinstance(found, Account):
            raise forms.ValidationError(_("This address and this password do not go together."))
        self.account = found
        return data


class ProfileForm(forms.Form):
    """Language and theme."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_CHOICES)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEME_CHOICES, required=False)


class PasswordForm(forms.Form):
    """A new password, with the present one."""

    current = forms.CharField(
        label=_("Present password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=1000,
    )
    new = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a sentence is easier to remember."),
        max_length=1000,
    )
    again = forms.CharField(
        label=_("New password, again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=1000,
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_current(self) -> str:
        """The present password must be right."""
        current: str = self.cleaned_data["current"]
        if not self.account.check_password(current):
            raise forms.ValidationError(_("This is not your present password."))
        return current

    def clean(self) -> dict[str, Any]:
        """Both new passwords agree, and are strong enough."""
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two new passwords differ."))
        if data.get("new"):
            try:
                password_validation.validate_password(data["new"], self.account)
            except forms.ValidationError as error:
                self.add_error("new", error)
        return data
