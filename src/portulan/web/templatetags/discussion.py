"""``{% load discussion %}``: ``{% discussion "product" product.code %}`` puts the discussion of an
object on its page; it is read when it comes into sight.
"""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("discussion/_place.html")
def discussion(kind: str, code: object) -> dict[str, Any]:
    """The place of a discussion on an object's page."""
    return {"kind": kind, "code": str(code)}
