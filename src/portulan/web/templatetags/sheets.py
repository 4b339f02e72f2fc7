"""``{% load sheets %}``: the pieces of the pages of single objects (see ``web.sheets.tags``)."""

from __future__ import annotations

from django import template

from portulan.web.sheets import tags

register = template.Library()
for _name in (
    "object_url", "word", "word_state", "trend", "gauge_state", "rank_of", "remove_button",
    "history_line", "promised", "realised", "purse_landing", "purse_bar", "months_word",
    "indent", "load_cell", "month_name", "skeleton",
):
    register.simple_tag(getattr(tags, _name), name=_name)
for _name in ("share", "amount", "clip_url", "points"):
    register.filter(_name, getattr(tags, _name))
