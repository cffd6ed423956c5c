from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("managing_path", models.F("unit_path")), _negated=True),
                fields=["managing_path", "valid_from"],
                name="standing_managing",
            ),
        ),
    ]
