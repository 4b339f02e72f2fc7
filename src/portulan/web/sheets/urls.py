"""Addresses of the sheets."""

from django.urls import path

from portulan.web.sheets import answering
from portulan.web.sheets.views import (
    additions,
    initiative,
    lists,
    measures,
    places,
    product,
    project,
)

app_name = "sheets"
#: Kinds of objects whose pages share one view of fields, with the folder of their addresses.
_FOLDERS = {
    "line": "lines",
    "entity": "entities",
    "team": "teams",
    "person": "people",
    "objective": "objectives",
    "request": "requests",
}
urlpatterns = [
    path("changes/<slug:app>/<uuid:uid>/undo", answering.undo, name="undo"),
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
    path("initiatives/<str:code>", initiative.page, name="initiative"),
    path("initiatives/<str:code>/_/field/<slug:column>", initiative.field, name="initiative_field"),
    path("initiatives/<str:code>/_/score", initiative.score, name="initiative_score"),
    path("initiatives/<str:code>/_/history", initiative.history, name="initiative_history"),
    path("initiatives/<str:code>/effort", initiative.effort, name="initiative_effort"),
    path("initiatives/<str:code>/cost", initiative.cost, name="initiative_cost"),
    path("initiatives/<str:code>/products/new", initiative.serve, name="initiative_serve"),
    path("projects/<str:code>", project.page, name="project"),
    path("projects/<str:code>/_/field/<slug:column>", project.field, name="project_field"),
    path("projects/<str:code>/_/history", project.history, name="project_history"),
    path("projects/<str:code>/convert", project.convert, name="project_convert"),
    path("lines", lists.lines, name="lines"),
    path("teams", lists.teams, name="teams"),
    path("people", lists.people, name="people"),
    path("objectives", lists.objectives, name="objectives"),
    path("projects", lists.projects, name="projects"),
    path("lines/<str:code>", places.line, name="line"),
    path("entities/<str:code>", places.entity, name="entity"),
    path("teams/<str:code>", places.team, name="team"),
    path("people/<str:code>", places.person, name="person"),
    path("objectives/<str:code>", places.objective, name="objective"),
    path(
        "objectives/<str:code>/_/results/<uuid:uid>", places.key_result, name="key_result_field"
    ),
    path("requests/<str:code>", places.request_page, name="request"),
    *(
        path(
            f"{folder}/<str:code>/_/field/<slug:column>", places.field, {"kind": kind},
            name=f"{kind}_field",
        )
        for kind, folder in _FOLDERS.items()
    ),
    path("indicators/<str:code>", measures.page, name="indicator"),
    path("indicators/<str:code>/_/field/<slug:column>", measures.field, name="indicator_field"),
    path("risks/<slug:kind>/<str:code>/new", additions.add_risk, name="risk_add"),
]
