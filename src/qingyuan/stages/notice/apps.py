"""Django's handle on this storey."""

from django.apps import AppConfig


class NoticeConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.stages.notice"
    label = "notice"
