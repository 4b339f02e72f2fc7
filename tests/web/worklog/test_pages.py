"""The import of work items through its pages: bring, correct, take in, undo."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portulan.integrations.models import ImportBatch
from portulan.portfolio.models import BacklogItem
from tests.web.actors import ENTITLED, company
from tests.worklog_things import named

pytestmark = pytest.mark.django_db

TEXT = (
    "id;état;date;équipe\nA;À faire;02/03/2026;T\nA;Zorg;03/03/2026;T\nA;Terminé;06/03/2026;T\n"
    "B;À faire;02/03/2026;T\n;Terminé;06/03/2026;T\n"
)


@pytest.fixture
def client() -> Client:
    from portulan.organisation.models import Team

    built = company()
    named(Team(code="T", name="Équipe", entity=built.home))
    return built.client(ENTITLED)


def bring(client: Client, text: str = TEXT) -> ImportBatch:
    answer = client.post(
        "/imports/work-items", {"file": SimpleUploadedFile("suivi.csv", text.encode())}
    )
    assert answer.status_code == 302
    return ImportBatch.objects.latest("pk")


def test_a_file_is_read_shown_corrected_taken_in_and_taken_back(client: Client):
    batch = bring(client)
    page = client.get(f"/imports/work-items/{batch.uid}").content.decode()
    assert "Zorg" in page and "guessed" in page and "No identifier" in page
    assert not BacklogItem.objects.exists()
    states = list(batch.mapping["states"])
    answer = client.post(
        f"/imports/work-items/{batch.uid}/reading",
        {f"state-{states.index('Zorg')}": "waiting", "source": "Suivi", "team-1": "Équipe [T]"},
    )
    assert answer.status_code == 302
    batch.refresh_from_db()
    assert batch.mapping["states"]["Zorg"] == "waiting" and batch.mapping["source"] == "Suivi"
    assert client.post(f"/imports/work-items/{batch.uid}/apply").status_code == 302
    item = BacklogItem.objects.get(key="A")
    assert (item.standing, item.team.code, item.source.name) == ("done", "T", "Suivi")
    done = client.get(f"/imports/work-items/{batch.uid}").content.decode()
    assert "Take the import back" in done
    assert client.post(f"/imports/work-items/{batch.uid}/undo").status_code == 302
    assert not BacklogItem.objects.exists()


def test_the_rows_left_out_are_given_with_their_reason(client: Client):
    batch = bring(client)
    answer = client.get(f"/imports/work-items/{batch.uid}/rows.csv")
    assert answer["content-type"].startswith("text/csv")
    assert "6;No identifier;id;;an identifier;Terminé | 06/03/2026 | T" in answer.content.decode()


def test_a_file_of_something_else_is_refused_where_it_was_brought(client: Client):
    answer = client.post(
        "/imports/work-items", {"file": SimpleUploadedFile("a.csv", b"a;b\n1;2\n")}
    )
    assert answer.status_code == 422
    assert "a column of identifiers and a column of dates" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_an_unknown_team_blocks_and_says_so(client: Client):
    batch = bring(client)
    client.post(f"/imports/work-items/{batch.uid}/reading", {"team-0": "NOPE"})
    page = client.get(f"/imports/work-items/{batch.uid}").content.decode()
    assert "No team has the code NOPE." in page
    assert client.post(f"/imports/work-items/{batch.uid}/apply").status_code == 422


def test_the_preview_shows_items_and_faults_as_they_are_read(client: Client):
    batch = bring(
        client,
        "id;titre;créé le;terminé le\nA;Un;05/03/2026 14:30;06/03/2026\nB;Deux;hier;\n"
        "C;Trois;05/03/2026;-1\n",
    )
    page = client.get(f"/imports/work-items/{batch.uid}").content.decode()
    assert "5 March 2026 14:30 <b>created</b> → 6 March 2026 <b>finished</b>" in page
    # On the clock of the file, where the day of the last change begins the evening before in UTC.
    assert "<dt>History known until</dt><dd>6 March 2026</dd>" in page
    assert "créé le: <b>hier</b>" in page and "a date, such as 2026-03-31" in page
    assert "Cells that say -1 instead of a date are read as no date (1)." in page


def test_columns_are_chosen_in_the_form_stages_included(client: Client):
    text = "ref;alpha;beta;gamma\nA;12/03/2026;13/03/2026;14/03/2026\nB;12/03/2026;;\n"
    batch = bring(client, text)
    address = f"/imports/work-items/{batch.uid}"
    assert batch.mapping["stages"] == [1, 2, 3]
    form = {"form": "stages", "column-0": "key", "column-1": "stage", "column-3": "stage"}
    assert client.post(f"{address}/reading", form).status_code == 302
    batch.refresh_from_db()
    assert batch.mapping["stages"] == [1, 3] and batch.mapping["columns"] == {"key": 0}
    client.post(f"{address}/reading", {"form": "spans", "column-0": "key", "column-3": "finished"})
    assert "Say which column gives the date of creation." in client.get(address).content.decode()
    assert client.post(f"{address}/apply").status_code == 422
