import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("remediation", "0002_plans")]

    operations = [
        migrations.CreateModel(
            name='BranchPipe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('name', models.CharField(max_length=128, verbose_name='名称')),
                ('owner_text', models.CharField(blank=True, max_length=128, verbose_name='接入单位（原文）')),
                ('is_illegal', models.BooleanField(default=True, verbose_name='违规接入')),
                ('found_on', models.DateField(verbose_name='发现日期')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='条款')),
                ('recorded_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('cleared_on', models.DateField(null=True, verbose_name='清理日期')),
                ('cleared_by', models.CharField(blank=True, max_length=64)),
                ('how', models.CharField(blank=True, max_length=500, verbose_name='清理情况')),
                ('paper_sha256', models.CharField(blank=True, max_length=64, verbose_name='清理记录')),
                ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='branch_pipes', to='registry.outlet', verbose_name='排污口')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='接入单位')),
            ],
            options={
                'verbose_name': '支管',
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('before', '整治前照片'), ('after', '整治后照片'), ('works', '施工过程'), ('monitoring', '整治后监测'), ('closing_record', '拆除、关闭、封堵记录'), ('merge_record', '合并接入记录'), ('branch_record', '支管清理记录'), ('permit_note', '排污许可证载明'), ('acceptance', '验收现场照片'), ('support', '配合单位材料'), ('other', '其他材料')], max_length=16, verbose_name='类别')),
                ('measure', models.CharField(blank=True, max_length=32, verbose_name='措施')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('is_photo', models.BooleanField(default=False)),
                ('day', models.DateField(verbose_name='日期')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='拍摄时间')),
                ('longitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度（°，CGCS2000）')),
                ('latitude_deg', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度（°，CGCS2000）')),
                ('position_source', models.CharField(blank=True, max_length=8, verbose_name='位置来源')),
                ('bearing_deg', models.DecimalField(decimal_places=1, max_digits=4, null=True, verbose_name='拍摄方向（°）')),
                ('off_m', models.PositiveIntegerField(null=True, verbose_name='距排污口（m）')),
                ('findings', models.JSONField(default=list, verbose_name='发现')),
                ('state', models.CharField(choices=[('ok', '已收下'), ('suspected', '有疑点'), ('explained', '疑点已排除'), ('rejected', '不予采信')], default='ok', max_length=16, verbose_name='状态')),
                ('added_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('version', models.PositiveIntegerField(default=0)),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='提交单位')),
                ('pair', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='afters', to='remediation.evidence', verbose_name='对照照片')),
                ('round', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='remediation.round')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='remediation.planstep')),
            ],
            options={
                'verbose_name': '佐证',
            },
        ),
        migrations.CreateModel(
            name='Doubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_path', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('kind', models.CharField(choices=[('harm', '损害群众切身利益'), ('falsification', '弄虚作假'), ('perfunctory', '敷衍应付'), ('unclear', '佐证不清')], max_length=16, verbose_name='性质')),
                ('text', models.CharField(max_length=1000, verbose_name='疑点')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='条款')),
                ('state', models.CharField(choices=[('open', '待说明'), ('explained', '待认定'), ('dismissed', '已排除'), ('confirmed', '已认定')], default='open', max_length=16, verbose_name='状态')),
                ('raised_on', models.DateField(verbose_name='提出日期')),
                ('raised_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('due', models.DateField(null=True, verbose_name='说明期限')),
                ('explanation', models.CharField(blank=True, max_length=1000, verbose_name='说明')),
                ('explained_by', models.CharField(blank=True, max_length=64)),
                ('explained_on', models.DateField(null=True, verbose_name='说明日期')),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='认定理由')),
                ('paper_sha256', models.CharField(blank=True, max_length=64, verbose_name='认定材料')),
                ('decided_by', models.CharField(blank=True, max_length=64)),
                ('decided_on', models.DateField(null=True, verbose_name='认定日期')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('outlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='doubts', to='registry.outlet', verbose_name='排污口')),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubts', to='remediation.round')),
                ('evidence', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubt', to='remediation.evidence')),
            ],
            options={
                'verbose_name': '疑点',
            },
        ),
        migrations.CreateModel(
            name='StepReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('percent', models.PositiveSmallIntegerField(verbose_name='完成（%）')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='进展')),
                ('day', models.DateField(verbose_name='日期')),
                ('reported_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='remediation.planstep')),
            ],
            options={
                'verbose_name': '整治进度',
            },
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('round', 'kind', 'measure', 'sha256'), name='evidence_shows_one_thing_once'),
        ),
        migrations.AddIndex(
            model_name='doubt',
            index=models.Index(fields=['outlet'], name='doubt_outlet'),
        ),
        migrations.AddIndex(
            model_name='doubt',
            index=models.Index(condition=models.Q(('state__in', ['open', 'explained'])), fields=['unit_path', 'id'], name='doubt_unit_open'),
        ),
        migrations.AddIndex(
            model_name='doubt',
            index=models.Index(fields=['unit_path', 'kind', 'id'], name='doubt_unit_kind'),
        ),
        migrations.AddConstraint(
            model_name='stepreport',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='step_report_percent'),
        ),
    ]
