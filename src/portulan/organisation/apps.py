from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "portulan.organisation"
    label = "organisation"
    verbose_name = "Organisation"
    default_auto_field = "django.db.models.BigAutoField"
