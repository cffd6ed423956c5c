from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("remediation", "0002_plans")]

    operations: list[migrations.operations.base.Operation] = []
