"""The words of the sheets: kinds, states, roles' errands, columns, facts that are missing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portulan.wording.vocabulary import Word, word

__all__ = ["word"]

PRODUCT_KINDS: dict[str, Word] = {
    "digital": _("Digital product"),
    "physical": _("Physical product"),
    "service": _("Service"),
    "platform": _("Platform"),
}
AXES: dict[str, Word] = {
    "segment": _("Customer segment"),
    "domain": _("Business domain"),
    "platform": _("Technology platform"),
}
PARTS: dict[str, Word] = {
    "owner": _("owns it"),
    "payer": _("pays for it"),
    "user": _("uses it"),
    "lead": _("leads it"),
    "sponsor": _("sponsors it"),
}
#: What one goes to a person for, by role.
ERRANDS: dict[str, Word] = {
    "head_of_product": _("answers for the whole of the product's line"),
    "product_manager": _("decides on priorities"),
    "product_owner": _("keeps the backlog"),
    "business": _("vouches for the value"),
    "sponsor": _("speaks for it to the executive committee"),
    "tech_lead": _("estimates the work"),
    "architect": _("looks after the architecture"),
    "project_manager": _("runs the project"),
    "data": _("knows the measures"),
    "security": _("advises at the gates"),
    "compliance": _("advises at the gates"),
    "legal": _("knows the law"),
    "marketing": _("knows the market"),
    "support": _("hears the users"),
    "deployment": _("rolls it out"),
    "coach": _("helps the team grow"),
}
INITIATIVE_STATES: dict[str, tuple[str, str, Word]] = {
    "idea": ("neutral", "bulb", pgettext_lazy("state of an initiative", "Idea")),
    "proposed": ("neutral", "circle-dashed", pgettext_lazy("state of an initiative", "Proposed")),
    "planned": ("good", "circle-dashed-check", pgettext_lazy("state of an initiative", "Planned")),
    "in_progress": ("good", "player-play", pgettext_lazy("state of an initiative", "In progress")),
    "done": ("good", "circle-check", pgettext_lazy("state of an initiative", "Done")),
    "deferred": ("warn", "clock-pause", pgettext_lazy("state of an initiative", "Deferred")),
    "refused": ("bad", "circle-x", pgettext_lazy("state of an initiative", "Refused")),
    "stopped": ("bad", "circle-x", pgettext_lazy("state of an initiative", "Stopped")),
}
PROJECT_STATES: dict[str, tuple[str, str, Word]] = {
    "proposed": ("neutral", "circle-dashed", pgettext_lazy("state of a project", "Proposed")),
    "running": ("good", "player-play", pgettext_lazy("state of a project", "Running")),
    "done": ("good", "circle-check", pgettext_lazy("state of a project", "Done")),
    "stopped": ("bad", "circle-x", pgettext_lazy("state of a project", "Stopped")),
    "converted": ("good", "stack-2", pgettext_lazy("state of a project", "Became a product")),
}
STATUSES: dict[str, tuple[str, str, Word]] = {
    "green": ("good", "", pgettext_lazy("status of a project", "On track")),
    "amber": ("warn", "", pgettext_lazy("status of a project", "To be watched")),
    "red": ("bad", "", pgettext_lazy("status of a project", "In difficulty")),
}
REQUEST_STATES: dict[str, tuple[str, str, Word]] = {
    "new": ("neutral", "circle-dashed", pgettext_lazy("state of a request", "New")),
    "studied": ("neutral", "clock", pgettext_lazy("state of a request", "Being studied")),
    "accepted": ("good", "", pgettext_lazy("state of a request", "Accepted")),
    "refused": ("bad", "circle-x", pgettext_lazy("state of a request", "Refused")),
}
SOURCES: dict[str, Word] = {
    "business": _("asked by the business"),
    "tech": _("seen by the teams"),
    "user": _("asked by users"),
}
RISK_KINDS: dict[str, Word] = {
    "delivery": pgettext_lazy("kind of risk", "Delivery"),
    "business": pgettext_lazy("kind of risk", "Business"),
    "security": pgettext_lazy("kind of risk", "Security"),
    "data_protection": pgettext_lazy("kind of risk", "Data protection"),
    "obsolescence": pgettext_lazy("kind of risk", "Obsolescence"),
    "supplier": pgettext_lazy("kind of risk", "Supplier"),
}
RISK_STATES: dict[str, Word] = {
    "open": pgettext_lazy("state of a risk", "open"),
    "accepted": pgettext_lazy("state of a risk", "accepted"),
    "closed": pgettext_lazy("state of a risk", "closed"),
}
FAMILIES: dict[str, Word] = {
    "usage": _("Adoption and usage"),
    "business": pgettext_lazy("family of indicators", "Business"),
    "quality": _("Quality"),
    "flow": _("Flow"),
}
DIRECTIONS: dict[str, Word] = {"up": _("the more the better"), "down": _("the less the better")}
BENEFITS: dict[str, Word] = {
    "revenue": _("Revenue"),
    "margin": _("Margin"),
    "saving": _("Saving"),
    "user_time": _("Time of users"),
}
LEVELS: dict[str, Word] = {
    "group": _("Group"),
    "unit": _("Business unit"),
    "country": pgettext_lazy("level of an entity", "Country"),
}
#: Things that a product sheet should say and does not: what the page asks for.
MISSING: dict[str, Word] = {
    "summary": _("Summary"),
    "vision": _("Vision"),
    "value_users": _("Value for users"),
    "value_business": _("Value for the company"),
    "users": pgettext_lazy("of a product", "Users"),
    "markets": _("Markets"),
    "strategy": _("Strategy"),
    "constraints_field": _("Field constraints"),
    "constraints_operations": _("Operational constraints"),
    "team_impacts": _("Impacts on teams"),
    "debt": _("Debt and obsolescence"),
    "exit_strategy": _("Exit strategy"),
    "entity": _("Owning entity"),
    "line": _("Strategic line"),
    "stage": _("Stage of the life cycle"),
    "manager": _("Somebody who answers for it"),
    "sponsor": pgettext_lazy("missing", "Sponsor"),
    "objective": _("Objective served"),
    "indicator": pgettext_lazy("missing", "Indicator"),
    "personal_data": _("Personal data: yes or no"),
}
#: Columns as the history says them.
COLUMNS: dict[str, Word] = {
    **MISSING,
    "name": _("Name"),
    "code": _("Code"),
    "kind": _("Kind"),
    "team_id": _("Team"),
    "entity_id": _("Entity"),
    "parent_id": _("Part of"),
    "successor_id": _("Replaced by"),
    "owner_id": pgettext_lazy("column", "Owner"),
    "manager_id": _("Manager"),
    "objective_id": _("Objective"),
    "stop_cost": _("Cost of stopping"),
    "starts": pgettext_lazy("column", "From"),
    "ends": pgettext_lazy("column", "Until"),
    "state": _("State"),
    "status": _("Status"),
    "status_text": _("Status in a sentence"),
    "start": _("First month"),
    "months": _("Duration in months"),
    "earliest": _("Not before"),
    "latest": _("Not after"),
    "mandatory": _("Mandatory"),
    "mandatory_reason": _("Why it is mandatory"),
    "size": _("Size"),
    "problem": _("Problem"),
    "expected_value": _("Expected value"),
    "costs_capex": _("CAPEX"),
    "costs_opex": _("OPEX"),
    "efforts": _("Effort"),
    "share": _("Share"),
    "role": _("Role"),
    "fraction": _("Share of time"),
    "person_id": _("Person"),
    "line_id": _("Line"),
    "primary": _("Main line"),
    "comment": _("Comment"),
    "market": _("Market"),
    "description": _("Description"),
    "budget": _("Budget"),
    "baseline_starts": _("Start of the baseline"),
    "baseline_ends": _("End of the baseline"),
    "phase": _("Phase"),
    "cycle": _("Cycle"),
    "target": _("Target"),
    "unit": _("Unit"),
    "estimate_range": _("Range of the estimate"),
    "estimate_on": _("Day of the estimate"),
    "amount": _("Amount"),
    "validated": _("Validated by finance"),
    "answer": _("Answer"),
}
#: What was added or taken away, by model.
THINGS: dict[str, Word] = {
    "catalogue.product": _("Product"),
    "catalogue.productrole": _("Role"),
    "catalogue.productline": _("Line"),
    "catalogue.objectiveproduct": _("Objective"),
    "catalogue.stageperiod": _("Stage"),
    "catalogue.productlink": _("Link"),
    "catalogue.productentity": _("Entity"),
    "portfolio.initiative": _("Initiative"),
    "portfolio.initiativeproduct": _("Product served"),
    "portfolio.benefit": _("Benefit"),
    "portfolio.project": _("Project"),
    "portfolio.projectproduct": _("Product served"),
    "portfolio.projectrole": _("Role"),
}
#: Kinds of decision, as the life cycle line says them.
DECISIONS: dict[str, Word] = {
    "launch": pgettext_lazy("kind of decision", "Launch"),
    "reinforce": pgettext_lazy("kind of decision", "Reinforce"),
    "continue": pgettext_lazy("kind of decision", "Continue"),
    "pivot": pgettext_lazy("kind of decision", "Pivot"),
    "stop": pgettext_lazy("kind of decision", "Stop"),
    "fund": pgettext_lazy("kind of decision", "Fund"),
    "change_stage": pgettext_lazy("kind of decision", "Change the stage"),
    "adopt_scenario": pgettext_lazy("kind of decision", "Adopt a plan"),
    "waive": pgettext_lazy("kind of decision", "Grant a waiver"),
    "change_standard": pgettext_lazy("kind of decision", "Change a standard"),
    "escalate": pgettext_lazy("kind of decision", "Escalate"),
    "cascade": pgettext_lazy("kind of decision", "Cascade"),
}
