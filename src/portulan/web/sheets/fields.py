"""What may be edited in place on each page: an allow-list of columns with their form fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.base.policy import NotFoundForActor, Refusal
from portulan.readmodels.sheets.history import last_change
from portulan.web import inline
from portulan.web.answers import reason
from portulan.web.fields import MoneyField, NumberField
from portulan.web.inline import InlineField
from portulan.web.sheets import prose, words
from portulan.wording import formats
from portulan.wording.vocabulary import STAGES, Word

Choices = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Editable:
    """A column edited in place.

    ``make`` gives a fresh form field; ``value`` reads the record, ``show`` writes it for readers;
    ``money``: only for who may read the budget.
    """

    column: str
    label: Word
    make: Callable[[], forms.Field]
    value: Callable[[Any], Any]
    show: Callable[[Any], str | SafeString]
    block: bool = False
    money: bool = False
    unit: str = ""


def text(column: str, label: Word, rows: int = 4) -> Editable:
    """A text of several lines."""
    return Editable(
        column, label,
        lambda: forms.CharField(
            required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows})
        ),
        lambda record: getattr(record, column),
        lambda record: prose.typed(getattr(record, column)), block=True,
    )


def line(column: str, label: Word, *, required: bool = False, length: int = 300) -> Editable:
    """A text of one line."""
    return Editable(
        column, label, lambda: forms.CharField(required=required, max_length=length),
        lambda record: getattr(record, column),
        lambda record: prose.short(getattr(record, column)),
    )


def choice(
    column: str, label: Word, table: Mapping[str, Any], *, empty: bool = False
) -> Editable:
    """One of the codes of a table of words."""

    def said(code: str) -> str:
        found = table.get(code, code)
        return str(found[-1] if isinstance(found, tuple) else found)

    def make() -> forms.Field:
        known = [(code, said(code)) for code in table]
        return forms.ChoiceField(
            required=not empty, choices=[("", formats.NOTHING), *known] if empty else known
        )

    return Editable(
        column, label, make, lambda record: getattr(record, column),
        lambda record: prose.short(said(getattr(record, column))),
    )


def key(column: str, label: Word, choices: Choices) -> Editable:
    """Another object, chosen by name."""

    def value(record: Any) -> str:
        other = getattr(record, column)
        return other.code if other is not None else ""

    def show(record: Any) -> str | SafeString:
        other = getattr(record, column)
        return prose.short(other.name if other is not None else "")

    return Editable(
        column, label,
        lambda: forms.ChoiceField(required=False, choices=[("", formats.NOTHING), *choices()]),
        value, show,
    )


def money(column: str, label: Word) -> Editable:
    """An amount, typed in units, kept in cents."""
    return Editable(
        column, label, lambda: MoneyField(required=False),
        lambda record: getattr(record, column),
        lambda record: formats.money(getattr(record, column)), money=True,
    )


def whole(column: str, label: Word, *, low: int, high: int, required: bool = True) -> Editable:
    """A whole number within bounds."""
    return Editable(
        column, label,
        lambda: NumberField(required=required, min_value=low, max_value=high),
        lambda record: getattr(record, column),
        lambda record: formats.number(getattr(record, column)),
    )


def decimal(column: str, label: Word) -> Editable:
    """A number with decimals."""
    return Editable(
        column, label, lambda: forms.FloatField(required=False, localize=True),
        lambda record: getattr(record, column),
        lambda record: formats.number(getattr(record, column)),
    )


def day(column: str, label: Word) -> Editable:
    """A date."""
    return Editable(
        column, label,
        lambda: forms.DateField(
            required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        ),
        lambda record: getattr(record, column),
        lambda record: formats.day(getattr(record, column)),
    )


class MonthField(forms.CharField):
    """A month ("2027-03"), kept as its ordinal."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2027-03"})

    def prepare_value(self, value: Any) -> Any:
        """The ordinal as it is typed."""
        return f"{value // 12:04d}-{value % 12 + 1:02d}" if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        """The ordinal of what was typed."""
        said = super().clean(value)
        if not said:
            return None
        year, dash, month = said.partition("-")
        if not (dash and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12
                and 2000 <= int(year) < 2100):
            raise forms.ValidationError(_("Write a month, for example 2027-03."))
        return int(year) * 12 + int(month) - 1


