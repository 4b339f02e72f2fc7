"""Addresses of the pages: every area brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from portulan.web.areas import modules

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(module)) for module in modules("urls")
]
