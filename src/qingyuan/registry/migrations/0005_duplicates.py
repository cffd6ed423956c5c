import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("places", "0001_initial"), ("registry", "0004_outlet_duty")]

    operations = [
        migrations.CreateModel(
            name='BulkRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('act', models.CharField(max_length=32)),
                ('said', models.CharField(max_length=300)),
                ('errand', models.JSONField(default=dict)),
                ('chosen', models.JSONField(default=list)),
                ('results', models.JSONField(default=list)),
                ('run_by', models.CharField(max_length=64)),
                ('run_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('columns', models.JSONField(default=list)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='view_has_one_name')],
            },
        ),
        migrations.CreateModel(
            name='ApartPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('decided_by', models.CharField(max_length=64)),
                ('decided_at', models.DateTimeField()),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.outlet')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.outlet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='pair_is_apart_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='pair_is_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CodeList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=255, verbose_name='文件名')),
                ('rows', models.PositiveIntegerField(default=0)),
                ('filed_by', models.CharField(max_length=64)),
                ('filed_at', models.DateTimeField()),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'sha256'), name='code_list_once_in_a_unit')],
            },
        ),
        migrations.CreateModel(
            name='MainLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_day', models.DateField()),
                ('to_day', models.DateField(null=True)),
                ('recorded_at', models.DateTimeField()),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='main_links', to='registry.outlet')),
                ('main', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='branch_links', to='registry.outlet')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_day__isnull', True)), fields=('branch',), name='branch_has_one_main_at_a_time'), models.CheckConstraint(condition=models.Q(('branch', models.F('main')), _negated=True), name='branch_is_not_its_main')],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('day', models.DateField()),
                ('resolved_by', models.CharField(max_length=64)),
                ('resolved_at', models.DateTimeField()),
                ('undone_by', models.CharField(blank=True, max_length=64)),
                ('undone_at', models.DateTimeField(null=True)),
                ('kept_version', models.PositiveIntegerField()),
                ('dropped_version', models.PositiveIntegerField()),
                ('state', models.JSONField(default=dict)),
                ('dropped', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions_dropped', to='registry.outlet')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='resolutions_kept', to='registry.outlet')),
            ],
            options={
                'indexes': [models.Index(fields=['kept'], name='resolution_kept')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('dropped',), name='outlet_is_dropped_once'), models.CheckConstraint(condition=models.Q(('kept', models.F('dropped')), _negated=True), name='outlet_is_no_duplicate_of_itself')],
            },
        ),
    ]
