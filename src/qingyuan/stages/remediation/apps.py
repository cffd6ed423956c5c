"""Django's handle on this storey."""

from django.apps import AppConfig


class RemediationConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.remediation"
    label = "remediation"
