"""Addresses of prioritisation."""

from django.urls import path

from portulan.web.prioritisation import grid, models, views

app_name = "prioritisation"
urlpatterns = [
    path("prioritisation", views.home, name="home"),
    path("prioritisation/grid", grid.grid, name="grid"),
    path("prioritisation/grid/<str:code>/<str:criterion>", grid.cell, name="cell"),
    path("prioritisation/model", models.model, name="model"),
    path("prioritisation/model/weights", models.weights, name="weights"),
    path("prioritisation/model/adopt", models.adopt, name="adopt"),
    path("prioritisation/initiatives/<str:code>", views.initiative, name="initiative"),
    path("prioritisation/initiatives/<str:code>/rank", views.rank, name="rank"),
]
