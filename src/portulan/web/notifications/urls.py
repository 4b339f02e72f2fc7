"""Addresses of notifications."""

from django.urls import path

from portulan.web.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications", views.home, name="home"),
    path("notifications/_/list", views.listed, name="list"),
    path("notifications/read", views.read_all, name="read_all"),
    path("notifications/preferences", views.preferences, name="preferences"),
    path("notifications/unsubscribe/<str:token>", views.unsubscribe, name="unsubscribe"),
    path("notifications/<uuid:uid>", views.follow, name="follow"),
    path("notifications/<uuid:uid>/open", views.open_one, name="open"),
    path("notifications/<uuid:uid>/read", views.read, name="read"),
]
