"""Forms of committees, rituals, their rhythm and their meetings."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.web.fields import ThousandsField
from portulan.web.governance import sitting_words, words
from portulan.web.governance.forms import day_input


def hour_input() -> forms.TimeInput:
    """An hour, as browsers pick it."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ForumForm(forms.Form):
    """Mandate, quorum and rhythm of a committee or a ritual."""

    name = forms.CharField(label=_("Name"), max_length=300)
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(code, word) for code, word in words.LEVELS.items() if code != "ritual"],
        required=False,
    )
    ritual = forms.ChoiceField(
        label=_("Ritual"),
        required=False,
        choices=[("", _("No: a committee that decides")), *sitting_words.RITUALS.items()],
        help_text=_("A ritual notes what was decided and learned; it does not rule on dossiers."),
    )
    entity = forms.ChoiceField(label=_("Part of the company"), required=False)
    mandate = forms.CharField(
        label=_("Mandate"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of decision"),
        required=False,
        choices=list(words.KINDS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: any kind."),
    )
    lines = forms.MultipleChoiceField(
        label=_("Lines of products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: every line."),
    )
    threshold = ThousandsField(
        label=_("Threshold"), required=False, help_text=_("The largest amount it may decide.")
    )
    quorum = forms.IntegerField(
        label=_("Quorum, in seats"), min_value=0, max_value=200, initial=0, required=False
    )
    quorum_percent = forms.IntegerField(
        label=_("Quorum, in share of the seats that decide"),
        min_value=0,
        max_value=100,
        initial=0,
        required=False,
    )
    quorum_chair = forms.BooleanField(label=_("The chair must be there"), required=False)
    frequency = forms.ChoiceField(
        label=_("Rhythm, in"), required=False, choices=list(sitting_words.FREQUENCIES.items())
    )
    every = forms.IntegerField(
        label=_("Every"), min_value=1, max_value=99, initial=1, required=False
    )
    weekday = forms.ChoiceField(
        label=_("Weekday"), required=False, choices=list(sitting_words.WEEKDAYS.items())
    )
    rank = forms.ChoiceField(
        label=_("Which one of the month"),
        required=False,
        choices=list(sitting_words.RANKS.items()),
    )
    cadence = forms.CharField(label=_("Rule of your own"), max_length=200, required=False)
    cadence_from = forms.DateField(
        label=_("Counted from"),
        required=False,
        widget=day_input(),
        help_text=_("For “every second week”: a day on which it meets."),
    )
    on_holiday = forms.ChoiceField(
        label=_("On a public holiday"),
        required=False,
        choices=list(sitting_words.ON_HOLIDAY.items()),
    )
    starts_at = forms.TimeField(label=_("Hour"), required=False, widget=hour_input())
    duration = forms.IntegerField(
        label=_("Length"), min_value=5, max_value=1440, initial=90, required=False
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    active = forms.BooleanField(label=_("In activity"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        entities: list[tuple[str, str]],
        lines: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(name for name in available_timezones() if "/" in name)
        for name, choices in (
            ("entity", [("", _("The whole company")), *entities]),
            ("lines", lines),
            ("time_zone", [("", _("That of the country")), *((zone, zone) for zone in zones)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def rule(self) -> str:
        """The recurrence rule of what was chosen."""
        data = self.cleaned_data
        frequency = data["frequency"]
        unsaid = "frequency" not in self.data
        if frequency == "OWN" or unsaid:
            return str(data["cadence"])
        return sitting_words.rule(
            frequency, data["every"] or 1, data["weekday"] or "MO", data["rank"] or "1"
        )


class MeetingForm(forms.Form):
    """When and where a forum meets."""

    on = forms.DateField(label=_("Day"), widget=day_input())
    at = forms.TimeField(label=_("Hour"), required=False, widget=hour_input())
    duration = forms.IntegerField(
        label=_("Time, in minutes"), min_value=5, max_value=1440, required=False
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)


class YearForm(forms.Form):
    """A span of sittings to plan from the rhythm."""

    first = forms.DateField(label=_("From"), widget=day_input())
    last = forms.DateField(label=_("Until"), widget=day_input())


class ConsultationForm(forms.Form):
    """Dossiers put to the members in writing."""

    dossiers = forms.MultipleChoiceField(
        label=_("Dossiers"), widget=forms.CheckboxSelectMultiple, required=False
    )
    until = forms.DateField(label=_("Answers until"), widget=day_input())

    def __init__(self, *args: Any, dossiers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dossiers"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = dossiers


class UntilForm(forms.Form):
    """A later last day."""

    until = forms.DateField(label=_("Answers until"), widget=day_input())


class MonthForm(forms.Form):
    """The month that the calendar shows, ``2027-03``."""

    month = forms.RegexField(r"^[0-9]{4}-(0[1-9]|1[0-2])$", required=False)

    def shown(self, today: date) -> tuple[int, int]:
        """Year and month; this one when none, or none that exists, is asked for."""
        text = self.cleaned_data.get("month", "") if self.is_valid() else ""
        if not text or not 1901 <= int(text[:4]) <= 2200:
            return today.year, today.month
        return int(text[:4]), int(text[5:])
