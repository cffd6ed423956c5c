from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("survey", "0001_initial")]

    operations = []
