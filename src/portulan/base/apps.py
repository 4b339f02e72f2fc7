from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "portulan.base"
    label = "base"
    verbose_name = "Foundations"
    default_auto_field = "django.db.models.BigAutoField"
