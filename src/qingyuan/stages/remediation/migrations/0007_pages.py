"""Leads that nobody has looked at, the longest waiting first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("remediation", "0006_rest2")]

    operations = [
        migrations.RemoveIndex("finding", "finding_leads"),
        migrations.AddIndex(
            "finding",
            models.Index(
                fields=["found_on", "id"],
                name="finding_waiting",
                condition=models.Q(state="lead", withdrawn_at=None),
            ),
        ),
    ]
