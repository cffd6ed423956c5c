from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("remediation", "0003_works")]

    operations: list[migrations.operations.base.Operation] = []
