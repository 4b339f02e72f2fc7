"""Words of the import of work items: fields, forms, categories, faults."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FORMS = {
    "transitions": _("One row for each change of state"),
    "spans": _("One row for each item, with its dates"),
    "stages": _("One row for each item, one date for each state"),
    "jira": _("Pages of a Jira search"),
}
FIELDS = {
    "key": _("Identifier of the item"),
    "title": pgettext_lazy("work item", "Title"),
    "kind": pgettext_lazy("work item", "Type"),
    "state": _("State entered"),
    "left": _("State left"),
    "at": _("Date of the change"),
    "clock": _("Hour of the change"),
    "field": _("Field changed"),
    "created": _("Date of creation"),
    "started": _("Date of start"),
    "finished": _("Date of finish"),
    "outcome": _("How it ended"),
    "project": pgettext_lazy("work item", "Project"),
    "component": _("Component"),
    "epic": _("Epic or parent"),
    "team": pgettext_lazy("work item", "Team"),
    "product": pgettext_lazy("work item", "Product"),
    "release": pgettext_lazy("work item", "Release"),
    "description": pgettext_lazy("work item", "Description"),
    "criteria": _("Acceptance criteria"),
}
#: The choice, for a column, of a date that enters the state which it is called by.
STAGE = "stage"
#: Category → its word and what it is for.
CATEGORIES = {
    "before": _("To do"),
    "active": _("In progress"),
    "waiting": _("Waiting"),
    "done": pgettext_lazy("work item", "Done"),
    "dropped": _("Left undone"),
    "": _("Not a state"),
}
#: The "states" of a file that only gives dates.
DATES = {
    "created": pgettext_lazy("work item", "created"),
    "started": pgettext_lazy("work item", "started"),
    "finished": pgettext_lazy("work item", "finished"),
    "dropped": pgettext_lazy("work item", "left undone"),
}
GROUPS = {
    "*": _("All items"),
    "project": pgettext_lazy("work item", "Project"),
    "component": _("Component"),
    "epic": _("Epic"),
    "team": pgettext_lazy("work item", "Team"),
    "product": pgettext_lazy("work item", "Product"),
}
#: Rows that cannot be used.
LEFT = {
    "no_case": _("No identifier"),
    "no_state": _("No state"),
    "bad_time": _("A date that cannot be read"),
    "future": _("A date to come"),
    "duplicate": _("An item told a second time"),
    "no_date": _("No date"),
    "no_creation": _("No date of creation"),
    "before_creation": _("A date before the creation"),
    "kind_out": _("A type left out"),
}
#: What is expected where a cell cannot be used.
EXPECTED = {
    "no_case": _("an identifier"),
    "no_state": _("the name of a state"),
    "bad_time": _("a date, such as 2026-03-31, 31/03/2026 14:30 or 2026-03-31T14:30:00Z"),
    "no_date": _("a date"),
    "no_creation": _("the date of creation, or of start"),
    "future": _("a date that is past"),
    "before_creation": _("a date on or after the creation"),
    "duplicate": _("one row for each item"),
}
#: What is wrong and kept: word, and what it does to the figures.
DIRT = {
    "negative": (
        _("Finished before it began"),
        _("Left out of every figure: one of its dates is wrong."),
    ),
    "no_end": (
        _("An end is probably missing"),
        _("Called done without a date of finish, or open for far longer than the others took: "
          "counted as open."),
    ),
    "no_start": (
        _("Finished without having started"),
        _("Counted as finished, without a cycle time."),
    ),
    "batch": (
        _("Moved together with many others"),
        _("At least 20 items changed to one state in the same minute: the date is that of a "
          "clean-up, not of the work. They count."),
    ),
    "reopened": (
        _("Reopened after being done"),
        _("Its time runs until the last time it was done."),
    ),
    "duplicate": (
        _("The same change told twice"),
        _("Counted once."),
    ),
    "out_of_order": (
        _("Changes not in order of time"),
        _("Put in order of time."),
    ),
    "broken_chain": (
        _("A state left that was not entered"),
        _("A change is missing in between: times in states are less sure."),
    ),
    "instant": (
        _("Finished the moment it started"),
        _("A cycle time of nil, which counts."),
    ),
}
WARNINGS = {
    "jira.missing": _(
        "%(count)s issues of this search are in no page: bring its other pages with these."
    ),
    "jira.cut": _(
        "The history of %(count)s issues is cut short: Jira gives the first 100 changes of each."
    ),
    "jira.more": _(
        "Each page of this search says that another one follows: bring the last ones with these."
    ),
    "jira.bare": _(
        "%(count)s issues have no field: ask the search for “fields=*all” and “expand=changelog”."
    ),
    "jira.strangers": _(
        "Histories of %(count)s issues that are in no page: bring the pages that hold the issues."
    ),
    "blank": _("Cells that say %(said)s instead of a date are read as no date (%(count)s)."),
    "order.dmy": _(
        "Dates such as 03/04/2026 are read day first, and nothing in the file proves it. If it is "
        "month first, say so under “How the file is read”."
    ),
    "order.mdy": _(
        "Dates such as 03/04/2026 are read month first, and nothing in the file proves it. If it "
        "is day first, say so under “How the file is read”."
    ),
    "fields": _("%(count)s rows change something else than the state: passed over."),
    "unused": _("Not read, since the headings are others: %(said)s."),
    "jira.untold": _(
        "%(count)s issues have no history: ask the search for “expand=changelog”. Without it, only "
        "their creation and their resolution are known."
    ),
}
STATES = {
    "uploaded": ("neutral", _("Brought")),
    "planned": ("warn", _("To confirm")),
    "applied": ("good", _("Taken in")),
    "rejected": ("bad", _("Refused")),
    "undone": ("neutral", _("Taken back")),
}
#: Long work on an import, and its steps.
WORK = {
    "read": _("Reading the files"),
    "take": _("Taking the items in"),
    "undo": _("Taking the import back"),
    "states": _("Giving states their meaning"),
}
STEPS = {
    "waiting": _("in the queue"),
    "reading": _("reading"),
    "preparing": _("comparing with what is there"),
    "laying": _("making rows ready"),
}
