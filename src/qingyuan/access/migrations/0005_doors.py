from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0004_people")]

    operations = [
        migrations.AddField(
            model_name="officer",
            name="version",
            field=models.PositiveIntegerField(default=1),
        ),
    ]
