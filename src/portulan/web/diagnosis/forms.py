"""Forms of the transition plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.web.diagnosis import words


def day_input() -> forms.DateInput:
    """A day, picked or typed."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StepForm(forms.Form):
    """A step of the plan; with a test, its progress is read from the facts."""

    title = forms.CharField(label=pgettext_lazy("transition plan", "Step"), max_length=300)
    domain = forms.ChoiceField(
        label=_("Domain"), choices=[(code, said.name) for code, said in words.DOMAINS.items()]
    )
    note = forms.CharField(
        label=_("How"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    test = forms.ChoiceField(
        label=_("Fact that shows it"), required=False,
        choices=[("", "–"), *((code, said.label) for code, said in words.TESTS.items())],
        help_text=_("Progress is then read from the facts."),
    )
    target = forms.IntegerField(
        label=_("Share to reach, in percent"), required=False, min_value=1, max_value=100
    )
    progress = forms.IntegerField(
        label=_("Progress without a fact, in percent"), required=False, min_value=0, max_value=100
    )
    owner = forms.ChoiceField(label=_("Who"), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=day_input())

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *people]


class NoteForm(forms.Form):
    """A note that helps a product's roadmap."""

    text = forms.CharField(
        label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    test = forms.ChoiceField(
        label=_("About"), required=False,
        choices=[("", _("The roadmap as a whole")),
                 *((code, said.label) for code, said in words.TESTS.items())],
    )
