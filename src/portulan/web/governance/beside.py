"""What the page of a dossier shows beside it: options, waivers, earlier decisions, committees."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portulan.base.policy import Actor
from portulan.governance import actions, queries
from portulan.web.governance import words
from portulan.web.governance.forms import OptionForm
from portulan.wording import vocabulary


def beside(
    who: Actor, dossier: queries.Dossier, found: queries.DossierPage, editable: bool
) -> dict[str, Any]:
    """Options, waivers, earlier decisions and other committees, for the page of a dossier."""
    missing = [r.code.rpartition(".")[2] for r in found.completeness.missing
               if r.code.startswith("dossier.requirement.")]
    forum = found.items[-1].meeting.forum if found.items else None
    escalate_refusal = actions.check_escalate(dossier)
    amount = sum(abs(line.amount) for line in found.lines if not line.withdrawn)
    above = actions.above(forum, dossier, amount) if escalate_refusal is None else []
    return {
        "waivable": [(c, vocabulary.word(words.REQUIREMENTS, c)) for c in missing],
        "waivers": [
            (w, vocabulary.word(words.REQUIREMENTS, w.requirement)) for w in found.waivers
        ],
        "against": _against(found),
        "above": above,
        "referrals": [
            (r, words.toned(words.REFERRAL_STATES, r.state)) for r in found.referrals
        ],
        "option_form": OptionForm(scenarios=queries.scenarios_beside(who, dossier))
        if editable
        else None,
    }


def _against(found: queries.DossierPage) -> list[dict[str, Any]]:
    """The earlier decisions that the dossier goes against, each with the lines concerned."""
    rows: dict[int, dict[str, Any]] = {}
    for hit in found.against:
        row = rows.setdefault(
            hit.earlier.pk, {"decision": hit.earlier, "answer": hit.answer, "lines": []}
        )
        if hit.effect is not None and hit.former is not None:
            before = words.effect(hit.former.type, hit.former.before, hit.former.after)
            now = words.effect(hit.effect.type, hit.effect.before, hit.effect.after)
            text = _("%(line)s: it decided %(then)s, this proposes %(now)s.") % {
                "line": hit.line.title, "then": before.after, "now": now.after,
            }
        elif hit.how == "refused":
            text = _("%(line)s: it was refused then.") % {"line": hit.line.title}
        else:
            text = _("%(line)s: it decided “%(then)s”.") % {
                "line": hit.line.title, "then": words.kind(hit.earlier.kind),
            }
        row["lines"].append(text)
    return list(rows.values())
