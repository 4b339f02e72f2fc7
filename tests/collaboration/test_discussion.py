"""Comments, what they name, files and watches: who may read the object may read what is said."""

from __future__ import annotations

import io
import zipfile

import pytest

from portulan.base.policy import Conflict, Invalid, NotFoundForActor, Refused
from portulan.catalogue.models import Product
from portulan.collaboration.access import subject_for
from portulan.collaboration.actions import attachments, comments, watching
from portulan.collaboration.models import Attachment, Comment, Watch
from portulan.collaboration.queries.discussion import discussion, mentioning, versions, watched
from portulan.collaboration.sniffing import look_at, tidy_name
from portulan.organisation.rights import actor_for
from tests.web.actors import ENTITLED, OUTSIDER, UNENTITLED, Company, company

pytestmark = pytest.mark.django_db


def _product(code: str, entity, name: str = "") -> Product:
    made = Product(code=code, name=name or code, entity=entity)
    made.refresh_derived()
    made.save()
    return made


@pytest.fixture
def built() -> Company:
    made = company()
    made.things["home"] = _product("HOME-1", made.home, "Appli maison")
    made.things["else"] = _product("ELSE-1", made.elsewhere, "CANARI secret")
    return made


def _actor(built: Company, who: str):
    return actor_for(built.accounts[who])


def _page(built: Company, who: str, code: str = "HOME-1"):
    actor = _actor(built, who)
    return discussion(actor, subject_for(actor, "product", code))


def test_who_may_read_the_object_reads_and_speaks_and_nobody_else(built: Company) -> None:
    comments.write(_actor(built, UNENTITLED), "product", "HOME-1", "Bonjour")
    page = _page(built, ENTITLED)
    assert [row.text for row in page.threads] == ["Bonjour"]
    assert page.threads[0].removable and not page.threads[0].own
    outsider = _actor(built, OUTSIDER)
    with pytest.raises(NotFoundForActor):
        comments.write(outsider, "product", "HOME-1", "Coucou")
    uid = page.threads[0].uid
    for call in (
        lambda: comments.edit(outsider, uid, "x", 1),
        lambda: comments.delete(outsider, uid),
        lambda: comments.settle(outsider, uid, True),
        lambda: versions(outsider, uid),
        lambda: subject_for(outsider, "product", "HOME-1"),
    ):
        with pytest.raises(NotFoundForActor):
            call()
    assert Comment.objects.get().text == "Bonjour"


def test_an_answer_stands_under_its_thread_and_opens_it_again(built: Company) -> None:
    actor = _actor(built, ENTITLED)
    first = comments.write(actor, "product", "HOME-1", "Question")
    comments.settle(actor, first.uid, True)
    assert _page(built, ENTITLED).open == 0
    answer = comments.write(actor, "product", "HOME-1", "Réponse", first.uid)
    again = comments.write(actor, "product", "HOME-1", "Encore", answer.uid)
    assert again.parent_id == first.pk
    page = _page(built, ENTITLED)
    assert page.open == 1 and page.count == 3
    assert [row.text for row in page.threads[0].answers] == ["Réponse", "Encore"]
    with pytest.raises(Invalid):
        comments.settle(actor, answer.uid, True)


def test_an_answer_to_a_comment_of_another_object_is_refused(built: Company) -> None:
    _product("HOME-2", built.home)
    actor = _actor(built, ENTITLED)
    first = comments.write(actor, "product", "HOME-2", "Question")
    with pytest.raises(Invalid):
        comments.write(actor, "product", "HOME-1", "Réponse", first.uid)


def test_a_correction_keeps_what_was_said_and_a_stale_one_conflicts(built: Company) -> None:
    actor = _actor(built, UNENTITLED)
    said = comments.write(actor, "product", "HOME-1", "Premier")
    comments.edit(actor, said.uid, "Second", 1)
    assert [v.text for v in versions(actor, said.uid)] == ["Premier"]
    with pytest.raises(Conflict):
        comments.edit(actor, said.uid, "Troisième", 1)
    with pytest.raises(Refused):
        comments.edit(_actor(built, ENTITLED), said.uid, "À sa place", 2)


def test_what_is_taken_away_leaves_its_place_and_not_its_text(built: Company) -> None:
    author = _actor(built, UNENTITLED)
    said = comments.write(author, "product", "HOME-1", "À retirer")
    comments.write(author, "product", "HOME-1", "Suite", said.uid)
    comments.delete(_actor(built, ENTITLED), said.uid)
    page = _page(built, UNENTITLED)
    assert page.threads[0].text == "" and page.threads[0].deleted_by.name == ENTITLED
    assert page.threads[0].answers[0].text == "Suite"
    assert versions(author, said.uid) == []
    with pytest.raises(Invalid):
        comments.edit(author, said.uid, "Retour", 2)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 10_001])
def test_an_empty_or_endless_comment_is_refused(built: Company, text: str) -> None:
    with pytest.raises(Invalid):
        comments.write(_actor(built, ENTITLED), "product", "HOME-1", text)


