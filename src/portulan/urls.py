"""All addresses: the pages. Static files are served by the middleware."""

from django.urls import include, path

urlpatterns = [
    path("", include("portulan.web.urls")),
]

handler400 = "portulan.web.answers.handle_400"
handler403 = "portulan.web.answers.handle_403"
handler404 = "portulan.web.answers.handle_404"
handler500 = "portulan.web.answers.handle_500"
