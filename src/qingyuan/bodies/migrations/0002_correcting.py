"""主管部门 of a body, which its affiliation needs beside parent and industry."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bodies", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="body",
            name="supervising_body",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="supervised",
                to="bodies.body",
                verbose_name="主管部门",
            ),
        ),
    ]
