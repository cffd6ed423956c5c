import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("registry", "0010_remediation"), ("library", "0002_pictures")]

    operations = [
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几轮')),
                ('cause', models.CharField(choices=[('triage', '研判列入'), ('immediate', '立行立改'), ('reopened', '重新整治'), ('brought_in', '带入在办台账')], max_length=16, verbose_name='列入原因')),
                ('reopened_from', models.CharField(blank=True, max_length=24, verbose_name='重新整治前的阶段')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('pack', models.CharField(blank=True, max_length=255, verbose_name='所依据的政策包')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='条款')),
                ('listed_on', models.DateField(verbose_name='列入日期')),
                ('listed_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('ended_on', models.DateField(null=True, verbose_name='结束日期')),
                ('ended_by', models.CharField(blank=True, max_length=64)),
                ('outcome', models.CharField(blank=True, choices=[('retained', '保留'), ('merged', '合并'), ('closed', '取缔')], max_length=16, verbose_name='去向')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('outlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='registry.outlet', verbose_name='排污口')),
            ],
            options={
                'verbose_name': '整治轮次',
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=32, verbose_name='问题类别')),
                ('rule', models.CharField(blank=True, max_length=80, verbose_name='规则')),
                ('origin', models.CharField(blank=True, max_length=40, verbose_name='政策包')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='条款')),
                ('text', models.CharField(max_length=500, verbose_name='问题')),
                ('facts', models.JSONField(default=dict, verbose_name='所据事实')),
                ('state', models.CharField(choices=[('lead', '待核查'), ('confirmed', '已认定'), ('dismissed', '已排除')], default='lead', max_length=16, verbose_name='状态')),
                ('found_on', models.DateField(verbose_name='发现日期')),
                ('found_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('basis_sha256', models.CharField(blank=True, max_length=64, verbose_name='依据')),
                ('decided_on', models.DateField(null=True, verbose_name='认定日期')),
                ('decided_by', models.CharField(blank=True, max_length=64)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='理由')),
                ('settled_on', models.DateField(null=True, verbose_name='了结日期')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤回时间')),
                ('version', models.PositiveIntegerField(default=0)),
                ('outlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='registry.outlet', verbose_name='排污口')),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='remediation.round', verbose_name='整治轮次')),
            ],
            options={
                'verbose_name': '问题',
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='列入监管日期')),
                ('checked_on', models.DateField(verbose_name='最近核对日期')),
                ('units', models.PositiveSmallIntegerField(null=True, verbose_name='排污单位数')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='条款')),
                ('ended_on', models.DateField(null=True, verbose_name='移出日期')),
                ('outlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='watches', to='registry.outlet')),
            ],
            options={
                'verbose_name': '借道排污监管',
            },
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(fields=('outlet', 'number'), name='round_number_of_outlet'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('outlet',), name='outlet_has_one_open_round'),
        ),
        migrations.AddConstraint(
            model_name='round',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_on', None), ('outcome', '')), models.Q(('ended_on__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='round_ended_has_an_outcome'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['outlet'], name='finding_outlet'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('state', 'lead'), ('withdrawn_at', None)), fields=['id'], name='finding_leads'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('withdrawn_at', None)), fields=['kind', 'id'], name='finding_kind'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None), models.Q(('rule', ''), _negated=True)), fields=('outlet', 'rule'), name='rule_finds_an_outlet_once'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_on', None), ('state', 'lead')), models.Q(models.Q(('state', 'lead'), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='finding_decided_says_when'),
        ),
        migrations.AddConstraint(
            model_name='watch',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('outlet',), name='outlet_is_watched_once'),
        ),
    ]
