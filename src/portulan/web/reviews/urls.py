"""Addresses of the value reviews."""

from django.urls import path

from portulan.web.reviews import views

app_name = "reviews"
urlpatterns = [
    path("reviews", views.home, name="home"),
    path("reviews/<str:code>", views.page, name="page"),
    path("reviews/<str:code>/record", views.record, name="record"),
    path("reviews/<str:code>/dossier/<uuid:uid>", views.dossier, name="dossier"),
]
