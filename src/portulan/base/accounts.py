"""Accounts: whether there is one, and what its owner may change about it."""

from __future__ import annotations

from portulan.base.models import Account


def any_account() -> bool:
    """Whether somebody can sign in at all."""
    return Account.objects.exists()


def set_preferences(
    account: Account, *, language: str | None = None, theme: str | None = None
) -> None:
    """Keep the language and the theme ("" follows the computer) of an account."""
    fields = []
    if language is not None and language != account.language:
        account.language = language
        fields.append("language")
    if theme is not None and theme != account.theme:
        account.theme = theme
        fields.append("theme")
    if fields:
        account.save(update_fields=fields)


def set_password(account: Account, password: str) -> None:
    """Give an account a new password; the sessions opened with the old one end."""
    account.set_password(password)
    account.save(update_fields=["password"])
