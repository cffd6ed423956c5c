"""Waters are corrected by people: a version to notice another's change, and the paper a flag rests on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_official_files")]

    operations = [
        migrations.AddField(
            model_name="water",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="waterflag",
            name="paper",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
