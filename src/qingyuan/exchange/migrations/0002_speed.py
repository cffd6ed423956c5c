"""Lines and findings are found by the indexes that begin with the batch; one for the batch alone says nothing more."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name=related,
                to="exchange.import",
            ),
        )
        for model, related in (("findingrow", "findings"), ("importrow", "lines"))
    ]
