"""Addresses of prioritisation."""

from django.urls import path

from portulan.web.prioritisation import ahp, calibration, dispersion, grid, models, pairs, views

app_name = "prioritisation"
urlpatterns = [
    path("prioritisation", views.home, name="home"),
    path("prioritisation/grid", grid.grid, name="grid"),
    path("prioritisation/grid/<str:code>/<str:criterion>", grid.cell, name="cell"),
    path("prioritisation/pairs", pairs.pairs, name="pairs"),
    path("prioritisation/scorers", dispersion.dispersion, name="scorers"),
    path("prioritisation/comparisons", ahp.comparisons, name="comparisons"),
    path("prioritisation/calibration", calibration.calibration, name="calibration"),
    path("prioritisation/model", models.model, name="model"),
    path("prioritisation/model/weights", models.weights, name="weights"),
    path("prioritisation/model/adopt", models.adopt, name="adopt"),
    path("prioritisation/initiatives/<str:code>", views.initiative, name="initiative"),
    path("prioritisation/initiatives/<str:code>/class", views.klass, name="class"),
    path("prioritisation/initiatives/<str:code>/rank", views.rank, name="rank"),
]
