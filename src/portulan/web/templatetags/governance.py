"""``{% load governance %}``: the words and icons of governance codes."""

from __future__ import annotations

from django import template

from portulan.web import objects
from portulan.web.governance import sitting_words, words
from portulan.wording import vocabulary

register = template.Library()


@register.filter
def address(code: str, kind: str) -> str:
    """The address of an object: ``{{ code|address:"initiative" }}``."""
    return objects.address(kind, code)


@register.filter
def kind_word(code: str) -> str:
    """The word of a kind of decision."""
    return words.kind(code)


@register.filter
def right_word(code: str) -> str:
    """The word of a seat's right."""
    return vocabulary.word(words.RIGHTS, code)


@register.filter
def level_word(code: str) -> str:
    """The word of a committee's level."""
    return vocabulary.word(words.LEVELS, code)


@register.filter
def cadence_words(rule: str) -> str:
    """A recurrence rule in words."""
    return sitting_words.cadence(rule)


@register.filter
def item_icon(code: str) -> str:
    """The icon of a kind of agenda item."""
    return words.toned(words.ITEMS, code)[0]


@register.filter
def ritual_word(code: str) -> str:
    """The word of a ritual."""
    return vocabulary.word(sitting_words.RITUALS, code)


@register.filter
def holiday_word(code: str) -> str:
    """What becomes of a sitting on a public holiday."""
    return vocabulary.word(sitting_words.ON_HOLIDAY, code)
