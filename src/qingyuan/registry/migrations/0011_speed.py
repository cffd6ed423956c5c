"""What waits anywhere in the country, the longest waiting first: an index in that order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_remediation")]

    operations = [
        migrations.AddIndex(
            "outlet",
            models.Index(
                fields=["stage", "stage_since", "id"],
                name="outlet_waiting",
                condition=models.Q(in_register=True, stage__gt=""),
            ),
        ),
    ]
