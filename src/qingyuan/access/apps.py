"""Django's handle on this storey."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.access"
    default_auto_field = "django.db.models.BigAutoField"
