import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial"), ("registry", "0005_duplicates")]

    operations = [
        migrations.CreateModel(
            name="RegisterVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("register", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=64)),
                ("number", models.PositiveIntegerField()),
                ("snapshot_day", models.DateField()),
                ("rows", models.PositiveIntegerField()),
                ("added", models.PositiveIntegerField()),
                ("removed", models.PositiveIntegerField()),
                ("changed", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("clause", models.CharField(blank=True, max_length=120)),
                ("pack", models.CharField(blank=True, max_length=200)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("published_by", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="places.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "register", "number"), name="register_version_once")
                ],
            },
        ),
    ]
