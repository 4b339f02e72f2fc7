"""Small helpers for answers to htmx: toasts with undo, redirects, parts of pages."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

#: Seconds during which a toast offers to undo.
UNDO_SECONDS = 12


def asked_by_htmx(request: HttpRequest) -> bool:
    """Whether the request wants a fragment (boosted links want whole pages)."""
    return (
        request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    )


def trigger(response: HttpResponse, event: str, detail: Any = None) -> HttpResponse:
    """Add an event for the page to hear when the answer arrives."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail if detail is not None else {}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def toast(
    response: HttpResponse, message: str, *, undo: str = "", tone: str = "success", why: str = ""
) -> HttpResponse:
    """Show a toast when a fragment arrives; ``undo`` is the address that undoes it by POST, ``why``
    the page that explains a refusal.
    """
    return trigger(
        response,
        "pt-toast",
        {
            "message": str(message), "undo": undo, "tone": tone, "seconds": UNDO_SECONDS,
            **({"why": why} if why else {}),
        },
    )


def tell(request: HttpRequest, message: str, *, undo: str = "", tone: str = "success") -> None:
    """Show a toast on the next whole page (after a redirect)."""
    level = {"success": messages.SUCCESS, "warning": messages.WARNING, "error": messages.ERROR}[
        tone
    ]
    messages.add_message(request, level, message, extra_tags=f"undo:{undo}" if undo else "")


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect, for a form sent by htmx or not."""
    response: HttpResponse = redirect(to, *args, **kwargs)
    if asked_by_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
    return response


def part(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    whole: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a fragment for htmx, or ``whole`` (the page that includes it) for anything else."""
    chosen = template if asked_by_htmx(request) or not whole else whole
    response = render(request, chosen, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
