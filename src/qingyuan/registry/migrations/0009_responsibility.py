from django.db import migrations, models


class Migration(migrations.Migration):
    """Facts by their word and when they were recorded: what the clock looks through for cases to open."""

    dependencies = [("registry", "0008_speed")]

    operations = [
        migrations.AddIndex(
            model_name="fact", index=models.Index(fields=["name", "recorded_at"], name="fact_name_recorded")
        ),
    ]
