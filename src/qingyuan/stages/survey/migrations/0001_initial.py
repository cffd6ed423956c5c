from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_tile_pyramid"), ("access", "0004_people")]

    operations = []
