from django.apps import AppConfig


class CoherenceConfig(AppConfig):
    name = "portulan.coherence"
    label = "coherence"
    verbose_name = "Coherence"
    default_auto_field = "django.db.models.BigAutoField"
