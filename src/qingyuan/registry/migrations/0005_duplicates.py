from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("registry", "0004_outlet_duty")]

    operations = []
