"""Django's handle on this storey."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.library"
    default_auto_field = "django.db.models.BigAutoField"
