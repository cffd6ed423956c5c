"""Django's handle on this storey."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.api"
    label = "api"
