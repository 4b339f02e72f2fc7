"""Addresses of the import of work items."""

from django.urls import path

from portulan.web.worklog import sources, views

app_name = "worklog"
urlpatterns = [
    path("imports/work-items", views.home, name="home"),
    path("imports/work-items/sources/<str:code>", sources.source, name="source"),
    path("imports/work-items/sources/<str:code>/progress", sources.progress,
         name="source_progress"),
    path("imports/work-items/sources/<str:code>/take-back", sources.take_back,
         name="source_take_back"),
    path("imports/work-items/<uuid:uid>", views.batch, name="batch"),
    path("imports/work-items/<uuid:uid>/reading", views.reading, name="reading"),
    path("imports/work-items/<uuid:uid>/apply", views.apply, name="apply"),
    path("imports/work-items/<uuid:uid>/progress", views.progress, name="progress"),
    path("imports/work-items/<uuid:uid>/stop", views.stop, name="stop"),
    path("imports/work-items/<uuid:uid>/undo", views.undo, name="undo"),
    path("imports/work-items/<uuid:uid>/discard", views.discard, name="discard"),
    path("imports/work-items/<uuid:uid>/rows.csv", views.rows, name="rows"),
]
