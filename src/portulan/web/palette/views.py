"""The answers of the command palette."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portulan.web.palette.find import find


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The list of answers to what is typed (``q``)."""
    text = request.GET.get("q", "").strip()
    return render(request, "palette/results.html", {"groups": find(request, text), "text": text})
