"""Django's handle on this storey."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.web"
    default_auto_field = "django.db.models.BigAutoField"
