"""The words of the wizard: its questions, answers and reasons."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Word = str | Promise

QUESTIONS: dict[str, Word] = {
    "size": _("How many people work in the company?"),
    "products": _("How many products do you run?"),
    "entities": _("How many entities or countries?"),
    "committees": _("How many committees decide on projects or products today?"),
    "maturity": _("How do you work today?"),
    "regulated": _("Do your products handle regulated data?"),
}
ANSWERS: dict[str, dict[str, Word]] = {
    "size": {
        "under_250": _("Fewer than 250"),
        "under_5000": _("250 to 4,999"),
        "over_5000": _("5,000 or more"),
    },
    "products": {
        "under_10": _("Fewer than 10"), "under_40": _("10 to 39"), "over_40": _("40 or more"),
    },
    "entities": {"one": _("Only one"), "few": _("2 to 4"), "many": _("5 or more")},
    "committees": {
        "none": _("None or one"),
        "few": pgettext_lazy("number of committees", "2 to 4"),
        "many": pgettext_lazy("number of committees", "5 or more"),
    },
    "maturity": {
        "project": _("By projects: scope, schedule, budget"),
        "mixed": _("Some products, mostly projects"),
        "product": _("By products, with product managers in place"),
    },
    "regulated": {
        "no": _("No, or hardly"),
        "some": _("Personal data, as everyone"),
        "strong": _("Yes: health, finance, critical services"),
    },
}
REASONS: dict[tuple[str, str], Word] = {
    ("size", "under_250"): _("Few people: circuits are short, few committees are enough."),
    ("size", "under_5000"): _("A mid-size company decides fast when who decides is written."),
    ("size", "over_5000"): _("A large workforce: roles must be distinct and standard."),
    ("products", "under_10"): _("Few products fit in one committee."),
    ("products", "under_40"): _("Tens of products: an order between them is needed."),
    ("products", "over_40"): _("Many products: three levels of committees share the decisions."),
    ("entities", "one"): _("One entity: no level between it and the company is needed."),
    ("entities", "few"): _("Several entities: what each may settle must be said."),
    ("entities", "many"): _("Many entities: a standard, and adaptations that show."),
    ("committees", "none"): _("No committee today: begin with the fewest."),
    ("committees", "few"): _("Few committees today: keep it so, and make them explicit."),
    ("committees", "many"): _("Many committees today: their mandates must not overlap."),
    ("regulated", "no"): _("Little regulated data: short dossiers are enough."),
    ("regulated", "some"): _("Personal data are looked at in the dossier, no more."),
    ("regulated", "strong"): _("Regulated data: law, compliance and security have their part."),
    ("maturity", "project"): _(
        "You work by projects: begin with who decides what, without a new meeting."
    ),
    ("maturity", "mixed"): _(
        "You are on the way: roles, then the committees and what they decide."
    ),
    ("maturity", "product"): _("Product managers are in place: go on to measuring."),
}
SENTENCES: dict[str, Word] = {
    "profile.shipped": _(
        "“%(code)s” is a profile that comes with Portulan: give yours another code."
    ),
    "profile.matrix": _(
        "The letters of “%(activity)s” would not leave exactly one role that answers."
    ),
}
