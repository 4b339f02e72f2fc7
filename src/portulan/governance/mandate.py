"""What a forum may decide: its entity, lines, kinds of decision, threshold and quorum."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from portulan.base.policy import Refusal
from portulan.governance.company import Company, company_of
from portulan.governance.models import (
    AgendaItem,
    Attendance,
    Dossier,
    DossierLine,
    Forum,
    ForumMember,
    Meeting,
)
from portulan.governance.templates import family_of
from portulan.organisation.rights import in_force

VOTING = (ForumMember.Right.CHAIR, ForumMember.Right.VOTES)


def check_kind(forum: Forum, kind: str) -> Refusal | None:
    """Why a forum may not take this kind of decision; a ritual takes none."""
    if forum.level == Forum.Level.RITUAL:
        return Refusal("mandate.ritual", {"forum": forum.name})
    if forum.kinds and not {kind, family_of(kind)} & set(forum.kinds):
        return Refusal("mandate.kind", {"forum": forum.name, "kind": kind})
    return None


def check_place(
    forum: Forum, dossier: Dossier, lines: Sequence[DossierLine], company: Company | None = None
) -> Refusal | None:
    """Why what the dossier is about lies outside a forum's entity or lines."""
    if forum.entity_id is not None:
        company = company or company_of()
        below = company.below(forum.entity_id)
        if dossier.entity_id is not None and dossier.entity_id not in below:
            return Refusal("mandate.entity", {"forum": forum.name})
        outside = [
            line.title
            for line in lines
            if line.product is not None
            and line.product.entity_id is not None
            and line.product.entity_id not in below
        ]
        if outside:
            return Refusal("mandate.line_entity", {"forum": forum.name, "line": outside[0]})
    allowed = set(forum.lines.values_list("pk", flat=True))
    if allowed:
        for line in lines:
            if line.product is None:
                continue
            placed = set(line.product.product_lines.values_list("line_id", flat=True))
            if not placed & allowed:
                return Refusal("mandate.line", {"forum": forum.name, "line": line.title})
    return None


def amount_of(lines: Iterable[DossierLine]) -> int:
    """The money that approving these lines moves, in minor units: what a threshold is held to."""
    return sum(abs(line.amount) for line in lines if not line.withdrawn)


def check_threshold(forum: Forum, amount: int) -> Refusal | None:
    """Why an amount is above what a forum may decide."""
    if forum.threshold is not None and amount > forum.threshold:
        return Refusal(
            "mandate.threshold",
            {"forum": forum.name, "amount": amount, "threshold": forum.threshold},
        )
    return None


def voting_members(forum: Forum, day: date) -> list[ForumMember]:
    """The seats with a right to decide on a day, chair first."""
    members = (
        forum.members.filter(in_force(day), right__in=VOTING)
        .select_related("person", "deputy")
        .order_by("pk")
    )
    return sorted(members, key=lambda m: m.right != ForumMember.Right.CHAIR)


def present_voters(meeting: Meeting) -> int:
    """How many seats with a right to decide are taken, in person or by deputy."""
    seats = {m.person_id for m in voting_members(meeting.forum, meeting.on)}
    return Attendance.objects.filter(
        meeting=meeting, present=True, person_id__in=seats
    ).count()


def quorum_of(forum: Forum, voters: int) -> int:
    """How many seats must be taken, of ``voters`` with a right to decide."""
    return max(forum.quorum, -(-forum.quorum_percent * voters // 100))


def check_quorum(meeting: Meeting) -> Refusal | None:
    """Why a meeting may not decide: too few seats with a right to decide are taken, or no chair."""
    members = voting_members(meeting.forum, meeting.on)
    needed = quorum_of(meeting.forum, len(members))
    if not needed and not meeting.forum.quorum_chair:
        return None
    taken = set(
        Attendance.objects.filter(
            meeting=meeting, present=True, person_id__in=[m.person_id for m in members]
        ).values_list("person_id", flat=True)
    )
    if len(taken) < needed:
        return Refusal("meeting.quorum", {"present": len(taken), "quorum": needed})
    chairs = {m.person_id for m in members if m.right == ForumMember.Right.CHAIR}
    if meeting.forum.quorum_chair and not chairs & taken:
        return Refusal("meeting.no_chair", {"forum": meeting.forum.name})
    return None


def covers(forum: Forum, dossier: Dossier, company: Company | None = None) -> Refusal | None:
    """Why a dossier does not belong before a forum: its kind, or its place.

    The threshold is held to what is approved, not to what is asked: see ``check_threshold``.
    """
    lines = [
        line for line in dossier.lines.select_related("product") if not line.withdrawn
    ]
    return check_kind(forum, dossier.kind) or check_place(forum, dossier, lines, company)


def check_lines_decided(lines: Sequence[DossierLine]) -> Refusal | None:
    """Why a dossier is not fully decided: lines still open, or a deferral without its day."""
    open_lines = [line for line in lines if line.verdict == DossierLine.Verdict.PENDING]
    if open_lines:
        return Refusal("decision.pending", {"count": len(open_lines)})
    undated = [
        line
        for line in lines
        if line.verdict == DossierLine.Verdict.DEFERRED and line.deferred_to is None
    ]
    if undated:
        return Refusal("line.deferred_to", {"line": undated[0].title})
    return None


def check_item_decides(item: AgendaItem) -> Refusal | None:
    """Why an agenda item has nothing to decide."""
    if item.dossier_id is None:
        return Refusal("item.no_dossier")
    return None
