"""How much of a closing pack's ledger stood under an anchor."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("remediation", "0005_rest")]

    operations = [
        migrations.AddField("closingpack", "anchored", models.PositiveIntegerField(default=0)),
    ]
