"""Addresses of the role sheets."""

from django.urls import path

from portulan.web.rolesheets import editing, views

app_name = "rolesheets"
urlpatterns = [
    path("role-sheets", views.home, name="home"),
    path("role-sheets/<slug:role>", views.page, name="page"),
    path("role-sheets/<slug:role>/pdf", views.pdf, name="pdf"),
    path("role-sheets/<slug:role>/versions", views.history, name="history"),
    path("role-sheets/<slug:role>/_/section/<slug:section>", editing.section, name="section"),
    path("role-sheets/<slug:role>/publish", editing.publish, name="publish"),
    path("role-sheets/<slug:role>/draft/drop", editing.drop, name="drop"),
    path("role-sheets/<slug:role>/variants/new", editing.add_variant, name="variant"),
    path("role-sheets/<slug:role>/variants/retire", editing.retire_variant, name="retire"),
]
