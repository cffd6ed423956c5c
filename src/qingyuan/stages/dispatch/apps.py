"""Django's handle on this storey."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.dispatch"
    label = "dispatch"
