"""Addresses of the coherence pages."""

from django.urls import path

from portulan.web.coherence import views

app_name = "coherence"
urlpatterns = [
    path("coherence", views.home, name="home"),
    path("coherence/rules", views.rules, name="rules"),
    path("coherence/_/count", views.count, name="count"),
    path("coherence/export.json", views.export_json, name="export_json"),
    path("coherence/<str:rule>/<uuid:uid>", views.finding, name="finding"),
    path("coherence/<str:rule>/<uuid:uid>/accept", views.accept, name="accept"),
    path("coherence/exceptions/<uuid:uid>/end", views.end_exception, name="end_exception"),
]
