"""Addresses of the settings."""

from django.urls import path

from portulan.web.administration import views

app_name = "administration"
urlpatterns = [
    path("settings", views.home, name="home"),
    path("settings/people", views.people, name="people"),
    path("settings/people/account", views.give_account, name="account"),
    path("settings/people/role", views.give_role, name="role"),
    path("settings/people/role/<uuid:uid>/end", views.end_role, name="role_end"),
    path("settings/entities", views.entities, name="entities"),
    path("settings/entities/new", views.add_entity, name="entity"),
    path("settings/scoring", views.scoring, name="scoring"),
    path("settings/sample", views.sample, name="sample"),
]
