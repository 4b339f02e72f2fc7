"""Addresses of the work: flow, forecasts, backlog, releases."""

from django.urls import path

from portulan.web.flow.views import backlog, blocks, items, pages

app_name = "flow"
_FOLDERS = (("team", "teams"), ("product", "products"), ("initiative", "initiatives"))
urlpatterns = [
    *(
        route
        for kind, folder in _FOLDERS
        for route in (
            path(f"{folder}/<str:code>/flow", pages.page, {"kind": kind}, name=kind),
            path(
                f"{folder}/<str:code>/flow/faults/<slug:fault>", pages.faults, {"kind": kind},
                name=f"{kind}_faults",
            ),
            path(
                f"{folder}/<str:code>/_/work", blocks.block, {"kind": kind}, name=f"{kind}_block"
            ),
            path(
                f"{folder}/<str:code>/backlog", backlog.page, {"kind": kind},
                name=f"{kind}_backlog",
            ),
        )
    ),
    path(
        "products/<str:code>/backlog/new", backlog.add, {"kind": "product"}, name="product_item_new"
    ),
    path(
        "initiatives/<str:code>/backlog/new", backlog.add, {"kind": "initiative"},
        name="initiative_item_new",
    ),
    path("products/<str:code>/releases/new", backlog.add_release, name="release_new"),
    path("products/<str:code>/flow/indicators", pages.indicators, name="indicators"),
    path("work-items/<str:code>", items.item, name="item"),
    path("work-items/<str:code>/_/field/<slug:column>", items.item_field, name="item_field"),
    path("releases/<str:code>", items.release, name="release"),
    path("releases/<str:code>/_/field/<slug:column>", items.release_field, name="release_field"),
    path("work-items/changes/<uuid:uid>/undo", items.undo, name="undo"),
]
