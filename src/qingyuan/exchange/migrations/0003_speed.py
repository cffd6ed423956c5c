from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_speed")]

    operations: list[migrations.operations.base.Operation] = []
