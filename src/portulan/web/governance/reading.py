"""Routes of pages that read the same small tables many times: once a page is enough."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from portulan.governance.company import reading
from portulan.web.security import SAFE_METHODS

View = Callable[..., HttpResponse]


def at(route: str, view: View, name: str) -> URLPattern:
    """An address whose page is made within ``reading`` when nothing is written."""

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return view(request, *args, **kwargs)
        with reading():
            return view(request, *args, **kwargs)

    return path(route, once, name=name)
