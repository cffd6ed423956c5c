from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("rulebook", "0001_initial")]

    operations = []
