from collections import Counter

from django.db import migrations, models

from qingyuan.core.tiles import PYRAMID_LEVELS, pyramid_cell

STEP = 6  # one step of a water's path
CHUNK = 5_000


def count(apps, _editor):
    """Count the outlets that stand in the register already."""
    outlets = apps.get_model("registry", "Outlet").objects.filter(in_register=True).exclude(mkey=None)
    cells = Counter()
    for path, mkey, type_key, stage in outlets.exclude(water_path="").values_list(
        "water_path", "mkey", "type_key", "stage"
    ).iterator(chunk_size=CHUNK):
        for level in PYRAMID_LEVELS:
            cell = pyramid_cell(level, mkey)
            for end in range(STEP, len(path) + 1, STEP):
                cells[path[:end], cell, type_key, stage] += 1
    tally = apps.get_model("registry", "TileTally")
    tally.objects.bulk_create(
        (
            tally(key=key, cell=cell, type_key=type_key, stage=stage, n=n)
            for (key, cell, type_key, stage), n in cells.items()
        ),
        batch_size=CHUNK,
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_register_versions")]

    operations = [
        migrations.CreateModel(
            name="TileTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("cell", models.BigIntegerField()),
                ("type_key", models.CharField(blank=True, max_length=40)),
                ("stage", models.CharField(max_length=24)),
                ("n", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["key", "cell", "type_key", "stage", "n"], name="tile_tally_key")
                ]
            },
        ),
        migrations.RemoveIndex(model_name="outlet", name="outlet_water_tile"),
        migrations.RemoveIndex(model_name="outlet", name="outlet_tile"),
        migrations.AddIndex(
            model_name="outlet",
            index=models.Index(
                fields=["mkey", "type_key", "stage", "unit_path", "water_path"], name="outlet_tile"
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
