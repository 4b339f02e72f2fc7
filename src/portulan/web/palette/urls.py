"""Addresses of the command palette."""

from django.urls import path

from portulan.web.palette import views

app_name = "palette"
urlpatterns = [path("palette", views.search, name="search")]
