"""A signed-in reader of the small company of the readmodels' tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client

from portulan.base.models import Account
from portulan.organisation.models import Entity, EntityRole, Person
from tests.readmodels import company


@pytest.fixture
def small(db):
    """The company, on 9 March 2027."""
    with time_machine.travel("2027-03-09T09:00:00+00:00", tick=True):
        company.load()
        yield


@pytest.fixture
def sign_in(small) -> Callable[..., Client]:
    """``sign_in("pmo", "GRP")``: a browser of somebody with this role on this entity."""

    def signed(role: str, entity: str = "GRP", language: str = "en") -> Client:
        email = f"{role}-{entity}@example.org".lower()
        account = Account.objects.create_account(email, name=role, language=language)
        person = Person(code=email, name=role.title(), account=account)
        person.refresh_derived()
        person.save()
        EntityRole.objects.create(
            role=role, person=person, entity=Entity.objects.get(code=entity)
        )
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed
