import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("access", "0004_people"),
        ("bodies", "0001_initial"),
        ("places", "0002_official_files"),
        ("registry", "0009_responsibility"),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('why', models.CharField(choices=[('unclear', '责任不清'), ('scope', '方案规定全部溯源'), ('no_unit', '没有对应的排污单位'), ('dry_flow', '旱天污水直排'), ('other', '其他')], max_length=16, verbose_name='立案原因')),
                ('why_text', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('lead_reason', models.CharField(blank=True, max_length=200, verbose_name='另定牵头单位的理由')),
                ('opened_on', models.DateField(verbose_name='立案日期')),
                ('opened_by', models.CharField(max_length=64)),
                ('opened_at', models.DateTimeField(verbose_name='登记时间')),
                ('conclusion', models.CharField(blank=True, choices=[('definite', '确定'), ('inconclusive', '无法确定'), ('not_needed', '无需溯源')], max_length=16, verbose_name='结论')),
                ('concluded_on', models.DateField(null=True, verbose_name='结论日期')),
                ('concluded_by', models.CharField(blank=True, max_length=64)),
                ('note', models.TextField(blank=True, verbose_name='结论说明')),
                ('paper_sha256', models.CharField(blank=True, max_length=64, verbose_name='溯源报告')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='registry.outlet', verbose_name='排污口')),
            ],
            options={
                'verbose_name': '溯源案件',
            },
        ),
        migrations.CreateModel(
            name='CaseBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('lead', '牵头单位'), ('supporting', '配合单位')], max_length=16, verbose_name='角色')),
                ('name', models.CharField(max_length=128, verbose_name='单位')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='单位')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bodies', to='tracing.case')),
            ],
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('outlet', '排污口'), ('well', '检查井'), ('pipe', '管道'), ('ditch', '沟渠'), ('pump', '泵站'), ('branch', '支管接入点'), ('discharger', '排污单位'), ('other', '其他')], max_length=16, verbose_name='类别')),
                ('name', models.CharField(max_length=128, verbose_name='名称')),
                ('unit_path', models.CharField(max_length=16)),
                ('longitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度（°，CGCS2000）')),
                ('latitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度（°，CGCS2000）')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='排污单位')),
                ('outlet', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='node', to='registry.outlet')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.unit')),
            ],
        ),
        migrations.CreateModel(
            name='Edge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('length_m', models.DecimalField(decimal_places=1, max_digits=10, null=True, verbose_name='长度（m）')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edges', to='tracing.case')),
                ('lower', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='up', to='tracing.node')),
                ('upper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='down', to='tracing.node')),
            ],
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.DecimalField(decimal_places=4, max_digits=5, null=True, verbose_name='占比')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('recorded_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='排污单位')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='tracing.case')),
            ],
            options={
                'verbose_name': '来源',
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('method', models.CharField(max_length=64, verbose_name='方法')),
                ('method_note', models.CharField(blank=True, max_length=200, verbose_name='方法说明')),
                ('day', models.DateField(verbose_name='日期')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='位置')),
                ('longitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度（°，CGCS2000）')),
                ('latitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度（°，CGCS2000）')),
                ('result', models.TextField(verbose_name='结果')),
                ('confidence', models.CharField(choices=[('high', '高'), ('medium', '中'), ('low', '低'), ('unknown', '不明')], default='unknown', max_length=16, verbose_name='可信程度')),
                ('recorded_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('struck_reason', models.CharField(blank=True, max_length=200, verbose_name='划去的理由')),
                ('struck_by', models.CharField(blank=True, max_length=64)),
                ('struck_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='tracing.case')),
            ],
            options={
                'verbose_name': '溯源步骤',
            },
        ),
        migrations.CreateModel(
            name='StepFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='名称')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='tracing.step')),
            ],
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['conclusion', 'opened_on'], name='tracing_case_open'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('conclusion', '')), fields=('outlet',), name='outlet_has_one_open_case'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('concluded_on__isnull', True), ('conclusion', '')), models.Q(models.Q(('conclusion', ''), _negated=True), ('concluded_on__isnull', False)), _connector='OR'), name='tracing_concluded_has_a_day'),
        ),
        migrations.AddIndex(
            model_name='node',
            index=models.Index(fields=['unit_path', 'name'], name='tracing_node_unit'),
        ),
        migrations.AddIndex(
            model_name='edge',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['lower', 'upper'], name='tracing_edge_up'),
        ),
        migrations.AddConstraint(
            model_name='edge',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('upper', 'lower'), name='edge_stands_once'),
        ),
        migrations.AddConstraint(
            model_name='edge',
            constraint=models.CheckConstraint(condition=models.Q(('upper', models.F('lower')), _negated=True), name='edge_leads_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case', 'body'), name='source_stands_once_in_a_case'),
        ),
        migrations.AddConstraint(
            model_name='source',
            constraint=models.CheckConstraint(condition=models.Q(('share__isnull', True), models.Q(('share__gte', 0), ('share__lte', 1)), _connector='OR'), name='source_share_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='stepfile',
            constraint=models.UniqueConstraint(fields=('step', 'sha256'), name='step_file_once'),
        ),
    ]
