"""Forms of the governance pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.web.fields import NumberField, ThousandsField
from portulan.web.governance import words


def day_input() -> forms.DateInput:
    """A day, as browsers pick it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ForumForm(forms.Form):
    """Mandate of a forum."""

    name = forms.CharField(label=_("Name"), max_length=300)
    level = forms.ChoiceField(label=_("Level"), choices=list(words.LEVELS.items()))
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
    threshold = ThousandsField(
        label=_("Threshold"), required=False, help_text=_("The largest amount it may decide.")
    )
    quorum = forms.IntegerField(label=_("Quorum"), min_value=0, max_value=200, initial=0)
    cadence = forms.CharField(label=_("Rhythm"), max_length=200, required=False)
    active = forms.BooleanField(label=_("In activity"), required=False, initial=True)

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entity"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("The whole company")), *entities]


class MemberForm(forms.Form):
    """A seat."""

    person = forms.ChoiceField(label=_("Person"))
    right = forms.ChoiceField(label=_("Seat"), choices=list(words.RIGHTS.items()))
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, empty in (("person", []), ("deputy", [("", "–")])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*empty, *people]


class SeatForm(forms.Form):
    """The right and deputy of a seat that is taken."""

    right = forms.ChoiceField(label=_("Seat"), choices=list(words.RIGHTS.items()))
    deputy = forms.ChoiceField(label=_("Deputy"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *people]


class MeetingForm(forms.Form):
    """When and where a forum meets."""

    on = forms.DateField(label=_("Day"), widget=day_input())
    at = forms.TimeField(
        label=_("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)


class ItemForm(forms.Form):
    """A point of an agenda."""

    title = forms.CharField(label=_("Title"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(code, word) for code, (_icon, word) in words.ITEMS.items()]
    )
    minutes = forms.IntegerField(
        label=_("Time, in minutes"), min_value=1, max_value=600, initial=10
    )


class ActionForm(forms.Form):
    """Something that somebody must do."""

    title = forms.CharField(label=_("What"), max_length=300)
    owner = forms.ChoiceField(label=_("Who"), required=False)
    due_on = forms.DateField(label=_("Until"), required=False, widget=day_input())

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *people]


class VerdictForm(forms.Form):
    """The verdict on a line."""

    verdict = forms.ChoiceField(
        choices=[(c, c) for c in ("approved", "deferred", "refused", "pending")]
    )
    condition = forms.CharField(label=_("Condition"), max_length=2000, required=False)
    deferred_to = forms.DateField(label=_("Deferred to"), required=False, widget=day_input())


class CloseForm(forms.Form):
    """The dates of a decision."""

    effective_on = forms.DateField(
        label=_("In force from"), required=False, widget=day_input(),
        help_text=_("Empty: today. Later: the effects wait for that day."),
    )
    review_on = forms.DateField(label=_("To review on"), required=False, widget=day_input())


class NewDossierForm(forms.Form):
    """A dossier about a product."""

    kind = forms.ChoiceField(label=_("Kind of decision"))
    name = forms.CharField(label=_("Title"), max_length=300, required=False)
    stage = forms.ChoiceField(label=_("New stage"), required=False)
    effective_on = forms.DateField(label=_("Starting on"), required=False, widget=day_input())

    def __init__(
        self, *args: Any, kinds: list[tuple[str, str]], stages: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", kinds), ("stage", [("", "–"), *stages])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


class StartForm(forms.Form):
    """A dossier from a template: ``subject`` is ``product:CODE``, ``initiative:CODE``…"""

    kind = forms.ChoiceField(label=_("Kind of decision"))
    subject = forms.CharField(label=_("About"), widget=forms.Select)
    name = forms.CharField(
        label=_("Title"), max_length=300, required=False,
        help_text=_("Empty: made from the subject."),
    )
    effective_on = forms.DateField(label=_("Starting on"), required=False, widget=day_input())

    SORTS = ("product", "initiative", "project", "entity")

    def __init__(
        self,
        *args: Any,
        kinds: list[tuple[str, str]],
        subjects: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = kinds
        groups: list[Any] = [("", "–")]
        known = set()
        for sort, (label, rows) in zip(self.SORTS, subjects, strict=True):
            choices = [(f"{sort}:{code}", name) for code, name in rows]
            known |= {value for value, _name in choices}
            if choices:
                groups.append((label, choices))
        # The page of an object leads here even when the list is too long to hold it.
        given = str(self.data.get("subject") or self.initial.get("subject") or "")
        if given and given not in known:
            groups.append((given, given.partition(":")[2]))
        widget = self.fields["subject"].widget
        assert isinstance(widget, forms.Select)
        widget.choices = groups

    def clean_subject(self) -> tuple[str, str]:
        """Sort and code."""
        sort, _sep, code = str(self.cleaned_data["subject"]).partition(":")
        if sort not in self.SORTS or not code:
            raise forms.ValidationError(_("Choose what it is about."))
        return sort, code


class OptionForm(forms.Form):
    """Another option: a plan computed, the same later, or words alone."""

    name = forms.CharField(label=_("Option"), max_length=300)
    text = forms.CharField(
        label=_("In a few words"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    scenario = forms.ChoiceField(
        label=_("Plan computed"), required=False,
        help_text=_("Its effects are simulated beside the others."),
    )
    months = forms.IntegerField(
        label=_("Or the same lines, months later"), required=False, min_value=0, max_value=36,
    )

    def __init__(self, *args: Any, scenarios: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scenario"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *scenarios]


class PromiseForm(forms.Form):
    """A promise that will be checked."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.PROMISES.items()))
    title = forms.CharField(label=_("What is promised"), max_length=300)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)
    promised = NumberField(
        label=_("Value"), required=False, min_value=None, scale=100,
        help_text=_("In thousands for a cost or a benefit, in its own unit for an indicator."),
    )
    promised_on = forms.DateField(label=_("Promised day"), required=False, widget=day_input())
    due_on = forms.DateField(label=_("To be checked on"), required=False, widget=day_input())

    def __init__(self, *args: Any, indicators: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["indicator"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *indicators]

