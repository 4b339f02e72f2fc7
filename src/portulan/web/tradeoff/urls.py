"""Addresses of the trade-off."""

from django.urls import path

from portulan.web.tradeoff import studies, views, writes

app_name = "tradeoff"
urlpatterns = [
    path("scenarios", views.home, name="home"),
    path("scenarios/new", writes.new, name="new"),
    path("scenarios/compare", views.compare, name="compare"),
    path("scenarios/<str:code>", views.scenario, name="scenario"),
    path("scenarios/<str:code>/progress", views.progress, name="progress"),
    path("scenarios/<str:code>/assumptions", writes.assumptions, name="assumptions"),
    path("scenarios/<str:code>/remedy", writes.remedy, name="remedy"),
    path("scenarios/<str:code>/give-up", writes.give_up, name="give_up"),
    path("scenarios/<str:code>/relax", writes.relax, name="relax"),
    path("scenarios/<str:code>/stop", writes.stop, name="stop"),
    path("scenarios/<str:code>/lock", writes.lock, name="lock"),
    path("scenarios/<str:code>/copy", writes.copy, name="copy"),
    path("scenarios/<str:code>/drop", writes.drop, name="drop"),
    path("scenarios/<str:code>/submit", writes.submit, name="submit"),
    path("scenarios/<str:code>/frontier", studies.frontier, name="frontier"),
    path("scenarios/<str:code>/frontier/take", studies.take, name="take"),
    path("scenarios/<str:code>/uncertainty", studies.uncertainty, name="uncertainty"),
    path("scenarios/<str:code>/constraints", studies.constraints, name="constraints"),
    path("scenarios/<str:code>/studies/<str:kind>", studies.start, name="study"),
    path("scenarios/<str:code>/studies/<str:kind>/stop", studies.stop, name="study_stop"),
    path(
        "scenarios/<str:code>/studies/<str:kind>/progress", studies.progress,
        name="study_progress",
    ),
]
