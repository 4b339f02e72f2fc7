"""Addresses of the governance pages."""

from django.urls import path

from portulan.web.governance.views import dossiers, forums, home, meetings, register, sitting

app_name = "governance"
urlpatterns = [
    path("governance", home.home, name="home"),
    path("forums", home.forums, name="forums"),
    path("forums/_/new", forums.create, name="forum_new"),
    path("forums/<str:code>", forums.page, name="forum"),
    path("forums/<str:code>/edit", forums.edit, name="forum_edit"),
    path("forums/<str:code>/members", forums.add_member, name="member_add"),
    path("forums/<str:code>/members/<uuid:uid>", forums.change_member, name="member"),
    path("forums/<str:code>/meetings", forums.plan, name="plan"),
    path("meetings/<str:code>", meetings.page, name="meeting"),
    path("meetings/<str:code>/edit", meetings.update, name="meeting_edit"),
    path("meetings/<str:code>/items", meetings.add_item, name="item_add"),
    path("meetings/<str:code>/fill", meetings.fill, name="fill"),
    path("meetings/<str:code>/items/<uuid:uid>", meetings.change_item, name="item"),
    path("meetings/<str:code>/close", meetings.close, name="meeting_close"),
    path("meetings/<str:code>/sit", sitting.page, name="sit"),
    path("meetings/<str:code>/_/live", sitting.live, name="live"),
    path("meetings/<str:code>/sit/run", sitting.run, name="run"),
    path("meetings/<str:code>/sit/attendance", sitting.attendance, name="attendance"),
    path("meetings/<str:code>/sit/actions", sitting.add_action, name="action_add"),
    path("meetings/<str:code>/sit/<uuid:uid>", sitting.item, name="sit_item"),
    path("meetings/<str:code>/sit/<uuid:uid>/vote", sitting.vote, name="vote"),
    path("meetings/<str:code>/sit/<uuid:uid>/verdict", sitting.verdict, name="verdict"),
    path("meetings/<str:code>/sit/<uuid:uid>/text", sitting.text, name="text"),
    path("meetings/<str:code>/sit/<uuid:uid>/line", sitting.line, name="sit_line"),
    path("meetings/<str:code>/sit/<uuid:uid>/decide", sitting.decide, name="decide"),
    path("actions/<uuid:uid>", meetings.move_action, name="action"),
    path("dossiers", dossiers.listing, name="dossiers"),
    path("dossiers/<str:code>", dossiers.page, name="dossier"),
    path("dossiers/<str:code>/_/section/<slug:section>", dossiers.section, name="section"),
    path("dossiers/<str:code>/move", dossiers.move, name="dossier_move"),
    path("dossiers/<str:code>/lines/<uuid:uid>", dossiers.change_line, name="line"),
    path("dossiers/<str:code>/promises", dossiers.add_promise, name="promise_add"),
    path("dossiers/<str:code>/promises/<uuid:uid>", dossiers.change_promise, name="promise"),
    path("scenarios/<str:code>/dossier", dossiers.from_scenario, name="from_scenario"),
    path("products/<str:code>/dossier", dossiers.from_product, name="from_product"),
    path("decisions", register.listing, name="register"),
    path("decisions/<str:code>", register.page, name="decision"),
    path("decisions/<str:code>/apply", register.apply, name="apply"),
    path("decisions/<str:code>/revert", register.revert, name="revert"),
]
