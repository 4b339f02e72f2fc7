"""Addresses of the sheets."""

from django.urls import path

from portulan.web.sheets import common
from portulan.web.sheets.views import additions, product

app_name = "sheets"
urlpatterns = [
    path("changes/<slug:app>/<uuid:uid>/undo", common.undo, name="undo"),
    path("products/_/new", product.create, name="product_new"),
    path("products/<str:code>", product.page, name="product"),
    path("products/<str:code>/_/field/<slug:column>", product.field, name="product_field"),
    path("products/<str:code>/_/value", product.value, name="product_value"),
    path("products/<str:code>/_/around", product.around, name="product_around"),
    path("products/<str:code>/_/history", product.history, name="product_history"),
    path("products/<str:code>/roles/new", product.add_role, name="role_add"),
    path("products/<str:code>/roles/<uuid:uid>/end", product.end_role, name="role_end"),
    path("products/<str:code>/lines/new", product.add_line, name="line_add"),
    path("products/<str:code>/lines/<str:line>/remove", product.remove_line, name="line_remove"),
    path("products/<str:code>/objectives/new", product.link_objective, name="objective_link"),
    path(
        "products/<str:code>/objectives/<str:objective>/remove", product.unlink_objective,
        name="objective_unlink",
    ),
    path("products/<str:code>/stage", product.change_stage, name="stage_change"),
    path("products/<str:code>/indicators/new", additions.add_indicator, name="indicator_add"),
    path("indicators/<str:code>/measures/new", additions.add_measure, name="measure_add"),
    path("risks/<slug:kind>/<str:code>/new", additions.add_risk, name="risk_add"),
]
