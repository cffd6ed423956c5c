"""Django's handle on this storey."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.rulebook"
    default_auto_field = "django.db.models.BigAutoField"
