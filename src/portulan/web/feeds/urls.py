"""Addresses of the feeds."""

from django.urls import path

from portulan.web.feeds import views

app_name = "feeds"
urlpatterns = [path("feeds/calendar/<str:token>.ics", views.calendar, name="calendar")]
