"""Addresses of the import of a repository."""

from django.urls import path

from portulan.web.repository import views

app_name = "repository"
urlpatterns = [
    path("imports/repository", views.home, name="home"),
    path("imports/repository/<uuid:uid>", views.preview, name="preview"),
    path("imports/repository/<uuid:uid>/take", views.take, name="take"),
]
