"""Addresses of the gallery."""

from django.urls import path

from portulan.web.gallery import views

app_name = "gallery"
urlpatterns = [
    path("gallery", views.gallery, name="home"),
    path("gallery/present", views.present, name="present"),
    path("gallery/errors/<int:status>", views.error, name="error"),
    path("gallery/inline/<slug:name>", views.inline_value, name="inline"),
]
