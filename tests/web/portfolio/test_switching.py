"""The part of the company that pages show is chosen in the side bar and stays from page to page."""

from __future__ import annotations

import re

import pytest

from portulan.organisation.models import Entity


def side(response) -> str:
    """The side bar of a page."""
    assert response.status_code == 200
    return response.content.decode().split('id="pt-side"')[1].split("</aside>")[0]


def choices(response) -> dict[str, str]:
    """Where each choice leads, by its words."""
    part = side(response).split("data-menu>")[1].split("</details>")[0]
    links = re.findall(r'<a href="([^"]+)"[^>]*>.*?<span>([^<]+)</span></a>', part)
    return {label: address.replace("&amp;", "&") for address, label in links}


@pytest.fixture
def parts(small) -> list[Entity]:
    return list(Entity.objects.exclude(parent=None).order_by("code"))


def test_a_part_is_chosen_for_this_page_and_kept_by_the_next(sign_in, parts):
    client = sign_in("pmo")
    part = parts[0]
    found = choices(client.get("/portfolio/roadmap?line=MOB&page=2"))
    assert found[part.name] == f"/portfolio/roadmap?line=MOB&entity={part.code}"
    assert found["The whole company"] == "/portfolio/roadmap?line=MOB"
    chosen = side(client.get(found[part.name]))
    assert part.name in chosen.split("</summary>")[0]
    assert f'href="/load?entity={part.code}"' in chosen
    assert f'href="/portfolio?entity={part.code}"' in chosen
    assert 'href="/scenarios"' in chosen


def test_elsewhere_the_choice_leads_to_the_portfolio(sign_in, parts):
    found = choices(sign_in("pmo").get("/scenarios"))
    assert found[parts[0].name] == f"/portfolio?entity={parts[0].code}"


def test_who_sees_one_part_is_offered_no_other(sign_in, parts):
    mine, other = parts[0], parts[-1]
    assert mine != other
    found = choices(sign_in("pmo", mine.code).get("/portfolio"))
    assert mine.name in found and other.name not in found
