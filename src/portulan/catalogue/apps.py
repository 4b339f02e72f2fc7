from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "portulan.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"
