"""Addresses of the portfolio pages."""

from django.urls import path

from portulan.web.portfolio import around, moves, saved, views

app_name = "portfolio"
urlpatterns = [
    path("portfolio", views.table, name="table"),
    path("portfolio/board", views.board, name="board"),
    path("portfolio/roadmap", views.roadmap, name="roadmap"),
    path("portfolio/value", around.value, name="value"),
    path("portfolio/dependencies", around.dependencies, name="dependencies"),
    path("portfolio/export.<str:form>", views.export, name="export"),
    path("portfolio/views", saved.save, name="save_view"),
    path("portfolio/views/<uuid:uid>", saved.change, name="change_view"),
    path("portfolio/views/<uuid:uid>/delete", saved.delete, name="delete_view"),
    path("portfolio/initiatives/<str:code>/place", moves.place, name="place"),
    path("portfolio/placed/<uuid:change>/undo", moves.undo, name="undo_place"),
]
