"""The form of a review's verdict."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.web.governance import words

VERDICTS = ("reinforce", "continue", "pivot", "stop")


class VerdictForm(forms.Form):
    """The verdict, and why it differs from the proposal when it does."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[(code, words.KINDS[code]) for code in VERDICTS],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when your verdict differs from the proposal."),
    )
