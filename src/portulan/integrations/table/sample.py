"""Our template to fill: a sheet for each kind, with lists, comments and an example line.

Its headings are the names of the fields in the reader's language, so that a filled template is read
back without any correction. Effort is a number of days or a T-shirt size, as one knows.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.integrations.table.labels import field_label, kind_label
from portulan.integrations.table.sentences import state_name
from portulan.integrations.table.words import SIZES, STANDING_OF_STATE

ROWS = 500


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the template: field, unit in the heading, example, list, comment."""

    field: str
    example: str | float = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    comment: str = ""


def template_xlsx() -> bytes:
    """The template in the active language, as an XLSX file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    head = book.add_format(
        {
            "bold": True,
            "bg_color": "#173b63",
            "font_color": "#ffffff",
            "text_wrap": True,
            "valign": "top",
        }
    )
    example = book.add_format({"italic": True, "font_color": "#5c6b7c"})
    _guide(book)
    for kind, columns in _sheets():
        sheet = book.add_worksheet(kind_label(kind)[:31])
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            heading = field_label(column.field) + (f" ({column.unit})" if column.unit else "")
            sheet.write_string(0, at, heading, head)
            sheet.set_column(at, at, max(14, min(40, len(heading) + 4)))
            if column.comment:
                sheet.write_comment(0, at, column.comment)
            if column.choices:
                sheet.data_validation(
                    1,
                    at,
                    ROWS,
                    at,
                    {
                        "validate": "list",
                        "source": list(column.choices),
                        "ignore_blank": True,
                        "error_type": "warning",
                    },
                )
            if isinstance(column.example, str):
                sheet.write_string(1, at, column.example, example)
            else:
                sheet.write_number(1, at, column.example, example)
        sheet.write_string(1, len(columns), _("example: to delete"), example)
        sheet.autofilter(0, 0, ROWS, len(columns) - 1)
    book.close()
    return out.getvalue()


def _guide(book: xlsxwriter.Workbook) -> None:
    """The first sheet says how to fill the others; it holds no table."""
    sheet = book.add_worksheet(_("Read me")[:31])
    sheet.set_column(0, 0, 100)
    lines = [
        _("Portulan – template to fill"),
        _(
            "Fill the sheets that you need; leave the others. "
            "The grey line of each sheet is an example: it is not read."
        ),
        _("Only the name is compulsory. A blank cell changes nothing in Portulan."),
        _("Dates as you like: 15/03/2027, March 2027, Q3 2027."),
        _("Effort: a number of days if you know it, else a T-shirt size."),
        *[
            _("%(size)s: about %(days)s person-days over %(months)s")
            % {
                "size": size,
                "days": days,
                "months": ngettext("%(count)s month", "%(count)s months", months)
                % {"count": months},
            }
            for size, (days, months) in SIZES.items()
        ],
    ]
    for at, line in enumerate(lines):
        sheet.write_string(at, 0, line)


def _sheets() -> list[tuple[str, list[_Column]]]:
    yes_no = (_("Yes"), _("No"))
    states = tuple(state_name(state) for state in STANDING_OF_STATE)
    stages = tuple(field_label(s) for s in ("exploration", "development", "run", "end_of_life"))
    sizes = tuple(SIZES)
    entity, team, line = _("North division"), _("Web team"), _("Mobility")
    product, project, objective = _("Booking"), _("New payment"), _("Sell online")
    initiative = _("Pay in three times")
    someone = "Nadia Benali"
    size_hint = _("XS to XL. Leave empty when you give a number of days.")
    text = _Column
    return [
        (
            "entity",
            [
                text("code", "NORD"),
                text("name", entity),
                text("parent"),
                text("currency", "EUR"),
                text("country", "FR"),
            ],
        ),
        (
            "line",
            [
                text("code", "MOB"),
                text("name", line),
                text("axis", _("segment"), choices=(_("segment"), _("domain"), _("platform"))),
                text("description"),
            ],
        ),
        (
            "person",
            [
                text("name", someone),
                text("email", "nadia.benali@example.org"),
                text("entity", entity),
                text("job_title", _("Product manager")),
                text("role", _("Product manager")),
                text("product", product),
                text("team"),
                text("fraction", 80),
            ],
        ),
        (
            "team",
            [
                text("code", "WEB"),
                text("name", team),
                text("entity", entity),
                text("permanent", yes_no[0], choices=yes_no),
                text("manager"),
                text("skill"),
            ],
        ),
        (
            "objective",
            [
                text("code", "O1"),
                text("name", objective),
                text("cycle", "2027"),
                text("entity", entity),
                text("owner", someone),
                text("result", _("Online sales")),
                text("unit", "%"),
                text("baseline", 20),
                text("target", 35),
            ],
        ),
        (
            "product",
            [
                text("code", "BOOK"),
                text("name", product),
                text("entity", entity),
                text("team", team),
                text("line", line),
                text("stage", stages[2], choices=stages),
                text("manager", someone),
                text("summary", _("Booking of journeys")),
                text("personal_data", yes_no[0], choices=yes_no),
                text("url", "https://example.org"),
            ],
        ),
        (
            "project",
            [
                text("code", "PRJ-1"),
                text("name", project),
                text("entity", entity),
                text("manager", someone),
                text("phase", states[3], choices=states),
                text("starts", "2027-01-01"),
                text("ends", "2027-09-30"),
                text("cost", 450, "k€"),
                text("products", product),
                text("team", team),
                text("effort", 120),
                text("size", "", choices=sizes, comment=size_hint),
                text("description"),
            ],
        ),
        (
            "initiative",
            [
                text("code", "INI-1"),
                text("name", initiative),
                text("products", product),
                text("objective", objective),
                text("entity", entity),
                text("manager", someone),
                text("phase", states[1], choices=states),
                text("stage", stages[1], choices=stages),
                text("starts", _("Q3 2027")),
                text("duration", 6, _("months")),
                text("cost", 120, "k€"),
                text("team", team),
                text("effort"),
                text("size", "L", choices=sizes, comment=size_hint),
                text("earliest"),
                text("latest"),
                text("mandatory", yes_no[1], choices=yes_no),
                text("problem"),
                text("expected_value"),
            ],
        ),
        (
            "capacity",
            [
                text("team", team),
                text("month", "2027-01"),
                text("days", 80),
                text("run_load", 20),
                text("fte", 5),
            ],
        ),
        (
            "envelope",
            [
                text("fiscal_year", 2027),
                text("line", line),
                text("stage", stages[1], choices=stages),
                text("entity"),
                text(
                    "version",
                    field_label("voted"),
                    choices=tuple(field_label(v) for v in ("voted", "revised", "forecast")),
                ),
                text("amount", 1200, "k€"),
            ],
        ),
        (
            "cost_line",
            [
                text(
                    "kind",
                    field_label("actual"),
                    choices=tuple(field_label(v) for v in ("plan", "commitment", "actual")),
                ),
                text("month", "2027-01"),
                text("product", product),
                text("initiative"),
                text("nature", "OPEX", choices=("OPEX", "CAPEX")),
                text("supplier"),
                text("amount", 12.5, "k€"),
            ],
        ),
    ]
