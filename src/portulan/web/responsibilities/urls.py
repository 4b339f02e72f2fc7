"""Addresses of the responsibilities."""

from django.urls import path

from portulan.web.responsibilities.views import change, matrix, reality, why

app_name = "responsibilities"
urlpatterns = [
    path("responsibilities", matrix.home, name="home"),
    path("responsibilities/export", matrix.export, name="export"),
    path("responsibilities/preview", change.preview, name="preview"),
    path("responsibilities/apply", change.apply, name="apply"),
    path("responsibilities/why", why.why, name="why"),
    path("responsibilities/reality", reality.home, name="reality"),
    path("responsibilities/people/<str:code>", why.person, name="person"),
]
