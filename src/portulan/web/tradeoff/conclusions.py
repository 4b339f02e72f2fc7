"""What a scenario comes to, in words: its conclusion, its proof, where its values come from."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.web.tradeoff.words import CHANGES, Reasons, Row, capital, count, limit, points
from portulan.wording.formats import number, percent
from portulan_core.arbitrage.frontier import RISK_LIMIT


class Speaker(Reasons):
    """Says what a result holds, in the reader's language and the company's currency."""

    def conclusion(self) -> str:
        """What the scenario changes, in one sentence."""
        n = (self.result.get("figures") or {}).get("counts") or dict.fromkeys(CHANGES, 0)
        texts = {
            "out": (
                ngettext("%(n)s initiative comes out", "%(n)s initiatives come out", n["out"]),
                ngettext("%(n)s comes out", "%(n)s come out", n["out"]),
            ),
            "moved": (
                ngettext(
                    "%(n)s initiative is put off", "%(n)s initiatives are put off", n["moved"]
                ),
                ngettext("%(n)s is put off", "%(n)s are put off", n["moved"]),
            ),
            "resized": (
                ngettext(
                    "%(n)s initiative is made smaller", "%(n)s initiatives are made smaller",
                    n["resized"],
                ),
                ngettext("%(n)s is made smaller", "%(n)s are made smaller", n["resized"]),
            ),
            "in": (
                ngettext("%(n)s initiative comes in", "%(n)s initiatives come in", n["in"]),
                ngettext("%(n)s comes in", "%(n)s come in", n["in"]),
            ),
        }  # fmt: skip
        parts: list[str] = []
        for code, (first, later) in texts.items():
            if n[code]:
                parts.append((later if parts else first) % {"n": count(n[code])})
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
            "This plan gives up %(share)s of the value on purpose, to change no more than %(n)s "
            "initiatives. The plan of most value is worth %(best)s points."
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
        if not gap:
            return _("No: no plan is worth more under these assumptions, this is proven.")
        if gap <= 0.001:
            left = (self.result.get("bound") or 0) - (self.result.get("objective") or 0)
            return _("Hardly: by %(points)s points at most, this is proven.") % {
                "points": points(left, 1)
            }
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

    def _why(self, code: str, params: Row, row: Row) -> str:
        said = super()._why(code, params, row)
        if not params.get("conflict"):
            return said
        limits = " ".join(self.conflict(one) for one in params["conflict"])
        told = _("With it, these cannot all hold: %(limits)s") % {"limits": limits}
        return told if code == "impossible" else f"{said} {told}"

    def remedy(self, row: Row) -> str:
        """What would bring it back, and what would go out for it."""
        said = super().remedy(row)
        reason = row.get("reason") or {}
        found = reason.get("remedy") or {}
        decided = [s for s in found.get("steps", ()) if s["code"] == "include"]
        if not said and found.get("check") == "feasible" and decided and not self.undoes(found):
            said = (
                _("Comes back, if you decide so.")
                if row.get("change") == "out"
                else _("Comes in, if you decide so.")
            )
        leave = (reason.get("params") or {}).get("leave") or ()
        if said and leave:
            some = self.names(leave[:4])
            if len(leave) > 4:
                more = ngettext("%(n)s more", "%(n)s more", len(leave) - 4)
                some = _("%(some)s and %(last)s") % {
                    "some": ", ".join(str(one["name"]) for one in leave[:4]),
                    "last": more % {"n": number(len(leave) - 4)},
                }
            said += " " + ngettext(
                "%(names)s then comes out.", "%(names)s then come out.", len(leave)
            ) % {"names": some}
        return said

    def undoes(self, remedy: Row) -> bool:
        """Whether a remedy would undo what the scenario stops."""
        return bool(self.result.get("stop")) and any(
            step["code"] == "lift_exclusion" for step in remedy["steps"]
        )

    def conflict(self, row: Row) -> str:
        """A limit of a contradiction."""
        code, p = row["code"], row["params"]
        if code == "capacity":
            return _("The capacity of %(team)s in %(when)s.") % {
                "team": p.get("team", ""),
                "when": self.when(p),
            }
        if code == "ceiling":
            held = next(
                (x for x in self.result.get("limits", ()) if x["envelope"] == p["envelope"]), None
            )
            if p["envelope"] == RISK_LIMIT:
                return _("The points at risk that you allow.")
            if p["envelope"] == "cut":
                return _("The amount to give back.")
            if held and held["limit"] is not None and held["fixed"] > held["limit"]:
                return _(
                    "The envelope %(limit)s of %(amount)s: %(fixed)s are spent or can no longer "
                    "be changed."
                ) % {
                    "limit": limit(p),
                    "amount": self.money(held["limit"]),
                    "fixed": self.money(held["fixed"]),
                }
            return _("The envelope %(limit)s of %(amount)s.") % {
                "limit": limit(p),
                "amount": self.money(held["limit"] if held else None),
            }
        if code in ("floor", "guardrail"):
            return self.guardrail(p)
        if code == "mandatory" and p.get("law"):
            return _("%(name)s is mandatory%(why)s.") % {
                "name": p.get("name", ""), "why": f" ({p['why']})" if p.get("why") else "",
            }  # fmt: skip
        if code == "mandatory" and p.get("begun"):
            return _("%(name)s has begun, and nothing begun may stop.") % {
                "name": p.get("name", "")
            }
        if code in ("mandatory", "excluded", "earliest", "latest", "latest_end", "horizon"):
            name = p.get("name", "")
            return {
                "mandatory": _("%(name)s has to stay or come in."),
                "excluded": _("%(name)s is left out."),
                "earliest": _("%(name)s cannot start earlier."),
                "latest": _("%(name)s cannot start later."),
                "latest_end": _("%(name)s cannot end later."),
                "horizon": _("%(name)s is longer than the horizon."),
            }[code] % {"name": name}
        if code == "precedence":
            return _("%(after)s waits for %(before)s.") % {
                "after": p["after"]["name"],
                "before": p["before"]["name"],
            }
        if code == "max_changes":
            return _("At most %(n)s changes to the present plan.") % {"n": number(p.get("limit"))}
        return _("A rule between initiatives.")

    def guardrail(self, row: Row) -> str:
        """What a guardrail asks."""
        key = row["envelope"]
        held = next((x for x in self.result.get("limits", ()) if x["envelope"] == key), None)
        if held is not None and held.get("floor") is not None:
            return _("The guardrail: at least %(amount)s for %(limit)s.") % {
                "amount": self.money(held["floor"]), "limit": limit(row),
            }  # fmt: skip
        part = next((x for x in self.result.get("shares", ()) if x["envelope"] == key), None)
        return _("The guardrail: at least %(share)s of all spending for %(limit)s.") % {
            "share": percent(part["share"] / 10_000, 1) if part else "", "limit": limit(row),
        }  # fmt: skip
