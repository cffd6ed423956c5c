"""Django's handle on this storey."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.bodies"
    default_auto_field = "django.db.models.BigAutoField"
