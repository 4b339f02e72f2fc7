"""All addresses: the pages. Static files are served by the middleware."""

from django.urls import include, path

urlpatterns = [
    path("", include("portulan.web.urls")),
]