def month(column: str, label: Word) -> Editable:
    """A month."""
    return Editable(
        column, label, lambda: MonthField(required=False),
        lambda record: getattr(record, column),
        lambda record: formats.month(getattr(record, column)),
    )


def yes_no(column: str, label: Word, *, unknown: bool = True) -> Editable:
    """Yes, no, or not known."""
    said = {True: pgettext_lazy("answer", "Yes"), False: pgettext_lazy("answer", "No")}

    def make() -> forms.Field:
        choices = [("yes", said[True]), ("no", said[False])]
        if unknown:
            choices.insert(0, ("", gettext_lazy("Not known")))
        return forms.TypedChoiceField(
            required=not unknown, choices=choices, empty_value=None, coerce=lambda v: v == "yes"
        )

    def value(record: Any) -> str:
        now = getattr(record, column)
        return "" if now is None else "yes" if now else "no"

    def show(record: Any) -> str | SafeString:
        now = getattr(record, column)
        return prose.short("" if now is None else said[now])

    return Editable(column, label, make, value, show)


def table(*columns: Editable) -> dict[str, Editable]:
    """Editable columns by name."""
    return {column.column: column for column in columns}


STAGE_CHOICES = STAGES
PRODUCT_TEXTS = (
    "summary", "vision", "value_users", "value_business", "users", "markets", "strategy",
    "constraints_field", "constraints_operations", "team_impacts", "debt", "exit_strategy",
)


def place(
    kind: str, record: Any, editable: Editable, refusal: Refusal | None, *, code: str = ""
) -> InlineField:
    """A column where it stands on the page."""
    column = editable.column
    return InlineField(
        name=f"{kind}-{column.replace('_', '-')}",
        label=str(editable.label),
        url=reverse(f"sheets:{kind}_field", args=[code or record.code, column]),
        field=forms.Field(),
        value=editable.value(record),
        display=editable.show(record),
        revision=record.revision,
        reason=reason(refusal),
        block=editable.block,
        unit=editable.unit,
    )


def places(
    kind: str, record: Any, editables: Mapping[str, Editable], refusal: Refusal | None,
    *, sees_money: bool,
) -> dict[str, InlineField]:
    """Every column of a page that the reader may see."""
    return {
        name: place(kind, record, editable, refusal)
        for name, editable in editables.items()
        if sees_money or not editable.money
    }


def answer(
    request: HttpRequest, kind: str, editables: Mapping[str, Editable], name: str,
    load: Callable[[], tuple[Any, Refusal | None, bool]],
    save: Callable[[str, Any, int], Any], undo: str,
) -> HttpResponse:
    """The whole view of one column in place.

    Args:
        load: the record, why it may not be edited, whether its money may be seen.
        save: ``(column, value, revision)`` → the change to undo.
        undo: the app whose edits are undone.
    """
    editable = editables.get(name)
    if editable is None:
        raise NotFoundForActor("field", name)

    def fresh() -> InlineField:
        record, refusal, sees_money = load()
        if editable.money and not sees_money:
            raise NotFoundForActor("field", name)
        made = place(kind, record, editable, refusal)
        return InlineField(
            made.name, made.label, made.url, editable.make(), made.value, made.display,
            made.revision, made.reason, made.block, made.unit,
        )

    def keep(value: Any, revision: int) -> str | None:
        change = save(name, value, revision)
        return reverse("sheets:undo", args=[undo, change]) if change else None

    def changed_by() -> tuple[str, str]:
        who, at = last_change(load()[0])
        return who, formats.moment(at) if at else ""

    return inline.answer(request, fresh, keep, changed_by=changed_by)


PRODUCT_LABELS = words.MISSING
