"""What the frame of every page shows; each part is found only when a template asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from portulan.web import navigation, plugs, preferences
from portulan.web.viewer import account


@dataclass(frozen=True, slots=True)
class Toast:
    """A message left by the previous page."""

    message: str
    tone: str
    undo: str = ""


class Shell:
    """The frame as one reader sees it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return account(self.request) is not None

    @cached_property
    def places(self) -> list[navigation.Place]:
        """The navigation, with counts."""
        return navigation.places(self.request) if self.signed_in else []

    @cached_property
    def mobile(self) -> list[navigation.Place]:
        """The entries of the bottom bar."""
        return [place for place in self.places if place.entry.mobile][:4]

    @cached_property
    def entity(self) -> plugs.EntityContext | None:
        """The entity and fiscal year that pages show."""
        return cast("plugs.EntityContext | None", self._single("entity"))

    @cached_property
    def views(self) -> Sequence[plugs.Link]:
        """The reader's saved views."""
        return cast("Sequence[plugs.Link] | None", self._single("views")) or ()

    @cached_property
    def unread(self) -> int:
        """Unread notifications."""
        return cast("int | None", self._single("unread")) or 0

    @cached_property
    def bell_url(self) -> str:
        """The page of notifications, "" while there is none."""
        try:
            return reverse("notifications:home") if self.signed_in else ""
        except NoReverseMatch:
            return ""

    @cached_property
    def sample(self) -> str:
        """Address that removes the sample data, or ""."""
        return cast("str | None", self._single("sample")) or ""

    @cached_property
    def person(self) -> tuple[str, str]:
        """Name of the reader, and role or address."""
        known = account(self.request)
        if known is None:
            return ("", "")
        return cast("tuple[str, str] | None", self._single("person")) or (str(known), known.email)

    @cached_property
    def theme(self) -> str:
        """The chosen theme, "" to follow the computer."""
        return preferences.theme_of(self.request)

    @property
    def language(self) -> str:
        """The language of the page."""
        return (get_language() or "fr")[:2]

    @cached_property
    def here(self) -> str:
        """The address of this page, to come back to."""
        return self.request.get_full_path() if self.request.method == "GET" else "/"

    @property
    def toasts(self) -> list[Toast]:
        """Messages of the previous page; reading them takes them away."""
        tones = {"success": "success", "warning": "warning", "error": "error"}
        return [
            Toast(
                str(message.message),
                tones.get(message.level_tag, "success"),
                (message.extra_tags or "").removeprefix("undo:"),
            )
            for message in get_messages(self.request)
        ]

    def _single(self, name: str) -> object:
        function = plugs.single(name)
        return function(self.request) if function is not None and self.signed_in else None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template."""
    return {"shell": Shell(request)}
