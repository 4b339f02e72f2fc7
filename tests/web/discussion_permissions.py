"""Who gets what from discussions: who may read the object may read and speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.catalogue.models import Product
from portulan.collaboration.actions import attachments, comments
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, Company
from tests.web.permissions import SIGN_IN, SIGNED_IN, Row


def product(built: Company) -> Mapping[str, Any]:
    """A product at home."""
    made = Product(code="TALK", name="Parlons-en", entity=built.home)
    made.refresh_derived()
    made.save()
    return {"kind": "product", "code": "TALK"}


def comment(built: Company) -> Mapping[str, Any]:
    """A comment on it, by who is allowed."""
    product(built)
    who = actor_for(built.accounts[ENTITLED])
    return {"uid": comments.write(who, "product", "TALK", "Bonjour").uid}


def file(built: Company) -> Mapping[str, Any]:
    """A file on it, by who is allowed."""
    product(built)
    who = actor_for(built.accounts[ENTITLED])
    return {"uid": attachments.attach(who, "product", "TALK", "a.txt", b"x").uid}


def upload(built: Company) -> Mapping[str, Any]:
    """A file to add."""
    return {"file": SimpleUploadedFile("b.txt", b"y")}


OBJECT = (SIGN_IN, 404, 200, 200)
SAYS = (SIGN_IN, 404, 302, 302)
OWN = (SIGN_IN, 404, 422, 302)
REFUSED = (SIGN_IN, 405, 405, 405)

ROWS = (
    Row("discussion:home", "GET", SIGNED_IN),
    Row("discussion:watched", "GET", SIGNED_IN),
    Row("discussion:names", "GET", SIGNED_IN, query="q=@a"),
    Row("discussion:panel", "GET", OBJECT, kwargs=product),
    Row("discussion:panel", "POST", REFUSED, kwargs=product),
    Row("discussion:activity", "GET", OBJECT, kwargs=product),
    Row("discussion:write", "GET", REFUSED, kwargs=product),
    Row("discussion:write", "POST", SAYS, kwargs=product, data={"text": "Bonjour"}),
    Row("discussion:attach", "POST", SAYS, kwargs=product, data=upload),
    Row("discussion:watch", "POST", SAYS, kwargs=product, data={"wanted": "1"}),
    Row("discussion:edit", "GET", OBJECT, kwargs=comment),
    Row("discussion:edit", "POST", OWN, kwargs=comment, data={"text": "Bonsoir", "revision": "1"}),
    Row("discussion:delete", "POST", OWN, kwargs=comment),
    Row("discussion:settle", "POST", SAYS, kwargs=comment, data={"settled": "1"}),
    Row("discussion:versions", "GET", OBJECT, kwargs=comment),
    Row("discussion:file", "GET", OBJECT, kwargs=file),
    Row("discussion:erase", "GET", REFUSED, kwargs=file),
    Row("discussion:erase", "POST", OWN, kwargs=file),
)
