"""Django's handle on this storey."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.exchange"
    default_auto_field = "django.db.models.BigAutoField"
