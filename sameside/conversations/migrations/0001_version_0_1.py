import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("conversations", "0001_initial"),
        ("conversations", "0002_initial"),
    ]

    dependencies = [
        ('crm', '0001_version_0_1'),
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tailored_pov', 'Tailored point of view'), ('right_people', 'Right people'), ('relevant_meeting', 'Relevant meeting'), ('definition_of_success', 'Definition of success'), ('tangible_value', 'Tangible value')], max_length=25)),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('open', 'Open'), ('succeeded', 'Succeeded'), ('failed', 'Failed')], max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to='crm.deal')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='crm.stagechange')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='crm.stagechange')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-opened_at', '-id'], name='conversatio_opened__b7e4f0_idx'), models.Index(fields=['kind', 'state'], name='conversatio_kind_76cf1d_idx')],
                'constraints': [models.UniqueConstraint(fields=('deal', 'kind', 'attempt'), name='conversation_attempt'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'open')), models.Q(('ended_at__isnull', False), models.Q(('state', 'open'), _negated=True)), _connector='OR'), name='ended_has_date')],
            },
        ),
        migrations.CreateModel(
            name='StageMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(blank=True, choices=[('tailored_pov', 'Tailored point of view'), ('right_people', 'Right people'), ('relevant_meeting', 'Relevant meeting'), ('definition_of_success', 'Definition of success'), ('tangible_value', 'Tangible value')], max_length=25)),
                ('closes', models.CharField(blank=True, choices=[('', 'Open'), ('won', 'Won'), ('lost', 'Lost')], max_length=4)),
                ('position', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'stage'],
            },
        ),
    ]
