"""Refusals of committees and sittings in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from portulan.web import plugs

plugs.sentences(
    {
        "forum.cadence": gettext_lazy("This is not a rhythm: “%(rule)s”."),
        "forum.time_zone": gettext_lazy("There is no such time zone."),
        "forum.no_cadence": gettext_lazy("%(forum)s has no rhythm: give it one first."),
        "mandate.ritual": gettext_lazy(
            "%(forum)s is a ritual: it takes no decision of the register."
        ),
        "member.deputy_seated": gettext_lazy("%(person)s has a seat of their own."),
        "meeting.duration": gettext_lazy("Between 5 minutes and a day."),
        "meeting.cancelled": gettext_lazy("The sitting was called off."),
        "meeting.no_chair": gettext_lazy("The quorum asks for the chair, or a deputy."),
        "meeting.empty": gettext_lazy("The agenda is empty."),
        "meeting.poll_open": gettext_lazy("A secret vote is under way: close it first."),
        "meeting.not_closed": gettext_lazy("The minutes are not signed yet: change them."),
        "calendar.range": gettext_lazy("At most two years at once."),
        "consultation.empty": gettext_lazy("Choose at least one dossier."),
        "consultation.not_ready": gettext_lazy("“%(dossier)s” is not ready."),
        "consultation.until": gettext_lazy("Choose a day between today and %(days)s days ahead."),
        "consultation.reminded": gettext_lazy("The members were reminded today."),
        "vote.secret": gettext_lazy("This line is voted in secret."),
        "poll.open_votes": gettext_lazy("Open votes were cast on this line already."),
        "poll.there": gettext_lazy("There is a secret vote already."),
        "poll.few": gettext_lazy(
            "A vote among %(count)s would not be secret: at least %(fewest)s seats must be taken."
        ),
        "poll.over": gettext_lazy("This vote is over."),
        "poll.no_seat": gettext_lazy("You have no ballot in this vote."),
        "poll.voted": gettext_lazy("Your ballot is in: it cannot be changed."),
        "poll.void": gettext_lazy(
            "Fewer than %(fewest)s ballots: the vote is void and nothing of it is kept."
        ),
        "round.there": gettext_lazy("A round of scores is under way."),
        "round.no_seat": gettext_lazy("Only the seats that are taken score."),
        "round.revealed": gettext_lazy("The scores are revealed already."),
        "round.few": gettext_lazy("At least %(fewest)s scores are needed."),
        "round.no_score": gettext_lazy("You gave no score in this round."),
        "round.second": gettext_lazy("There are two turns at most."),
        "round.over": gettext_lazy("This round is over."),
        "feed.no_person": gettext_lazy("No person stands behind this account."),
    }
)
