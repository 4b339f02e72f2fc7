"""Addresses of the import pages."""

from django.urls import path

from portulan.web.imports import views

app_name = "imports"
urlpatterns = [
    path("imports", views.home, name="home"),
    path("imports/template.xlsx", views.template, name="template"),
    path("imports/<uuid:uid>", views.batch, name="batch"),
    path("imports/<uuid:uid>/mapping/<int:sheet>", views.mapping, name="mapping"),
    path("imports/<uuid:uid>/repair", views.repair, name="repair"),
    path("imports/<uuid:uid>/apply", views.apply, name="apply"),
    path("imports/<uuid:uid>/undo", views.undo, name="undo"),
    path("imports/<uuid:uid>/discard", views.discard, name="discard"),
    path("imports/<uuid:uid>/rows-left-out.<str:form>", views.rejected, name="rejected"),
]
