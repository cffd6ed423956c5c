"""Django's handle on this storey."""

from django.apps import AppConfig


class SurveyConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.survey"
    label = "survey"
