"""What is not in the register, found by its unit: for the pages about outlets that are not, or no longer, in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_speed")]

    operations = [
        migrations.AddIndex(
            "outlet",
            models.Index(fields=["unit_path"], name="outlet_out", condition=models.Q(in_register=False)),
        ),
    ]
