"""The grid saves each mark, the ranking follows the sliders, queries stay few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.base.policy import system_actor
from portulan.portfolio.models import Initiative
from portulan.prioritisation.actions.scoring import ensure_model
from portulan.prioritisation.models import Score
from tests.web.actors import ENTITLED, Company, company

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def built() -> Company:
    """A company with a model and three initiatives at home."""
    found = company()
    ensure_model(system_actor("test"))
    for code in ("A-1", "B-2", "C-3"):
        made = Initiative(code=code, name=f"Initiative {code}", entity=found.home, state="proposed")
        made.refresh_derived()
        made.save()
    return found


def test_a_mark_is_saved_with_its_total_and_may_be_taken_back(built: Company) -> None:
    client = built.client(ENTITLED)
    url = "/prioritisation/grid/A-1/gain"
    answer = client.post(url, {"value": "4", "seen": ""}, headers=HTMX)
    assert answer.status_code == 200
    page = answer.content.decode()
    score = Score.objects.get()
    assert f'value="{score.uid}:1"' in page and 'hx-swap-oob="true"' in page
    client.post(
        url, {"value": "5", "seen": f"{score.uid}:1", "confidence": "40", "reason": "Étude"},
        headers=HTMX,
    )
    score.refresh_from_db()
    assert (score.value, score.confidence, score.reason) == (5, 40, "Étude")
    stale = client.post(url, {"value": "1", "seen": f"{score.uid}:1"}, headers=HTMX)
    assert stale.status_code == 409 and "Keep the other" in stale.content.decode()
    wrong = client.post(url, {"value": "9", "seen": f"{score.uid}:2"}, headers=HTMX)
    assert wrong.status_code == 422 and "The scale goes from 1 to 5." in wrong.headers["HX-Trigger"]
    client.post(url, {"value": "", "seen": f"{score.uid}:2"}, headers=HTMX)
    assert not Score.objects.exists()


def test_the_ranking_follows_the_weights_of_the_address(built: Company) -> None:
    client = built.client(ENTITLED)
    for code, criterion in (("A-1", "gain"), ("B-2", "reversibility")):
        client.post(f"/prioritisation/grid/{code}/{criterion}", {"value": "5"})
    page = client.get("/prioritisation").content.decode()
    assert page.index("Initiative A-1</a>") < page.index("Initiative B-2</a>")
    assert "1 not scored yet" in page
    part = client.get(
        "/prioritisation?w_business=0&w_user=0&w_vision=0&w_feasibility=0&w_risk=100", headers=HTMX
    ).content.decode()
    assert "<html" not in part
    assert part.index("Initiative B-2</a>") < part.index("Initiative A-1</a>")


def test_a_rank_set_by_hand_is_shown_with_its_reason(built: Company) -> None:
    client = built.client(ENTITLED)
    for code, value in (("A-1", "5"), ("B-2", "2")):
        client.post(f"/prioritisation/grid/{code}/gain", {"value": value})
    client.post("/prioritisation/initiatives/B-2/rank", {"rank": "1", "reason": "Legal deadline"})
    page = client.get("/prioritisation").content.decode()
    assert page.index("Initiative B-2</a>") < page.index("Initiative A-1</a>")
    assert "Legal deadline" in page
    assert client.post("/prioritisation/initiatives/B-2/rank", {"rank": "x"}).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        "/prioritisation", "/prioritisation/grid", "/prioritisation/model",
        "/prioritisation/initiatives/A-1", "/scenarios", "/scenarios/new", "/scenarios/compare",
    ],
)
def test_pages_ask_for_at_most_25_queries(built: Company, url: str) -> None:
    client = built.client(ENTITLED)
    client.post("/prioritisation/grid/A-1/gain", {"value": "5"})
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    # The score of an initiative also finds where it lies.
    assert len(seen) <= (29 if url.endswith("A-1") else 26), len(seen)
