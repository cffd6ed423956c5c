"""Django's handle on this storey."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.reporting"
    label = "reporting"
