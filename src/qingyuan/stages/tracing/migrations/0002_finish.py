from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0001_initial")]

    operations = [
        migrations.AddField(
            "casebody", "clause", models.CharField(blank=True, default="", max_length=64, verbose_name="条款"),
            preserve_default=False,
        ),
    ]
