import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bodies", "0002_correcting"),
        ("places", "0003_waters"),
        ("registry", "0010_remediation"),
        ("library", "0002_pictures"),
    ]

    operations = [
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('county', models.CharField(max_length=6)),
                ('basin', models.CharField(blank=True, max_length=2)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('county', 'basin'), name='code_counter_once')],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('unit_path', models.CharField(max_length=16)),
                ('county', models.CharField(max_length=6)),
                ('basin', models.CharField(max_length=2, verbose_name='流域水系字母')),
                ('first', models.PositiveIntegerField(verbose_name='起')),
                ('last', models.PositiveIntegerField(verbose_name='止')),
                ('holder', models.CharField(max_length=128, verbose_name='使用单位或队伍')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('state', models.CharField(choices=[('open', '在用'), ('closed', '已收回')], default='open', max_length=16, verbose_name='状态')),
                ('reserved_on', models.DateField(verbose_name='预留日期')),
                ('reserved_by', models.CharField(max_length=64)),
                ('reserved_at', models.DateTimeField(verbose_name='登记时间')),
                ('closed_on', models.DateField(null=True, verbose_name='收回日期')),
                ('closed_by', models.CharField(blank=True, max_length=64)),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.unit', verbose_name='县（市、区）')),
            ],
            options={
                'verbose_name': '号段',
            },
        ),
        migrations.CreateModel(
            name='IssuedCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=24, unique=True, verbose_name='编码')),
                ('basin', models.CharField(max_length=2)),
                ('county', models.CharField(max_length=6)),
                ('serial', models.PositiveIntegerField(verbose_name='顺序码')),
                ('letters', models.CharField(max_length=2, verbose_name='类型代码')),
                ('branch', models.PositiveSmallIntegerField(default=0, verbose_name='支口')),
                ('state', models.CharField(choices=[('standing', '有效'), ('voided', '已注销')], default='standing', max_length=16, verbose_name='状态')),
                ('by_hand', models.BooleanField(default=False, verbose_name='手工填写')),
                ('doubts', models.JSONField(default=list, verbose_name='存疑')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('issued_on', models.DateField(verbose_name='赋码日期')),
                ('issued_by', models.CharField(max_length=64)),
                ('issued_at', models.DateTimeField(verbose_name='登记时间')),
                ('voided_on', models.DateField(null=True, verbose_name='注销日期')),
                ('voided_by', models.CharField(blank=True, max_length=64)),
                ('void_reason', models.CharField(blank=True, max_length=200, verbose_name='注销理由')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issued_codes', to='registry.outlet', verbose_name='排污口')),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='standardisation.segment', verbose_name='号段')),
            ],
            options={
                'verbose_name': '编码',
            },
        ),
        migrations.CreateModel(
            name='Sign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='第几块')),
                ('state', models.CharField(choices=[('designed', '已设计'), ('printed', '已制作'), ('erected', '已立牌'), ('damaged', '已损坏'), ('void', '已作废')], default='designed', max_length=16, verbose_name='状态')),
                ('code', models.CharField(max_length=24, verbose_name='编码')),
                ('content', models.JSONField(default=list)),
                ('look', models.JSONField(default=dict)),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('erected_by', models.CharField(blank=True, max_length=200, verbose_name='由谁树立')),
                ('designed_on', models.DateField(verbose_name='设计日期')),
                ('designed_by', models.CharField(max_length=64)),
                ('designed_at', models.DateTimeField(verbose_name='登记时间')),
                ('printed_on', models.DateField(null=True, verbose_name='制作日期')),
                ('erected_on', models.DateField(null=True, verbose_name='立牌日期')),
                ('photo_sha256', models.CharField(blank=True, max_length=64, verbose_name='照片')),
                ('photo_taken_at', models.DateTimeField(null=True, verbose_name='拍摄时间')),
                ('photo_longitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度（°，CGCS2000）')),
                ('photo_latitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度（°，CGCS2000）')),
                ('distance_m', models.FloatField(null=True, verbose_name='距排污口（m）')),
                ('distance_reason', models.CharField(blank=True, max_length=200, verbose_name='距离说明')),
                ('damaged_on', models.DateField(null=True, verbose_name='发现损坏日期')),
                ('damage', models.CharField(blank=True, max_length=200, verbose_name='损坏情况')),
                ('void_on', models.DateField(null=True, verbose_name='作废日期')),
                ('void_reason', models.CharField(blank=True, max_length=200, verbose_name='作废理由')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='registry.outlet', verbose_name='排污口')),
            ],
            options={
                'verbose_name': '标识牌',
            },
        ),
        migrations.CreateModel(
            name='Urging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('turn', models.PositiveSmallIntegerField(default=1, verbose_name='第几次')),
                ('waiting_since', models.DateField(verbose_name='自')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('urged_on', models.DateField(verbose_name='敦促日期')),
                ('urged_by', models.CharField(max_length=64)),
                ('urged_at', models.DateTimeField(verbose_name='登记时间')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='责任主体')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_urgings', to='registry.outlet', verbose_name='排污口')),
            ],
            options={
                'verbose_name': '立牌敦促',
            },
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(fields=['county', 'state'], name='code_segment_county'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('first__gte', 1), ('last__gte', models.F('first'))), name='code_segment_is_a_range'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('last__lte', 9999)), name='code_segment_fits'),
        ),
        migrations.AddIndex(
            model_name='issuedcode',
            index=models.Index(fields=['county', 'serial'], name='issued_code_serial'),
        ),
        migrations.AddConstraint(
            model_name='issuedcode',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'standing')), fields=('outlet',), name='outlet_has_one_issued_code'),
        ),
        migrations.AddConstraint(
            model_name='issuedcode',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'standing'), ('voided_on__isnull', True)), models.Q(('state', 'voided'), ('voided_on__isnull', False)), _connector='OR'), name='issued_code_voided_has_a_day'),
        ),
        migrations.AddIndex(
            model_name='sign',
            index=models.Index(fields=['state', 'id'], name='sign_state'),
        ),
        migrations.AddIndex(
            model_name='sign',
            index=models.Index(fields=['code'], name='sign_code'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'void'), _negated=True), fields=('outlet',), name='outlet_has_one_sign_in_use'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.UniqueConstraint(fields=('outlet', 'number'), name='sign_number_once'),
        ),
        migrations.AddConstraint(
            model_name='sign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'erected'), _negated=True), models.Q(models.Q(('photo_sha256', ''), _negated=True), ('erected_on__isnull', False)), _connector='OR'), name='sign_up_has_a_photo'),
        ),
        migrations.AddIndex(
            model_name='urging',
            index=models.Index(fields=['body', '-id'], name='sign_urging_body'),
        ),
    ]
