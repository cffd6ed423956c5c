from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_responsibility")]

    operations = [
        migrations.AddIndex(
            model_name="outlet",
            index=models.Index(
                condition=models.Q(
                    ("in_register", True),
                    (
                        "stage__in",
                        [
                            "problem",
                            "plan_draft",
                            "plan_approved",
                            "remediating",
                            "in_transition",
                            "awaiting_acceptance",
                            "accepted",
                        ],
                    ),
                ),
                fields=["unit_path", "id"],
                name="outlet_problem",
            ),
        ),
    ]
