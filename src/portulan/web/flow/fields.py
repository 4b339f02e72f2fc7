"""What may be edited in place on items and releases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.base.policy import NotFoundForActor, Refusal
from portulan.organisation.queries import team_choices
from portulan.portfolio.items import criteria_text
from portulan.portfolio.queries import initiative_choices
from portulan.web import inline
from portulan.web.answers import reason
from portulan.web.flow import words
from portulan.web.inline import InlineField
from portulan.web.sheets import fields, prose
from portulan.web.sheets.fields import Editable
from portulan.web.ui.marks import icon


def _criteria(record: Any) -> str | SafeString:
    if not record.criteria:
        return prose.short("")
    rows = (
        (icon("circle-check" if met else "circle-dashed", "s"), text)
        for text, met in record.criteria
    )
    return format_html(
        '<ul class="fl-criteria">{}</ul>', format_html_join("", "<li>{} {}</li>", rows)
    )


CRITERIA = Editable(
    "criteria", gettext_lazy("Acceptance criteria"),
    lambda: forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One a line; “[x]” before one that is met."),
    ),
    lambda record: criteria_text(record.criteria), _criteria, block=True,
)
ITEM = fields.table(
    fields.line("name", pgettext_lazy("work item", "Title"), required=True),
    fields.text("description", pgettext_lazy("work item", "Description")),
    CRITERIA,
    fields.line("kind", pgettext_lazy("work item", "Type"), length=80),
    fields.choice("standing", gettext_lazy("State"), words.STANDINGS),
    fields.key("team", pgettext_lazy("work item", "Team"), team_choices),
    fields.key("initiative", gettext_lazy("Initiative"), initiative_choices),
)
RELEASE = fields.table(
    fields.line("name", pgettext_lazy("release", "Name"), required=True),
    fields.text("goal", pgettext_lazy("release", "What it brings")),
    fields.choice("state", gettext_lazy("State"), words.RELEASES),
    fields.day("due_on", pgettext_lazy("release", "Expected on")),
    fields.day("released_on", pgettext_lazy("release", "Out on")),
)


def release_key(choices: Callable[[], list[tuple[str, str]]]) -> Editable:
    """The release of an item, among those of its product."""
    return fields.key("release", pgettext_lazy("work item", "Release"), choices)


def place(kind: str, record: Any, editable: Editable, refusal: Refusal | None) -> InlineField:
    """A thing where it stands on the page."""
    return InlineField(
        name=f"{kind}-{editable.column.replace('_', '-')}", label=str(editable.label),
        url=reverse(f"flow:{kind}_field", args=[record.code, editable.column]),
        field=editable.make(), value=editable.value(record), display=editable.show(record),
        revision=record.revision, reason=reason(refusal), block=editable.block,
    )


def answer(
    request: HttpRequest, kind: str, editables: Mapping[str, Editable], name: str,
    load: Callable[[], tuple[Any, Refusal | None]], save: Callable[[Any, int], UUID | None],
) -> HttpResponse:
    """The whole view of one thing in place."""
    editable = editables.get(name)
    if editable is None:
        raise NotFoundForActor("field", name)

    def fresh() -> InlineField:
        record, refusal = load()
        return place(kind, record, editable, refusal)

    def keep(value: Any, revision: int) -> str | None:
        change = save(value, revision)
        return reverse("flow:undo", args=[change]) if change else None

    return inline.answer(request, fresh, keep)
