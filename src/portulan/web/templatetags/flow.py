"""``{% load flow %}``: ``{% work "team" record.code %}`` puts the flow, backlog and forecast of an
object on its page; they are read after the page.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from portulan.web.flow import words

register = template.Library()


@register.inclusion_tag("flow/_panel.html")
def work(kind: str, code: object) -> dict[str, Any]:
    """The place of the work on an object's page."""
    title = words.block_title(kind)
    url = reverse(f"flow:{kind}_block", args=[str(code)])
    return {"title": title, "url": url, "id": "work-rows", "label": title}
