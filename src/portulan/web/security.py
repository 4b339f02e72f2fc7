"""The browser's rules, the closed door, and pages that cannot write while they are read."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "browsing-topics",
        "display-capture",
    )
)
#: The only pages that answer to somebody who is not signed in.
PUBLIC_ROUTES = frozenset(
    {
        "account:sign_in",
        "account:language",
        "account:theme",
        "health",
        "web:health",
        "notifications:unsubscribe",  # a signed link, from a mail
    }
)
#: Areas that authenticate by themselves (tokens), and refuse by themselves.
SELF_AUTHENTICATED = ("api", "mcp", "feeds")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: Tables of the frame that reading may touch: the session and the sign-in counter.
WRITABLE_ON_READ = ("django_session", "axes_")
_WRITE = re.compile(
    r"^\s*(?:with\b.*\b)?(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from|replace\s+into|merge\s+into|"
    r"truncate|create|alter|drop)\s+(?:table\s+|only\s+)?[\"`]?(?P<table>\w+)",
    re.IGNORECASE | re.DOTALL,
)

Respond = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicyMiddleware:
    """Sends the strict policy: own files only, nothing inline, no device features."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class SignInMiddleware:
    """Closes every page to who is not signed in, but the few of ``PUBLIC_ROUTES``."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            # What one person may read is not kept for the next one at the same screen.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Send to the sign-in page, which brings back here."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if request.user.is_authenticated or name in PUBLIC_ROUTES:
            return None
        if match and match.namespaces and match.namespaces[0].split("-")[0] in SELF_AUTHENTICATED:
            return None
        target = request.get_full_path() if request.method in SAFE_METHODS else ""
        address = reverse("account:sign_in") + (f"?{urlencode({'next': target})}" if target else "")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("account:sign_in")})
        return HttpResponseRedirect(address)


class WriteWhileReading(RuntimeError):
    """A page that was only read tried to write to the database."""


def _refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    found = _WRITE.match(sql)
    if found and not found["table"].startswith(WRITABLE_ON_READ):
        raise WriteWhileReading(f"a GET may not write to {found['table']}")
    return execute(sql, params, many, context)


class ReadOnlyMiddleware:
    """A GET cannot write: any such statement fails, before it reaches the database."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with ExitStack() as guards:
            for alias in settings.DATABASES:
                guards.enter_context(connections[alias].execute_wrapper(_refuse_writes))
            return self.get_response(request)
