"""What notifications declare."""

from __future__ import annotations

from portulan.base.manifest import Manifest

MANIFEST = Manifest(
    app="notifications",
    jobs={
        "notifications.make": "portulan.notifications.making.make",
        "notifications.mail": "portulan.notifications.mail.send",
        "notifications.forget": "portulan.notifications.making.forget",
    },
    schedules={
        "notifications.make": 60, "notifications.mail": 60, "notifications.forget": 86_400,
    },
)
