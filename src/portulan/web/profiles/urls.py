"""Addresses of the governance profile."""

from django.urls import path

from portulan.web.profiles import views

app_name = "profiles"
urlpatterns = [
    path("governance-profile", views.home, name="home"),
    path("governance-profile/plan", views.plan, name="plan"),
    path("governance-profile/apply", views.apply, name="apply"),
    path("governance-profile/export", views.export, name="export"),
    path("governance-profile/import", views.take_in, name="import"),
    path("governance-profile/forget", views.forget, name="forget"),
    path("governance-profile/wizard", views.wizard, name="wizard"),
]
