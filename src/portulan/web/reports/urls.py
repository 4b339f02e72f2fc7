"""Addresses of the documents."""

from django.urls import path, register_converter

from portulan.web.reports import views


class Form:
    """A format of documents."""

    regex = "pptx|pdf|xlsx"

    def to_python(self, value: str) -> str:
        """The format."""
        return value

    def to_url(self, value: str) -> str:
        """The format."""
        return value


register_converter(Form, "report_form")

app_name = "reports"
urlpatterns = [
    path("documents", views.home, name="pack"),
    path("documents/one-page.<report_form:form>", views.one_page, name="one_page"),
    path("documents/roadmap.<report_form:form>", views.roadmap, name="roadmap"),
    path("documents/budget.<report_form:form>", views.budget, name="budget"),
    path("documents/made/<uuid:uid>", views.made, name="made"),
    path("documents/made/<uuid:uid>/file", views.made_file, name="made_file"),
    path("meetings/<str:code>/pack.<report_form:form>", views.committee_pack,
         name="committee_pack"),
    path("meetings/<str:code>/record.<report_form:form>", views.meeting_record,
         name="meeting_record"),
    path("decisions/<str:code>/record.<report_form:form>", views.decision_record,
         name="decision_record"),
    path("settings/slides", views.template, name="template"),
    path("settings/slides/remove", views.template_remove, name="template_remove"),
    path("settings/slides/sample.pptx", views.template_sample, name="template_sample"),
]
