from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("bodies", "0001_initial")]

    operations = []
