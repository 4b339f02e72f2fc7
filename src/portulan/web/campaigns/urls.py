"""Addresses of collection campaigns."""

from django.urls import path

from portulan.web.campaigns import contributing, running

app_name = "campaigns"
urlpatterns = [
    path("campaigns", running.home, name="home"),
    path("campaigns/_/new", running.new, name="new"),
    path("campaigns/_/cell/<uuid:uid>/<slug:field>", contributing.cell, name="cell"),
    path("campaigns/<uuid:uid>/mine", contributing.fill, name="fill"),
    path("campaigns/<uuid:uid>/done", contributing.done, name="done"),
    path("campaigns/<uuid:uid>/hand-over", contributing.hand_over, name="hand_over"),
    path("campaigns/<uuid:uid>/workbook.xlsx", contributing.workbook, name="workbook"),
    path("campaigns/<uuid:uid>/upload", contributing.upload, name="upload"),
    path("campaigns/<str:code>", running.page, name="page"),
    path("campaigns/<str:code>/launch", running.launch, name="launch"),
    path("campaigns/<str:code>/discard", running.discard, name="discard"),
    path("campaigns/<str:code>/remind", running.remind, name="remind"),
    path("campaigns/<str:code>/close", running.close, name="close"),
    path("campaigns/<str:code>/relaunch", running.relaunch, name="relaunch"),
    path("campaigns/<str:code>/settle", running.settle, name="settle"),
    path("campaigns/<str:code>/export.xlsx", running.export, name="export"),
]
