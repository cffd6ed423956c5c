import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("registry", "0007_tile_pyramid"), ("access", "0004_people")]

    operations = [
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='专项名称')),
                ('kind', models.CharField(choices=[('survey', '排查'), ('resurvey', '再排查'), ('technical', '省市技术排查')], default='survey', max_length=16, verbose_name='类别')),
                ('unit_path', models.CharField(max_length=16)),
                ('starts_on', models.DateField(verbose_name='开始日期')),
                ('ends_on', models.DateField(verbose_name='结束日期')),
                ('standard', models.CharField(blank=True, max_length=64, verbose_name='技术标准')),
                ('state', models.CharField(choices=[('drafted', '拟定中'), ('approved', '方案已审定'), ('started', '进行中'), ('finished', '已完成'), ('withdrawn', '已撤销')], default='drafted', max_length=16, verbose_name='状态')),
                ('plan_sha256', models.CharField(blank=True, max_length=64, verbose_name='排查溯源方案')),
                ('procedures', models.JSONField(default=list, verbose_name='工作程序')),
                ('roadmap', models.TextField(blank=True, verbose_name='路线图')),
                ('drafted_by', models.CharField(max_length=64)),
                ('drafted_on', models.DateField(verbose_name='拟定日期')),
                ('plan_filed_by', models.CharField(blank=True, max_length=64)),
                ('plan_filed_on', models.DateField(null=True, verbose_name='方案提交日期')),
                ('approved_by', models.CharField(blank=True, max_length=64)),
                ('approved_on', models.DateField(null=True, verbose_name='方案审定日期')),
                ('started_on', models.DateField(null=True, verbose_name='启动日期')),
                ('finished_on', models.DateField(null=True, verbose_name='完成日期')),
                ('withdrawn_on', models.DateField(null=True, verbose_name='撤销日期')),
                ('withdrawn_reason', models.TextField(blank=True, verbose_name='撤销原因')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('is_demo', models.BooleanField(default=False, verbose_name='演示')),
                ('version', models.PositiveIntegerField(default=0)),
                ('lead_body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='牵头单位')),
                ('managing_body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='责任区单位')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.unit', verbose_name='行政区划')),
                ('waters', models.ManyToManyField(related_name='+', to='places.water', verbose_name='排查水体')),
            ],
            options={
                'verbose_name': '排查专项',
            },
        ),
        migrations.CreateModel(
            name='CampaignBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=128, verbose_name='配合单位')),
                ('task', models.CharField(blank=True, max_length=200, verbose_name='配合事项')),
                ('clause', models.CharField(blank=True, max_length=64, verbose_name='条款')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='单位')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='supporting', to='survey.campaign')),
            ],
            options={
                'verbose_name': '配合单位',
            },
        ),
        migrations.CreateModel(
            name='PlanStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('procedure', models.CharField(max_length=16, verbose_name='程序')),
                ('text', models.CharField(max_length=200, verbose_name='工作内容')),
                ('due', models.DateField(verbose_name='完成时限')),
                ('body_name', models.CharField(max_length=128, verbose_name='责任单位')),
                ('done_on', models.DateField(null=True, verbose_name='完成日期')),
                ('done_by', models.CharField(blank=True, max_length=64)),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='责任单位')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='survey.campaign')),
            ],
            options={
                'verbose_name': '时间表',
            },
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64, verbose_name='随机种子')),
                ('share', models.DecimalField(decimal_places=3, max_digits=4, verbose_name='抽取比例')),
                ('pool', models.JSONField(default=list, verbose_name='参与抽取的岸段号')),
                ('drawn_on', models.DateField(verbose_name='抽取日期')),
                ('drawn_by', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('key', models.CharField(max_length=64, null=True, unique=True)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='survey.campaign')),
            ],
            options={
                'verbose_name': '抽查复核',
            },
        ),
        migrations.CreateModel(
            name='RecheckSegment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done_on', models.DateField(null=True, verbose_name='复核日期')),
                ('done_by', models.CharField(blank=True, max_length=64)),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('version', models.PositiveIntegerField(default=0)),
                ('recheck', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='survey.recheck')),
            ],
            options={
                'verbose_name': '复核岸段',
            },
        ),
        migrations.CreateModel(
            name='RecheckFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('same', '一致'), ('missed', '漏查'), ('wrong', '有误')], max_length=8, verbose_name='结果')),
                ('name', models.CharField(max_length=128, verbose_name='名称')),
                ('field', models.CharField(blank=True, max_length=64, verbose_name='字段')),
                ('first', models.CharField(blank=True, max_length=200, verbose_name='首次排查')),
                ('second', models.CharField(blank=True, max_length=200, verbose_name='复核')),
                ('outlet', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.outlet', verbose_name='排污口')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='survey.rechecksegment')),
            ],
            options={
                'verbose_name': '复核发现',
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='岸段号')),
                ('bank', models.CharField(choices=[('left', '左岸'), ('right', '右岸'), ('both', '两岸')], max_length=8, verbose_name='岸别')),
                ('name', models.CharField(blank=True, max_length=128, verbose_name='起止')),
                ('line_source', models.CharField(choices=[('water', '水体河线'), ('file', '官方文件'), ('hand', '人工填报长度')], max_length=8, verbose_name='河线来源')),
                ('line_name', models.CharField(blank=True, max_length=256, verbose_name='河线出处')),
                ('start_m', models.PositiveIntegerField(default=0, verbose_name='起点（m）')),
                ('length_m', models.PositiveIntegerField(verbose_name='长度（m）')),
                ('unit_path', models.CharField(max_length=16)),
                ('starts_on', models.DateField(null=True, verbose_name='开始日期')),
                ('ends_on', models.DateField(null=True, verbose_name='结束日期')),
                ('covered_m', models.PositiveIntegerField(default=0, verbose_name='已排查长度（m）')),
                ('covered', models.JSONField(default=list, verbose_name='已排查部分')),
                ('has_outlets', models.BooleanField(null=True, verbose_name='有无排口')),
                ('closed_on', models.DateField(null=True, verbose_name='完成日期')),
                ('closed_by', models.CharField(blank=True, max_length=64)),
                ('west_deg', models.FloatField(null=True)),
                ('south_deg', models.FloatField(null=True)),
                ('east_deg', models.FloatField(null=True)),
                ('north_deg', models.FloatField(null=True)),
                ('version', models.PositiveIntegerField(default=0)),
                ('line', models.BinaryField(null=True, verbose_name='河线（WKB，CGCS2000）')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='survey.campaign')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.unit', verbose_name='行政区划')),
                ('water', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.water', verbose_name='水体')),
            ],
            options={
                'verbose_name': '岸段',
            },
        ),
        migrations.AddField(
            model_name='rechecksegment',
            name='segment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='survey.segment'),
        ),
        migrations.CreateModel(
            name='SegmentLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, '一级：资料与遥感'), (2, '二级：徒步'), (3, '三级：攻坚')], verbose_name='级次')),
                ('result', models.CharField(choices=[('found', '发现排污口或线索'), ('none', '未发现'), ('doubtful', '存疑，转下一级'), ('not_needed', '无疑点，不需攻坚')], max_length=16, verbose_name='结果')),
                ('done_on', models.DateField(verbose_name='完成日期')),
                ('by', models.CharField(max_length=64)),
                ('techniques', models.JSONField(default=list, verbose_name='技术手段')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='survey.segment')),
            ],
            options={
                'verbose_name': '级次结果',
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, verbose_name='队伍名称')),
                ('is_technical', models.BooleanField(default=False, verbose_name='专业技术团队')),
                ('is_second', models.BooleanField(default=False, verbose_name='复核队伍')),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bodies.body', verbose_name='所属单位')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='survey.campaign')),
            ],
            options={
                'verbose_name': '排查队伍',
            },
        ),
        migrations.AddField(
            model_name='segment',
            name='team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='segments', to='survey.team', verbose_name='排查队伍'),
        ),
        migrations.AddField(
            model_name='recheck',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='survey.team', verbose_name='复核队伍'),
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('officer_id', models.CharField(blank=True, max_length=64)),
                ('name', models.CharField(max_length=64, verbose_name='姓名')),
                ('from_day', models.DateField(verbose_name='起')),
                ('to_day', models.DateField(null=True, verbose_name='止')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='survey.team')),
            ],
            options={
                'verbose_name': '队员',
            },
        ),
        migrations.CreateModel(
            name='Track',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.UUIDField(unique=True)),
                ('officer_id', models.CharField(max_length=64)),
                ('officer_name', models.CharField(max_length=64, verbose_name='人员')),
                ('device', models.CharField(blank=True, max_length=64, verbose_name='设备')),
                ('started_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('points', models.JSONField(default=list, verbose_name='轨迹点')),
                ('content', models.CharField(max_length=64, verbose_name='内容校验')),
                ('length_m', models.PositiveIntegerField(verbose_name='长度（m）')),
                ('findings', models.JSONField(default=list, verbose_name='发现的问题')),
                ('walked_on', models.DateField(verbose_name='行走日期')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='survey.campaign')),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tracks', to='survey.segment')),
            ],
            options={
                'verbose_name': '轨迹',
            },
        ),
        migrations.CreateModel(
            name='Walk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pieces', models.JSONField(default=list)),
                ('walked_on', models.DateField(verbose_name='行走日期')),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='walks', to='survey.segment')),
                ('track', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='walks', to='survey.track')),
            ],
            options={
                'verbose_name': '已走岸线',
            },
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['unit_path', 'state', 'ends_on'], name='survey_campaign_unit'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='survey_campaign_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='campaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_on__isnull', False), ('state', 'finished')), models.Q(models.Q(('state', 'finished'), _negated=True), ('finished_on__isnull', True)), _connector='OR'), name='survey_finished_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='campaignbody',
            constraint=models.UniqueConstraint(fields=('campaign', 'name'), name='survey_supporting_once'),
        ),
        migrations.AddIndex(
            model_name='planstep',
            index=models.Index(fields=['done_on', 'due'], name='survey_step_due'),
        ),
        migrations.AddConstraint(
            model_name='planstep',
            constraint=models.UniqueConstraint(fields=('campaign', 'number'), name='survey_step_number'),
        ),
        migrations.AddConstraint(
            model_name='rechecksegment',
            constraint=models.UniqueConstraint(fields=('recheck', 'segment'), name='survey_recheck_segment_once'),
        ),
        migrations.AddIndex(
            model_name='segmentlevel',
            index=models.Index(fields=['segment', 'level', 'id'], name='survey_level_segment'),
        ),
        migrations.AddConstraint(
            model_name='segmentlevel',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [1, 2, 3])), name='survey_level_is_known'),
        ),
        migrations.AddConstraint(
            model_name='team',
            constraint=models.UniqueConstraint(fields=('campaign', 'name'), name='survey_team_once'),
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(fields=['unit_path', 'water'], name='survey_segment_unit'),
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(fields=['team', 'closed_on'], name='survey_segment_team'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(fields=('campaign', 'number'), name='survey_segment_number'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('length_m__gt', 0)), name='survey_segment_has_length'),
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.CheckConstraint(condition=models.Q(('covered_m__lte', models.F('length_m'))), name='survey_segment_covered_within_length'),
        ),
        migrations.AddIndex(
            model_name='teammember',
            index=models.Index(fields=['officer_id'], name='survey_member_officer'),
        ),
        migrations.AddIndex(
            model_name='track',
            index=models.Index(fields=['campaign', '-recorded_at'], name='survey_track_campaign'),
        ),
        migrations.AddIndex(
            model_name='walk',
            index=models.Index(fields=['segment', 'walked_on'], name='survey_walk_segment'),
        ),
        migrations.AddConstraint(
            model_name='walk',
            constraint=models.UniqueConstraint(condition=models.Q(('track__isnull', False)), fields=('segment', 'track'), name='survey_track_laid_once'),
        ),
    ]

