"""Form fields that read numbers as people write them, and give what the database holds.

"1 840", "1 840,5", "1,840.5" and "1840" are all understood; a wrong text is answered with an
example.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.wording import formats

#: What is left once grouping is gone; bounded, so that the product with any scale fits a column.
_DIGITS = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_SPACES = re.compile(r"[\s\u00a0\u202f']+")


def read_number(text: str) -> Decimal:
    """A number from the reader's hand.

    Raises:
        ValueError: not a number, or one that could mean two things.
    """
    plain = _SPACES.sub("", text.strip()).replace(formats.MINUS, "-")
    comma, point = plain.count(","), plain.count(".")
    if comma and point:
        last = "," if plain.rindex(",") > plain.rindex(".") else "."
        plain = plain.replace("." if last == "," else ",", "").replace(last, ".")
    elif comma:
        grouping = not formats.french() and re.fullmatch(r"-?\d{1,3}(,\d{3})+", plain)
        plain = plain.replace(",", "") if grouping or comma > 1 else plain.replace(",", ".")
    elif point:
        if point > 1 or (formats.french() and re.fullmatch(r"-?\d{1,3}\.\d{3}", plain)):
            if not re.fullmatch(r"-?\d{1,3}(\.\d{3})+", plain):
                raise ValueError(text)
            plain = plain.replace(".", "")
    if not _DIGITS.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


class NumberField(forms.Field):
    """A decimal number; ``scale`` multiplies what is typed into the whole number that is kept."""

    unit = ""
    example = 1840

    def __init__(
        self,
        *,
        scale: int = 1,
        min_value: int | None = 0,
        max_value: int | None = None,
        unit: str = "",
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"inputmode": "decimal", "autocomplete": "off", "class": "pt-input-number"}
            ),
        )
        super().__init__(**kwargs)
        self.scale, self.min_value, self.max_value = scale, min_value, max_value
        self.unit = unit or self.unit

    def prepare_value(self, value: Any) -> Any:
        """What is kept, as it is typed; what was typed wrongly stays as it was."""
        if isinstance(value, int):
            return formats.number(Decimal(value) / self.scale)
        return value

    def to_python(self, value: Any) -> int | None:
        """What was typed, as it is kept."""
        if value in self.empty_values:
            return None
        try:
            kept = read_number(str(value)) * self.scale
        except ValueError:
            raise ValidationError(self._hint(), code="invalid") from None
        if kept != kept.to_integral_value():
            raise ValidationError(_("Too many decimals."), code="invalid")
        return int(kept)

    def validate(self, value: Any) -> None:
        """Within the limits."""
        super().validate(value)
        if value is None:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                _("At least %(limit)s.")
                % {"limit": formats.number(Decimal(self.min_value) / self.scale)}
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                _("At most %(limit)s.")
                % {"limit": formats.number(Decimal(self.max_value) / self.scale)}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another number was typed, however it is written."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def _hint(self) -> str:
        example = formats.number(self.example)
        if self.unit:
            return _("Write a number in %(unit)s, for example %(example)s.") % {
                "unit": self.unit,
                "example": example,
            }
        return _("Write a number, for example %(example)s.") % {"example": example}


class ThousandsField(NumberField):
    """Money typed in thousands ("1 840" for k€), kept in minor units (cents)."""

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        super().__init__(
            scale=1000 * 10 ** get_currency_precision(currency),
            unit=formats.thousands_unit(currency),
            **kwargs,
        )


class MoneyField(NumberField):
    """Money typed in whole or decimal units, kept in minor units (cents)."""

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        super().__init__(scale=10 ** get_currency_precision(currency), unit=currency, **kwargs)


class EffortField(NumberField):
    """Effort typed in person-days, kept in hundredths."""

    example = 280

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(scale=100, **kwargs)

    def _hint(self) -> str:
        return _("Write a number of person-days, for example %(example)s.") % {
            "example": formats.number(self.example)
        }
