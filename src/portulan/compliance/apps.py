from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "portulan.compliance"
    label = "compliance"
    verbose_name = "Compliance"
    default_auto_field = "django.db.models.BigAutoField"
