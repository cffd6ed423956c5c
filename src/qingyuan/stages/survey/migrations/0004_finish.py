from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("survey", "0003_field")]

    operations: list[migrations.operations.base.Operation] = []
