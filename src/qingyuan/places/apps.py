"""Django's handle on this storey."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """See the package's own paragraph."""

    name = "qingyuan.places"
    default_auto_field = "django.db.models.BigAutoField"
