"""Saved views: one's own, shared ones, locked ones."""

import pytest

from portulan.base.models import Account
from portulan.base.policy import Actor, Grant, Invalid, NotFoundForActor, Refused
from portulan.collaboration.actions import change_view, delete_view, save_view
from portulan.collaboration.queries import saved_views

pytestmark = pytest.mark.django_db


def somebody(email, role):
    account = Account.objects.create_account(email)
    return Actor(email, account_id=account.pk, grants=(Grant(role, entity=1),))


def names(actor):
    return [(view.name, view.editable) for view in saved_views(actor, "portfolio")]


def test_who_sees_and_changes_which_view():
    pmo, anna, bob = (somebody("p@x.fr", "pmo"), somebody("a@x.fr", "contributor"),
                      somebody("b@x.fr", "contributor"))
    own = save_view(anna, page="portfolio", name="Les miennes", query="stage=run")
    shared = save_view(anna, page="portfolio", name="Revue", query="", sharing="shared")
    locked = save_view(pmo, page="portfolio", name="CODIR", query="", sharing="locked")
    assert names(anna) == [("CODIR", False), ("Revue", True), ("Les miennes", True)]
    assert names(bob) == [("CODIR", False), ("Revue", False)]
    assert names(pmo) == [("CODIR", True), ("Revue", True)]
    with pytest.raises(NotFoundForActor):
        delete_view(bob, own.uid)
    with pytest.raises(Refused):
        delete_view(bob, shared.uid)
    with pytest.raises(Refused):
        change_view(anna, locked.uid, query="x")
    with pytest.raises(Refused):
        save_view(anna, page="portfolio", name="x", query="", sharing="locked")
    with pytest.raises(Invalid):
        save_view(anna, page="portfolio", name=" ", query="")
    delete_view(anna, own.uid)
    assert names(anna) == [("CODIR", False), ("Revue", True)]


def test_the_same_name_replaces_ones_own_view():
    anna = somebody("a@x.fr", "contributor")
    save_view(anna, page="portfolio", name="Revue", query="a=1")
    save_view(anna, page="portfolio", name="Revue", query="a=2")
    assert [v.query for v in saved_views(anna)] == ["a=2"]
