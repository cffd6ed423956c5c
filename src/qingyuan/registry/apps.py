"""Django's handle on this storey."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.registry"
    default_auto_field = "django.db.models.BigAutoField"
