"""Addresses of the indicators."""

from django.urls import path

from portulan.web.indicators import views

app_name = "indicators"
urlpatterns = [path("indicators", views.home, name="home")]
