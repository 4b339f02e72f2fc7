"""What can be done with campaigns, and which roles may."""

from __future__ import annotations

from portulan.base.policy import Activity

CAMPAIGN_RUN = Activity("campaign.run", {"pmo": "A", "finance": "R", "head_of_product": "R"})
