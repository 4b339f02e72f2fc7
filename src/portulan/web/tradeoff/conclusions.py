"""What a scenario comes to, in words: its conclusion, its proof, where its values come from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.web.tradeoff.words import CHANGES, Reasons, capital, count, points
from portulan.wording.formats import number, percent


class Speaker(Reasons):
    """Says what a result holds, in the reader's language and the company's currency."""

    def conclusion(self) -> str:
        """What the scenario changes, in one sentence."""
        n = (self.result.get("figures") or {}).get("counts") or dict.fromkeys(CHANGES, 0)
        parts = []
        if n["out"]:
            parts.append(
                ngettext("%(n)s initiative comes out", "%(n)s initiatives come out", n["out"])
                % {"n": count(n["out"])}
            )
        if n["moved"]:
            parts.append(
                ngettext("%(n)s waits", "%(n)s wait", n["moved"]) % {"n": count(n["moved"])}
            )
        if n["resized"]:
            parts.append(
                ngettext("%(n)s is made smaller", "%(n)s are made smaller", n["resized"])
                % {"n": count(n["resized"])}
            )
        if n["in"]:
            parts.append(
                ngettext("%(n)s comes in", "%(n)s come in", n["in"]) % {"n": count(n["in"])}
            )
        if not parts:
            return _("The present plan fits: nothing has to change.")
        return capital(", ".join(parts)) + "."

    def remains(self) -> str:
        """What is left of the value."""
        figures = self.result.get("figures") or {}
        before, after = figures.get("value_before"), figures.get("value_after")
        if not before:
            return ""
        if after >= before:
            return _("The value goes from %(before)s to %(after)s points.") % {
                "before": points(before),
                "after": points(after),
            }
        share = after / before
        return _("%(share)s of the value remains.") % {
            "share": percent(share, 1 if share > 0.985 else 0)
        }

    def calm(self) -> str:
        """What is given up on purpose for fewer changes, "" when nothing is."""
        gap, close = self.result.get("gap"), self.result.get("close") or 0
        if self.result.get("status") != "optimal" or not close or not gap or gap <= 0.000_5:
            return ""
        figures = self.result.get("figures") or {}
        return _(
            "This plan gives up %(share)s of the value on purpose, to change fewer initiatives: "
            "%(n)s. The plan of most value is worth %(best)s points."
        ) % {
            "share": percent(gap, 1),
            "n": number(figures.get("changes")),
            "best": points(self.result.get("bound")),
        }

    def better(self) -> str:
        """Whether one can do better, and how sure that is."""
        if self.calm():
            return _("Yes, by changing more: what is given up is known and proven.")
        gap = self.result.get("gap")
        if gap is None:
            return _("Nothing is proven yet: let the search run longer.")
        if gap <= 0.000_5:
            return _("No: no plan is worth more under these assumptions, this is proven.")
        if gap <= 0.01:
            return _("Hardly: by %(gap)s at most, this is proven.") % {"gap": percent(gap, 1)}
        return _("Perhaps: by %(gap)s at most, this is proven.") % {"gap": percent(gap, 1)}

    def sources(self) -> list[str]:
        """Where the values come from, and how many initiatives have each source."""
        n = self.result.get("sources") or {}
        found = []
        if n.get("score"):
            found.append(
                ngettext(
                    "%(n)s initiative counts for its score.",
                    "%(n)s initiatives count for their score.",
                    n["score"],
                )
                % {"n": number(n["score"])}
            )
        if n.get("benefit"):
            found.append(
                ngettext(
                    "%(n)s has no score and counts for its benefits (the largest is worth 100 "
                    "points).",
                    "%(n)s have no score and count for their benefits (the largest is worth 100 "
                    "points).",
                    n["benefit"],
                )
                % {"n": number(n["benefit"])}
            )
        if n.get("neutral"):
            found.append(
                ngettext(
                    "%(n)s has neither score nor benefits: its value is in proportion to what is "
                    "left to spend.",
                    "%(n)s have neither score nor benefits: their value is in proportion to what "
                    "is left to spend.",
                    n["neutral"],
                )
                % {"n": number(n["neutral"])}
            )
        return found

    def left_out(self) -> list[str]:
        """Which initiatives the problem does not hold."""
        n = self.result.get("left_out") or {}
        texts = {
            "past": ngettext(
                "%(n)s is over by its dates.", "%(n)s are over by their dates.", n.get("past", 0)
            ),
            "unplaced": ngettext(
                "%(n)s has no date in the plan.",
                "%(n)s have no date in the plan.",
                n.get("unplaced", 0),
            ),
            "later": ngettext(
                "%(n)s starts after the horizon and stays as it is.",
                "%(n)s start after the horizon and stay as they are.",
                n.get("later", 0),
            ),
            "no_cost": ngettext(
                "%(n)s has nothing left to spend.",
                "%(n)s have nothing left to spend.",
                n.get("no_cost", 0),
            ),
            "unsized": ngettext(
                "%(n)s has neither cost nor effort.",
                "%(n)s have neither cost nor effort.",
                n.get("unsized", 0),
            ),
        }
        found = [text % {"n": number(n[code])} for code, text in texts.items() if n.get(code)]
        if self.result.get("loose"):
            n_loose = int(self.result["loose"])
            found.append(
                ngettext(
                    "%(n)s dependency is not kept today, and is left so.",
                    "%(n)s dependencies are not kept today, and are left so.",
                    n_loose,
                )
                % {"n": number(n_loose)}
            )
        return found
