from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_remediation")]

    operations: list[migrations.operations.base.Operation] = []
