"""The forms of the sheets: what is added, and the choices it is made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.base.policy import Activity, Actor, Refusal, Refused, require
from portulan.catalogue.queries import line_choices
from portulan.organisation.queries import entity_choices
from portulan.web.fields import EffortField, MoneyField, NumberField
from portulan.web.sheets import words
from portulan.wording import formats

Choices = Sequence[tuple[str, str]]


def require_anywhere(actor: Actor, activity: Activity) -> None:
    """Let pass who holds a right somewhere; the action asks for it where it is used."""
    require(actor, activity)


def refuse(refusal: Refusal) -> None:
    """Say no."""
    raise Refused(refusal)


def date_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label, required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class NewProduct(forms.Form):
    """A product's first facts."""

    name = forms.CharField(label=_("Name"), max_length=300)
    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.PRODUCT_KINDS.items()))
    entity = forms.ChoiceField(label=_("Owning entity"), required=False)
    line = forms.ChoiceField(label=_("Strategic line"), required=False)
    code = forms.CharField(
        label=_("Code"), required=False, max_length=120,
        help_text=_("Left empty, it is made from the name."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["entity"], entity_choices())
        choose(self.fields["line"], [(code, name) for code, name, _axis in line_choices()])


def choose(field: forms.Field, choices: Choices) -> None:
    """Give an optional list its choices, nothing first."""
    cast(forms.ChoiceField, field).choices = [("", formats.NOTHING), *choices]


class NewRole(forms.Form):
    """Who, which role, how much of their time, since when."""

    person = forms.ChoiceField(label=_("Person"))
    role = forms.ChoiceField(label=_("Role"))
    fraction = NumberField(label=_("Share of time"), required=False, min_value=1, max_value=100)
    starts = date_field(pgettext_lazy("column", "From"))

    def __init__(self, *args: Any, people: Choices, roles: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("person", people), ("role", roles)):
            choose(self.fields[name], choices)


class Choose(forms.Form):
    """One object, chosen by name."""

    def __init__(
        self, *args: Any, name: str, label: str, choices: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = forms.ChoiceField(label=label)
        choose(self.fields[name], choices)


class NewStage(forms.Form):
    """Another stage, from a day, for a reason."""

    stage = forms.ChoiceField(label=pgettext_lazy("of a product", "Stage"))
    on = date_field(pgettext_lazy("column", "From"))
    reason = forms.CharField(
        label=_("Reason"), min_length=5, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, stages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["stage"], stages)


class NewRisk(forms.Form):
    """A risk: what, how likely, how grave, what is done about it."""

    name = forms.CharField(label=_("What may happen"), max_length=300)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.RISK_KINDS.items()))
    likelihood = NumberField(
        label=_("Likelihood, 1 (rare) to 5 (certain)"), min_value=1, max_value=5, initial=3
    )
    impact = NumberField(
        label=_("Impact, 1 (light) to 5 (grave)"), min_value=1, max_value=5, initial=3
    )
    mitigation = forms.CharField(
        label=_("What is done about it"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.ChoiceField(label=_("Who watches it"), required=False)
    review_on = date_field(_("To be looked at again on"), required=False)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["owner"], people)


class NewIndicator(forms.Form):
    """An indicator: what is measured, in which unit, which way is better."""

    name = forms.CharField(label=_("What is measured"), max_length=300)
    family = forms.ChoiceField(label=_("Family"), choices=list(words.FAMILIES.items()))
    unit = forms.CharField(label=_("Unit"), required=False, max_length=40)
    direction = forms.ChoiceField(
        label=_("Which way is better"), choices=list(words.DIRECTIONS.items())
    )
    target = forms.FloatField(label=_("Target"), required=False, localize=True)


class NewMeasure(forms.Form):
    """A value on a day."""

    on = date_field(_("Day"))
    value = forms.FloatField(label=_("Value"), localize=True)


class NewEffort(forms.Form):
    """A team's effort: a size, or days."""

    team = forms.ChoiceField(label=_("Team"))
    size = forms.ChoiceField(label=_("Size"), required=False)
    days = EffortField(label=_("Or person-days"), required=False)

    def __init__(self, *args: Any, teams: Choices, sizes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["team"], teams)
        choose(self.fields["size"], sizes)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        found = super().clean() or {}
        if not found.get("size") and found.get("days") is None and "days" not in self.errors:
            self.add_error("size", _("Choose a size, or write days."))
        return found


class NewCost(forms.Form):
    """An amount of a nature."""

    nature = forms.ChoiceField(label=_("Nature"))
    amount = MoneyField(label=_("Amount"), required=True)

    def __init__(self, *args: Any, natures: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["nature"]).choices = list(natures)


class NewShare(forms.Form):
    """A product and its share in percent."""

    product = forms.ChoiceField(label=_("Product"))
    share = NumberField(
        label=_("Share"), scale=100, min_value=1, max_value=10_000, unit="%", initial=10_000
    )

    def __init__(self, *args: Any, products: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["product"], products)


class Conversion(forms.Form):
    """What a project becomes."""

    name = forms.CharField(label=_("Name of the product"), max_length=300)
    product_code = forms.CharField(
        label=_("Code"), required=False, max_length=120,
        help_text=_("Left empty, it is made from the name."),
    )
    entity = forms.ChoiceField(label=_("Owning entity"), required=False)
    stage = forms.ChoiceField(label=pgettext_lazy("of a product", "Stage"))
    on = date_field(pgettext_lazy("column", "From"))

    def __init__(self, *args: Any, stages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(self.fields["entity"], entity_choices())
        cast(forms.ChoiceField, self.fields["stage"]).choices = list(stages)
