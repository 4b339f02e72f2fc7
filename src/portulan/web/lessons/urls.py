"""Addresses of the lessons learned."""

from django.urls import path

from portulan.web.lessons import views

app_name = "lessons"
urlpatterns = [
    path("lessons", views.home, name="home"),
    path("lessons/new", views.new, name="new"),
    path("lessons/<str:code>", views.page, name="lesson"),
    path("lessons/<str:code>/edit", views.edit, name="edit"),
    path("lessons/<str:code>/remove", views.remove, name="remove"),
]
