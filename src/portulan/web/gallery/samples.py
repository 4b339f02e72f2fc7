"""What the gallery shows: made-up things that no database holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.web import charts
from portulan.web.fields import EffortField, ThousandsField
from portulan.web.ui.controls import Explanation
from portulan.wording import formats

T3_2027 = 2027 * 12 + 6


class SampleForm(forms.Form):
    """One field of each kind."""

    landing = ThousandsField(label=gettext_lazy("Landing 2027"))
    capacity = EffortField(
        label=gettext_lazy("Capacity in the third quarter"),
        help_text=gettext_lazy("FTE × working days × available share − run."),
        required=False,
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        choices=[
            ("exploration", gettext_lazy("Exploration")),
            ("development", gettext_lazy("Development")),
        ],
    )
    due = forms.DateField(
        label=gettext_lazy("Before the"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("go", gettext_lazy("Continue")), ("more", gettext_lazy("Reinforce"))],
    )
    mandatory = forms.BooleanField(label=gettext_lazy("Legal obligation"), required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """An initiative of the sample table."""

    name: str
    product: str
    stage: str
    owner: str
    ranks: tuple[int, int]
    revised: int
    landing: int
    end: int
    findings: dict[str, int]
    trend: tuple[float, ...]
    gone: bool = False
    selected: bool = False


def rows() -> list[Row]:
    """Four initiatives: usual, selected, late, withdrawn."""
    return [
        Row(
            "Émission des factures des PME",
            "Pavillon",
            "development",
            "Marc Delaunay",
            (1, 4),
            165_000_000,
            198_500_000,
            T3_2027,
            {"major": 2},
            (3, 4, 4, 6, 7, 9),
        ),
        Row(
            "Parcours MaPrimeRénov’",
            "Carène",
            "development",
            "Thomas Aubry",
            (3, 6),
            148_000_000,
            179_000_000,
            T3_2027 + 3,
            {"blocking": 1, "major": 1},
            (8, 7, 7, 5, 5, 4),
            selected=True,
        ),
        Row(
            "Pilote de 200 logements",
            "Lanterne",
            "exploration",
            "Inès Carpentier",
            (6, 12),
            26_000_000,
            24_500_000,
            T3_2027,
            {},
            (2, 2, 3, 3, 3, 3),
        ),
        Row(
            "Preuve d’origine des titres",
            "Tramail",
            "end_of_life",
            "Claire Le Goff",
            (12, 12),
            8_000_000,
            0,
            T3_2027,
            {"minor": 1},
            (5, 4, 3, 2, 1, 1),
            gone=True,
        ),
    ]


def explanation() -> Explanation:
    """Where a landing comes from."""
    return Explanation(
        _("Landing 2027, Pavillon"),
        formats.money_exact(198_500_000),
        (
            (_("Actual"), formats.thousands(31_200_000), _("accounting export of 5 March")),
            (_("To complete"), formats.thousands(167_300_000), "M. Delaunay"),
        ),
        _("forecast"),
        date(2027, 3, 8),
        "P. Vasseur",
    )


def sample_charts() -> list[charts.Chart]:
    """One chart of each kind."""
    quarters = [formats.quarter_short(T3_2027 + 3 * step) for step in range(-2, 2)]
    labels = [formats.quarter(T3_2027 + 3 * step) for step in range(-6, 2)]
    return [
        charts.columns_chart(
            _("Load of the Data team"),
            _("140% in the third quarter: 112 person-days too many."),
            list(
                zip(
                    quarters,
                    (298.0, 342.0, 392.0, 322.0),
                    (310.0, 305.0, 280.0, 310.0),
                    strict=True,
                )
            ),
            unit=_("person-days"),
            value_label=_("Load"),
            limit_label=_("Capacity"),
            key="load",
        ),
        charts.bars_chart(
            _("Over the envelope, by line"),
            _("Services and Mobility make six tenths of it."),
            [("Services", 375.0), ("Mobilité", 335.0), ("Habitat", 270.0), ("Plateformes", 220.0)],
            value_label="k€",
            write=formats.signed,
            tone="coral",
            key="over",
        ),
        charts.lines_chart(
            _("Promised and realised"),
            _("Travellers come, a quarter and a half late."),
            labels,
            {
                _("Promised"): (120, 132, 144, 156, 166, 174, 181, 186),
                _("Realised"): (118, 126, 131, 149, 158, 164, None, None),
            },
            unit=_("thousands a month"),
            dashed=(_("Promised"),),
            key="promise",
        ),
        charts.bubbles_chart(
            _("Value and effort"),
            _("Three initiatives give much for little."),
            [
                ("Tarification solidaire", 58, 82, 380, "development"),
                ("Titres interrégionaux", 96, 73, 520, "development"),
                ("Pilote de 200 logements", 34, 46, 245, "exploration"),
                ("Maintenance prédictive", 120, 51, 240, "run"),
            ],
            x_label=_("Effort, person-days"),
            y_label=_("Value, points"),
            size_label="k€",
            group_label=_("Stage"),
            writers=(formats.number, formats.number, formats.number),
            groups={"exploration": "violet-fill", "development": "blue-fill", "run": "green-fill"},
            height=300,
            key="value",
        ),
    ]


def two_minutes_ago() -> object:
    """A moment, for relative times."""
    return timezone.now() - timedelta(minutes=2)
