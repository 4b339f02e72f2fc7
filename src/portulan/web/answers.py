"""What a page answers when something is refused, missing, invalid or changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.base.policy import Conflict, Invalid, NotFoundForActor, Refusal, Refused
from portulan.web import plugs
from portulan.web.htmx import asked_by_htmx, toast
from portulan.web.security import Respond
from portulan.wording import vocabulary

RIGHT_MISSING = "right.missing"
#: Refusals that are a matter of rights (403), not of a rule (422).
RIGHTS = (RIGHT_MISSING, "right.must_not")
plugs.sentences(
    {
        "right.missing": gettext_lazy("You do not have the right to do this."),
        "required": gettext_lazy("Fill this in."),
        "invalid": gettext_lazy("This value cannot be taken."),
    }
)


class _Params(dict[str, Any]):
    """Parameters of a sentence; a missing one shows as three dots rather than breaking the page."""

    def __missing__(self, key: str) -> str:
        return "…"


class Reason(str):
    """A refusal in words that knows where its chain is explained ("": nowhere)."""

    why: str = ""


def why_url(refusal: Refusal) -> str:
    """Where the chain behind a missing right is explained, "" for a rule."""
    activity = refusal.params.get("activity")
    if refusal.code not in RIGHTS or not activity:
        return ""
    asked = {"activity": str(activity)}
    if refusal.params.get("on"):
        asked["on"] = str(refusal.params["on"])
    return f"{reverse('responsibilities:why')}?{urlencode(asked)}"


def sentence(refusal: Refusal) -> Reason:
    """A refusal in words, with who may do it when it is a matter of rights."""
    known = plugs.sentence(refusal.code)
    text = (
        str(known) % _Params(refusal.params)
        if known
        else _("Not possible: %(code)s.") % {"code": refusal.code}
    )
    if refusal.roles:
        names = ", ".join(vocabulary.role(code) for code in refusal.roles)
        text += " " + _("These roles may: %(roles)s.") % {"roles": names}
    said = Reason(text)
    said.why = why_url(refusal)
    return said


def page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """An error page that says what happened and what to do; a toast for a request by htmx."""
    if asked_by_htmx(request):
        response = HttpResponse(status=status)
        if context.get("message"):
            why = getattr(context["message"], "why", "")
            toast(response, context["message"], tone="error", why=why)
        return response
    response = render(
        request,
        f"portulan/errors/{status}.html",
        {"message": "", "refusal": None, "why": ""} | context,
    )
    response.status_code = status
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """403 for a right that is missing, 422 for a rule that says no."""
    missing = refusal.code in RIGHTS
    return page(
        request,
        403 if missing else 422,
        message=sentence(
            replace(refusal, roles=()) if missing and not asked_by_htmx(request) else refusal
        ),
        refusal=refusal,
        roles=[vocabulary.role(code) for code in refusal.roles],
        why=why_url(refusal),
    )


def not_found(request: HttpRequest, kind: str = "", key: str = "") -> HttpResponse:
    """404, the same whether it does not exist or may not be known."""
    return page(
        request, 404, message=_("This object does not exist, or you cannot see it."), key=key
    )


def conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    """409 with what was expected and what is there now."""
    columns = [(name, expected, found) for name, (expected, found) in error.columns.items()]
    message = _("Somebody changed this meanwhile. Reload the page, then make your change again.")
    return page(request, 409, message=message, columns=columns, key=error.key)


def invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    """422 with one sentence per field."""
    lines = [f"{name}: {sentence(refusal)}" for name, refusal in error.errors.items()]
    return page(request, 422, message=" ".join(lines), roles=[])


class AnswersMiddleware:
    """Turns the exceptions of the doors into pages."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to an exception of a door, else ``None`` (500)."""
        if isinstance(error, Refused):
            return refused(request, error.refusal)
        if isinstance(error, NotFoundForActor):
            return not_found(request, error.kind, error.key)
        if isinstance(error, Conflict):
            return conflict(request, error)
        if isinstance(error, Invalid):
            return invalid(request, error)
        return None


def handle_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No page at this address."""
    return page(request, 404, message=_("There is no page at this address."), key="")


def handle_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refused by the frame itself."""
    return page(request, 403, message=_("You do not have the right to do this."), roles=[])


def handle_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense."""
    return page(request, 400, message=_("This request cannot be understood."))


def handle_500(request: HttpRequest) -> HttpResponse:
    """Something broke; rendered without any query, so that it shows even without a database."""
    from django.template.loader import render_to_string

    if asked_by_htmx(request):
        return page(request, 500, message=_("Something broke on our side. Nothing was saved."))
    return HttpResponse(render_to_string("portulan/errors/500.html", {}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or did not come from this site."""
    return page(
        request,
        403,
        message=_("This form has expired. Reload the page and send it again."),
        roles=[],
    )


def reason(refusal: Refusal | None) -> str:
    """The tooltip of a button: why it cannot be pressed, "" when it can.

    On a matter of rights the button also leads to the chain that explains it.
    """
    return sentence(refusal) if refusal is not None else ""
