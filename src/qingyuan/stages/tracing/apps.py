"""Django's handle on this storey."""

from django.apps import AppConfig


class TracingConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.tracing"
    label = "tracing"
