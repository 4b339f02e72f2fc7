"""Addresses of the diagnosis."""

from django.urls import path

from portulan.web.diagnosis import views

app_name = "diagnosis"
urlpatterns = [
    path("diagnosis", views.home, name="home"),
    path("diagnosis/compute", views.compute, name="compute"),
    path("diagnosis/plan", views.add_step, name="step_add"),
    path("diagnosis/plan/<uuid:uid>", views.step, name="step"),
    path("diagnosis/coaching", views.coaching, name="coaching"),
    path("diagnosis/coaching/<str:code>", views.product, name="product"),
    path("diagnosis/coaching/<str:code>/notes", views.add_note, name="note_add"),
    path("diagnosis/coaching/<str:code>/notes/<uuid:uid>", views.note, name="note"),
    path("diagnosis/domains/<slug:code>", views.domain, name="domain"),
]
