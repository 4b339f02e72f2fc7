"""Addresses of the value reviews."""

from portulan.web.governance.reading import at
from portulan.web.reviews import views

app_name = "reviews"
urlpatterns = [
    at("reviews", views.home, name="home"),
    at("reviews/<str:code>", views.page, name="page"),
    at("reviews/<str:code>/record", views.record, name="record"),
    at("reviews/<str:code>/dossier/<uuid:uid>", views.dossier, name="dossier"),
]
