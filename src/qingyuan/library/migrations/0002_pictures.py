from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("width", models.PositiveIntegerField(default=0, verbose_name="宽（像素）")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="高（像素）")),
                ("print", models.BinaryField(max_length=32, null=True)),
                ("taken_at", models.DateTimeField(null=True, verbose_name="拍摄时间")),
                (
                    "longitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="经度（°，WGS 84）"),
                ),
                (
                    "latitude_deg",
                    models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name="纬度（°，WGS 84）"),
                ),
                (
                    "bearing_deg",
                    models.DecimalField(decimal_places=1, max_digits=4, null=True, verbose_name="拍摄方向（°）"),
                ),
                ("camera", models.CharField(blank=True, max_length=64, verbose_name="相机")),
            ],
            options={"verbose_name": "影像"},
        ),
    ]
