"""Address of the control tower."""

from django.urls import path

from portulan.web.control_tower import views

app_name = "tower"
urlpatterns = [path("", views.home, name="home")]
