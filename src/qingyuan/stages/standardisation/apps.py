"""Django's handle on this storey."""

from django.apps import AppConfig


class StandardisationConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.standardisation"
    label = "standardisation"
