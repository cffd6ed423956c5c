from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bodies', '0001_initial'),
        ('places', '0001_initial'),
        ('registry', '0003_outlet_water_tile'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='outlet',
            index=models.Index(condition=models.Q(('in_register', True)), fields=['stage', 'unit_path', 'stage_since'], name='outlet_duty'),
        ),
        migrations.AddIndex(
            model_name='outlet',
            index=models.Index(condition=models.Q(('in_register', True), ('longitude_deg__isnull', True)), fields=['unit_path'], name='outlet_unlocated'),
        ),
        migrations.AddIndex(
            model_name='outlet',
            index=models.Index(condition=models.Q(('in_register', True), models.Q(('missing', []), _negated=True)), fields=['unit_path'], name='outlet_pending'),
        ),
    ]
