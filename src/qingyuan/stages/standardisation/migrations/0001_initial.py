from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0010_remediation"), ("library", "0002_pictures")]

    operations: list[migrations.operations.base.Operation] = []
