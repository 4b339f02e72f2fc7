"""Addresses of the calendar, of mandates, consultations and what is asked at a sitting."""

from portulan.web.governance.reading import at
from portulan.web.governance.views import asking, calendar, consultations, forums, mandates

urlpatterns = [
    at("governance/calendar", calendar.page, name="calendar"),
    at("governance/calendar/addresses", calendar.feeds, name="feeds"),
    at("governance/calendar/addresses/<uuid:uid>", calendar.revoke, name="feed_revoke"),
    at("governance/mandates", mandates.page, name="mandates"),
    at("forums/<str:code>/template", forums.template, name="forum_template"),
    at("forums/<str:code>/year", forums.plan_year, name="plan_year"),
    at("forums/<str:code>/consult", consultations.create, name="consult"),
    at("meetings/<str:code>/consultation", consultations.run, name="consultation_run"),
    at("meetings/<str:code>/around", asking.around, name="around"),
    at("meetings/<str:code>/deputy", asking.deputy, name="deputy"),
    at("meetings/<str:code>/answer/<uuid:uid>", consultations.answer, name="answer"),
    at("meetings/<str:code>/sit/<uuid:uid>/poll", asking.poll, name="poll"),
    at("meetings/<str:code>/sit/<uuid:uid>/round", asking.round_, name="round"),
    at("meetings/<str:code>/sit/<uuid:uid>/notes", asking.notes, name="notes"),
]
