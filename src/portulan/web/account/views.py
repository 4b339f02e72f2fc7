"""Signing in and out, language and theme, the reader's own account."""

from __future__ import annotations

from typing import cast

from axes.helpers import get_cool_off
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portulan.base import accounts
from portulan.web import preferences
from portulan.web.account.forms import PasswordForm, ProfileForm, SignInForm
from portulan.web.htmx import tell
from portulan.web.viewer import Account, account


def _next(request: HttpRequest, default: str = "/") -> str:
    """Where to go next: an address of this site, never another's."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else default


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door. Without any account, it says how to make the first one."""
    if account(request) is not None:
        return HttpResponseRedirect(_next(request))
    if request.method == "GET" and not accounts.any_account():
        return render(request, "account/first_run.html")
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.account is not None:
        login(request, form.account)
        return preferences.remember(
            HttpResponseRedirect(_next(request)),
            language=form.account.language,
            theme=form.account.theme,
        )
    return _door(request, form, 422 if request.method == "POST" else 200)


def locked(
    request: HttpRequest, response: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """Too many failures from here for this address (``AXES_LOCKOUT_CALLABLE``)."""
    return _door(request, SignInForm(request), 429)


def _door(request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
    cool_off = get_cool_off(request)
    context = {
        "form": form,
        "next": _next(request),
        "locked": status == 429,
        "minutes": round(cool_off.total_seconds() / 60) if cool_off else 0,
    }
    return render(request, "account/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave; the session ends on the server too."""
    logout(request)
    return HttpResponseRedirect(reverse("account:sign_in"))


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Language, theme and password of the reader."""
    known = cast(Account, account(request))
    form = ProfileForm(
        request.POST or None, initial={"language": known.language, "theme": known.theme}
    )
    if request.method == "POST" and form.is_valid():
        language, theme = form.cleaned_data["language"], form.cleaned_data["theme"]
        accounts.set_preferences(known, language=language, theme=theme)
        with override(language):
            tell(request, _("Your preferences are saved."))
        return preferences.remember(
            HttpResponseRedirect(reverse("account:profile")), language=language, theme=theme
        )
    return _profile_page(
        request, known, form, PasswordForm(known), 200 if request.method == "GET" else 422
    )


@sensitive_post_parameters()
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; the other sessions of the account end."""
    known = cast(Account, account(request))
    form = PasswordForm(known, request.POST)
    if form.is_valid():
        accounts.set_password(known, form.cleaned_data["new"])
        update_session_auth_hash(request, known)
        tell(request, _("Your password is changed. Your other sessions are closed."))
        return HttpResponseRedirect(reverse("account:profile"))
    preference_form = ProfileForm(initial={"language": known.language, "theme": known.theme})
    return _profile_page(request, known, preference_form, form, 422)


def _profile_page(
    request: HttpRequest,
    known: Account,
    form: ProfileForm,
    password_form: PasswordForm,
    status: int,
) -> HttpResponse:
    context = {"form": form, "password_form": password_form, "reader": known}
    return render(request, "account/profile.html", context, status=status)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for the account and for the pages before the sign-in."""
    wanted = request.POST.get("language", "")
    chosen = wanted if wanted in preferences.LANGUAGES else preferences.language_of(request)
    known = account(request)
    if known is not None:
        accounts.set_preferences(known, language=chosen)
    return preferences.remember(HttpResponseRedirect(_next(request)), language=chosen)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch the theme, for the account and for the pages before the sign-in."""
    wanted = request.POST.get("theme", "")
    chosen = wanted if wanted in preferences.THEMES else preferences.theme_of(request)
    known = account(request)
    if known is not None:
        accounts.set_preferences(known, theme=chosen)
    return preferences.remember(HttpResponseRedirect(_next(request)), theme=chosen)
