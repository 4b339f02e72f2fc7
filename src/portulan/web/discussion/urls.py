"""Addresses of discussions."""

from django.urls import path

from portulan.web.discussion import views

app_name = "discussion"
urlpatterns = [
    path("activity", views.home, name="home"),
    path("activity/_/list", views.watched, name="watched"),
    path("discussion/_/names", views.names, name="names"),
    path("discussion/comments/<uuid:uid>/edit", views.edit, name="edit"),
    path("discussion/comments/<uuid:uid>/delete", views.delete, name="delete"),
    path("discussion/comments/<uuid:uid>/settle", views.settle, name="settle"),
    path("discussion/comments/<uuid:uid>/versions", views.versions, name="versions"),
    path("discussion/files/<uuid:uid>", views.download, name="file"),
    path("discussion/files/<uuid:uid>/erase", views.erase, name="erase"),
    path("discussion/<slug:kind>/<str:code>", views.panel, name="panel"),
    path("discussion/<slug:kind>/<str:code>/comments", views.write, name="write"),
    path("discussion/<slug:kind>/<str:code>/files", views.attach, name="attach"),
    path("discussion/<slug:kind>/<str:code>/watch", views.watch, name="watch"),
    path("discussion/<slug:kind>/<str:code>/activity", views.activity, name="activity"),
]
