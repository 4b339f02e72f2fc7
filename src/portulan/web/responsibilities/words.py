"""The sentences of the responsibilities."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.readmodels.responsibilities.holders import Answering

#: Refusals of the matrix in words.
SENTENCES: dict[str, str | Promise] = {
    "matrix.no_answer": gettext_lazy("One role has to answer for it: put one A."),
    "matrix.several_answers": gettext_lazy("Only one role answers for it: keep one A."),
    "matrix.no_answer_below": gettext_lazy(
        "A part of the company that has letters of its own would be left without an A."
    ),
    "matrix.several_answers_below": gettext_lazy(
        "A part of the company that has letters of its own would have several As."
    ),
    "matrix.letter": gettext_lazy("“%(found)s” is no letter: R, A, C, I, X or nothing."),
    "matrix.unknown_activity": gettext_lazy("There is no activity “%(found)s”."),
    "matrix.reading_open": gettext_lazy("Nobody is barred from reading: leave the cell empty."),
    "matrix.whole_company": gettext_lazy(
        "This activity is the same in the whole company: change it there."
    ),
    "matrix.not_adaptable": gettext_lazy(
        "The company's governance profile leaves no letters to this part of it."
    ),
    "matrix.nobody_left": gettext_lazy(
        "Nobody who can sign in would have this right any more: keep it for a role that is held."
    ),
    "matrix.nothing": gettext_lazy("Nothing differs from the matrix as it stands."),
    "role.unknown": gettext_lazy("There is no role “%(found)s”."),
    "right.must_not": gettext_lazy(
        "One of your roles must not do this here, even if another one may."
    ),
}


def said_answering(held: Answering) -> tuple[str, str]:
    """Who answers, in words, and the tone: a warning when it is not one person."""
    if not held.kind:
        if not held.people:
            return _("nobody holds this role here"), "warn"
        if len(held.people) == 1:
            return held.people[0].name, ""
        return (
            ngettext("%(count)s person", "%(count)s people", len(held.people))
            % {"count": len(held.people)}
        ) + ": " + ", ".join(p.name for p in held.people[:3]) + (
            "…" if len(held.people) > 3 else ""
        ), "warn"
    if not held.objects:
        return _("nothing to answer for here"), ""
    parts = []
    if held.nobody:
        parts.append(
            ngettext("nobody on %(count)s", "nobody on %(count)s", len(held.nobody))
            % {"count": len(held.nobody)}
        )
    if held.several:
        parts.append(
            ngettext("several people on %(count)s", "several people on %(count)s",
                     len(held.several))
            % {"count": len(held.several)}
        )
    if not parts and len(held.people) == 1:
        return held.people[0].name, ""
    whole = {
        "product": ngettext("one person on %(well)s product of %(count)s",
                            "one person on %(well)s products of %(count)s", held.objects),
        "project": ngettext("one person on %(well)s project of %(count)s",
                            "one person on %(well)s projects of %(count)s", held.objects),
        "forum": ngettext("one person in %(well)s committee of %(count)s",
                          "one person in %(well)s committees of %(count)s", held.objects),
    }[held.kind] % {"well": held.well, "count": held.objects}
    return "; ".join([whole, *parts]), "warn" if parts else ""
