"""Language and theme of the reader: from the account, else from a cookie, else from the browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portulan.web.security import Respond
from portulan.web.viewer import account

LANGUAGES = ("fr", "en")
#: "" follows the computer.
THEMES = ("", "light", "dark")
THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


def language_of(request: HttpRequest) -> str:
    """The language to answer in."""
    known = account(request)
    if known is not None and known.language in LANGUAGES:
        return known.language
    return translation.get_language_from_request(request)


def theme_of(request: HttpRequest) -> str:
    """The chosen theme, "" when the reader follows the computer's."""
    known = account(request)
    theme = known.theme if known is not None else request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def remember(
    response: HttpResponse, *, language: str = "", theme: str | None = None
) -> HttpResponse:
    """Keep a choice for the pages that come before the sign-in."""
    options = {
        "max_age": _YEAR,
        "samesite": "Lax",
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
    }
    if language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **options)  # type: ignore[arg-type]
    if theme is not None:
        response.set_cookie(THEME_COOKIE, theme, **options)  # type: ignore[arg-type]
    return response


class PreferencesMiddleware:
    """Answers in the reader's language; comes after authentication."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or language
            response = self.get_response(request)
            if (
                hasattr(response, "render")
                and callable(response.render)
                and not getattr(response, "is_rendered", True)
            ):
                response.render()
        response.headers.setdefault("Content-Language", language)
        return response
