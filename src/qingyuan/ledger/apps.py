"""Django's handle on this storey."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    """The lowest Django storey: it depends on nothing above core."""

    name = "qingyuan.ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the append-only triggers put back after every migrate."""
        from qingyuan.ledger import triggers

        post_migrate.connect(triggers.install, sender=self, dispatch_uid="ledger-triggers")
