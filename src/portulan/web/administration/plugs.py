"""What the settings bring to the frame: the way out of the sample data, and their sentences."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.base.policy import check_right
from portulan.base.samples import is_sample
from portulan.organisation.activities import SETTINGS_EDIT
from portulan.web import plugs
from portulan.web.viewer import actor


def _sample(request: HttpRequest) -> str:
    if check_right(actor(request), SETTINGS_EDIT) is not None or not is_sample():
        return ""
    return reverse("administration:sample")


plugs.sample_data(_sample)
plugs.sentences(
    {
        "role.last": _("It is the last PMO who can sign in: give the role to somebody else first."),
        "email.invalid": _("This is not an e-mail address."),
        "password.missing": _("A new account needs a password."),
        "sample.none": _("This instance does not hold sample data."),
    }
)
