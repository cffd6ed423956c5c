from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("places", "0002_official_files")]

    operations = []