def test_a_named_object_is_a_link_only_for_who_may_read_it(built: Company) -> None:
    both = built.people[UNENTITLED]
    from portulan.organisation.models import EntityRole

    EntityRole.objects.create(role="contributor", person=both, entity=built.group)
    comments.write(
        _actor(built, UNENTITLED), "product", "HOME-1", "Voir #ELSE-1 et @no-right, `#HOME-1`"
    )
    assert set(_page(built, UNENTITLED).objects) == {"#else-1"}
    seen = _page(built, ENTITLED)
    assert seen.objects == {} and set(seen.people) == {"@no-right"}
    actor = _actor(built, OUTSIDER)
    assert mentioning(actor, subject_for(actor, "product", "ELSE-1")) == []
    actor = _actor(built, UNENTITLED)
    found = mentioning(actor, subject_for(actor, "product", "ELSE-1"))
    assert [subject.code for subject, _at in found] == ["HOME-1"]


def test_an_author_cannot_find_out_what_exists_by_naming_it(built: Company) -> None:
    said = comments.write(_actor(built, ENTITLED), "product", "HOME-1", "Voir #ELSE-1 #NADA")
    assert not said.mentions.exists()


def test_speaking_follows_the_object_and_a_no_stays_a_no(built: Company) -> None:
    actor = _actor(built, ENTITLED)
    comments.write(actor, "product", "HOME-1", "Bonjour")
    assert _page(built, ENTITLED).watching
    watching.watch(actor, "product", "HOME-1", False)
    comments.write(actor, "product", "HOME-1", "Encore")
    assert not _page(built, ENTITLED).watching
    assert watched(actor) == {}
    with pytest.raises(NotFoundForActor):
        watching.watch(_actor(built, OUTSIDER), "product", "HOME-1", True)
    assert Watch.objects.count() == 1


def test_what_one_follows_and_may_no_longer_read_is_not_there(built: Company) -> None:
    actor = _actor(built, ENTITLED)
    watching.watch(actor, "product", "HOME-1", True)
    built.things["home"].entity = built.elsewhere
    built.things["home"].save()
    assert watched(_actor(built, ENTITLED)) == {}


# --- Files


def _office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html>"), ("page.txt", b"<html><script>alert(1)</script>"),
        ("draw.svg", b"<svg onload=alert(1)>"), ("pic.png", b"<svg xmlns='x'>"),
        ("pic.png", b"GIF89a...."), ("run.exe", b"MZ\x90"), ("doc.pdf", b"MZ\x90"),
        ("a.txt", b"\x00\x01"), ("a.docx", b"PK\x03\x04broken"), ("a.docx", _office("xl/x.xml")),
        ("a.xlsx", _office("xl/workbook.xml", "xl/vbaProject.bin")), ("none", b"text"),
        ("a.txt", b""), ("page.txt", b"\xef\xbb\xbf  <!DOCTYPE html>"),
    ],
)
def test_a_file_that_runs_or_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    assert look_at(name, content)[1] is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("note.txt", "Été".encode()), ("old.csv", "Été;1".encode("cp1252")),
        ("doc.pdf", b"%PDF-1.7"), ("pic.PNG", b"\x89PNG\r\n\x1a\n"),
        ("a.docx", _office("word/document.xml")),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18),
    ],
)
def test_a_file_that_is_what_it_says_is_kept(name: str, content: bytes) -> None:
    kind, refusal = look_at(name, content)
    assert refusal is None and kind


def test_a_name_has_no_folder_no_control_character_and_an_end() -> None:
    assert tidy_name("..\\..\\etc/pass\u202ewd\n.txt") == "pass wd .txt"
    assert len(tidy_name("x" * 400 + ".pdf")) == 150


def test_an_erased_file_is_gone_and_its_trace_stays(
    built: Company, django_capture_on_commit_callbacks
) -> None:
    from django.core.files.storage import default_storage

    author = _actor(built, UNENTITLED)
    made = attachments.attach(author, "product", "HOME-1", "note.txt", b"secret")
    stored = Attachment.objects.get().stored_as
    assert "note" not in stored and default_storage.exists(stored)
    assert attachments.content_of(_actor(built, ENTITLED), made.uid)[1] == b"secret"
    with pytest.raises(NotFoundForActor):
        attachments.content_of(_actor(built, OUTSIDER), made.uid)
    with pytest.raises(NotFoundForActor):
        attachments.erase(_actor(built, OUTSIDER), made.uid)
    with django_capture_on_commit_callbacks(execute=True):
        attachments.erase(_actor(built, ENTITLED), made.uid)
    assert not default_storage.exists(stored)
    row = _page(built, UNENTITLED).files[0]
    assert row.erased_at and row.name == "" and row.erased_by.name == ENTITLED
    with pytest.raises(Invalid):
        attachments.content_of(author, made.uid)


def test_a_file_too_large_leaves_nothing(built: Company, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(Invalid):
        attachments.attach(_actor(built, ENTITLED), "product", "HOME-1", "a.txt", b"x" * 11)
    assert not Attachment.objects.exists()
