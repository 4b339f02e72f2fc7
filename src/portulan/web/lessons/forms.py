"""The form of a lesson."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.organisation.lessons.actions import Told


def _area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class LessonForm(forms.Form):
    """What happened, why, what would be done again, and what it is about."""

    name = forms.CharField(label=_("Title"), max_length=300, help_text=_(
        "The lesson in one sentence, as one would tell it to a colleague."
    ))
    happened = forms.CharField(label=_("What happened"), max_length=8000, widget=_area())
    causes = forms.CharField(label=_("Why"), max_length=8000, required=False, widget=_area())
    again = forms.CharField(
        label=_("What we would do again"), max_length=8000, required=False, widget=_area()
    )
    otherwise = forms.CharField(
        label=_("What we would do otherwise"), max_length=8000, required=False, widget=_area()
    )
    tags = forms.CharField(
        label=_("Tags"), max_length=400, required=False, help_text=_("Separated by commas."),
    )
    learned_on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.CharField(
        label=_("About"), max_length=600, required=False,
        help_text=_("Codes of products, projects, decisions or meetings, separated by commas."),
    )

    def told(self, about: list[str]) -> Told:
        """The lesson as typed, with the objects that its codes lead to."""
        clean: dict[str, Any] = self.cleaned_data
        return Told(
            name=clean["name"], happened=clean["happened"], causes=clean["causes"],
            again=clean["again"], otherwise=clean["otherwise"], tags=clean["tags"],
            learned_on=clean["learned_on"], about=about,
        )
