from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "portulan.web"
    label = "web"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every area bring what it adds to the frame of the pages."""
        from portulan.web.areas import load

        load("plugs")
