"""Addresses of skills and careers."""

from django.urls import path

from portulan.web.skills.views import careers, catalogue, people, trainings

app_name = "skills"
urlpatterns = [
    path("skills", people.home, name="home"),
    path("skills/people/<str:code>", people.person, name="person"),
    path("skills/people/<str:code>/step", people.step, name="step"),
    path("skills/people/<str:code>/manager", people.manager, name="manager"),
    path("skills/steps/<uuid:uid>", people.done, name="done"),
    path("skills/catalogue", catalogue.home, name="catalogue"),
    path("skills/catalogue/new", catalogue.new, name="skill_new"),
    path("skills/catalogue/fill", catalogue.fill, name="fill"),
    path("skills/catalogue/<str:code>", catalogue.edit, name="skill_edit"),
    path("skills/overview", catalogue.overview, name="overview"),
    path("skills/careers", careers.home, name="careers"),
    path("skills/trainings", trainings.home, name="trainings"),
    path("skills/trainings/new", trainings.new, name="training_new"),
    path("skills/trainings/<str:code>", trainings.page, name="training"),
    path("skills/trainings/<str:code>/edit", trainings.edit, name="training_edit"),
    path("skills/trainings/<str:code>/session", trainings.session, name="session"),
    path("skills/sessions/<uuid:uid>/ask", trainings.ask, name="ask"),
    path("skills/sessions/<uuid:uid>/answer", trainings.answer, name="answer"),
    path("skills/sessions/<uuid:uid>/cancel", trainings.cancel, name="cancel"),
]
