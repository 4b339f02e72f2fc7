"""Addresses of the value reviews."""

from portulan.web.governance.reading import at
from portulan.web.reviews import lines, views

app_name = "reviews"
urlpatterns = [
    at("reviews", views.home, name="home"),
    at("reviews/_/lines/<str:code>", lines.page, name="line"),
    at("reviews/_/lines/<str:code>/record", lines.record, name="line_record"),
    at("reviews/_/lines/<str:code>/dossier/<uuid:uid>", lines.dossier, name="line_dossier"),
    at("reviews/<str:code>", views.page, name="page"),
    at("reviews/<str:code>/record", views.record, name="record"),
    at("reviews/<str:code>/dossier/<uuid:uid>", views.dossier, name="dossier"),
]
