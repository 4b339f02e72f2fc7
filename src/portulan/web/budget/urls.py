"""Addresses of the load and budget page."""

from django.urls import path

from portulan.web.budget import views

app_name = "load"
urlpatterns = [
    path("load", views.home, name="home"),
    path("load/export.xlsx", views.export, name="export"),
]
