from django.apps import AppConfig


class PrioritisationConfig(AppConfig):
    name = "portulan.prioritisation"
    label = "prioritisation"
    verbose_name = "Prioritisation"
    default_auto_field = "django.db.models.BigAutoField"
