"""A few slides with made-up figures: what a template makes of a title, a table, a chart."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portulan.reports.document import (
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Section,
    Table,
    Text,
)


def document(language: str) -> Document:
    """The sample."""
    with translation.override(language):
        lines = [_("First line"), _("Second line"), _("Third line")]
        envelopes, landings = [120_000_000, 90_000_000, 40_000_000], [131_000_000, 88_000_000, 41]
        landings[2] = 41_500_000
        chart = Chart(
            _("Landing and envelope, k€"), "bars", lines,
            [(_("Envelope"), envelopes), (_("Landing"), landings)], "thousands",
            {(1, 0): "bad", (1, 2): "bad"},
        )
        table = Table(
            [Column(_("Line"), width=2), Column(_("Landing"), "thousands"),
             Column(_("Variance"), "thousands_signed")],
            [[name, landing, landing - envelope]
             for name, landing, envelope in zip(lines, landings, envelopes, strict=True)],
            tones={(0, 2): "bad", (1, 2): "good", (2, 2): "bad"},
        )
        figures = Figures(
            [Figure(_("Landing"), sum(landings), "", "", "money_short"),
             Figure(_("Variance"), sum(landings) - sum(envelopes), "", "bad", "money_signed")]
        )
        return Document(
            _("Sample of slides"), _("Made-up figures"), timezone.localdate(),
            [
                Section(_("A conclusion makes the title of each slide"), [figures, chart, table],
                        source=_("made-up figures"), name="1", beside=True),
                Section(_("Texts and points"),
                        [Text([_("A paragraph."), "- " + _("A point"), "- " + _("Another point")])],
                        source=_("made-up figures"), name="2"),
            ],
            language, _("Sample of slides"), "portulan-modele",
        )
