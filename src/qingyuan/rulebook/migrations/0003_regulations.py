from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("rulebook", "0002_proposals")]

    operations = []
