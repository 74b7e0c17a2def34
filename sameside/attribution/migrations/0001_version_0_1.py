import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("attribution", "0001_initial"),
        ("attribution", "0002_initial"),
        ("attribution", "0003_credit_run"),
        ("attribution", "0004_credit_without_constraint"),
        ("attribution", "0005_one_row_for_all_models"),
        ("attribution", "0006_saved_runs"),
        ("attribution", "0007_monthly_sums"),
    ]

    dependencies = [
        ('crm', '0001_version_0_1'),
        ('people', '0001_version_0_1'),
    ]

    operations = [
        migrations.CreateModel(
            name='Credit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lookback_months', models.PositiveSmallIntegerField()),
                ('dimension', models.CharField(help_text='channel, origin, campaign, asset, team', max_length=10)),
                ('key', models.CharField(help_text='Channel or origin; campaign, asset or team id; `none` without one, empty without a touch.', max_length=60)),
                ('deal', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='credits', to='crm.deal')),
                ('first', models.FloatField()),
                ('last', models.FloatField()),
                ('last_non_direct', models.FloatField()),
                ('lead_creation', models.FloatField()),
                ('opportunity_creation', models.FloatField()),
                ('linear', models.FloatField()),
                ('u_shape', models.FloatField()),
                ('w_shape', models.FloatField()),
                ('full_path', models.FloatField()),
                ('time_decay', models.FloatField()),
                ('shapley', models.FloatField()),
            ],
            options={
                'indexes': [models.Index(fields=['lookback_months', 'dimension', 'key', '-deal'], name='credit_of_key')],
            },
        ),
        migrations.CreateModel(
            name='CreditRun',
            fields=[
                ('lookback_months', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('computed_at', models.DateTimeField()),
                ('touches', models.PositiveBigIntegerField(help_text='Touches of the companies that have a deal.')),
            ],
        ),
        migrations.CreateModel(
            name='SavedRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('note', models.TextField(blank=True)),
                ('saved_at', models.DateTimeField()),
                ('as_of', models.DateTimeField(help_text='When the report was computed: open deals end there.')),
                ('spec', models.JSONField(help_text='Look-back, period, half-life, seed, draws.')),
                ('inputs', models.JSONField(help_text='SHA-256 of what it was computed of, by part.')),
                ('data', models.JSONField(help_text='The report.')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-saved_at', '-id'], name='savedrun_latest')],
            },
        ),
        migrations.CreateModel(
            name='MonthlySums',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lookback_months', models.PositiveSmallIntegerField()),
                ('month', models.IntegerField(help_text='Months since January 1970, UTC; -1 for the open deals.')),
                ('digest', models.CharField(help_text='Of everything that it was made of.', max_length=32)),
                ('deals', models.BinaryField(help_text='The ids of the deals, eight bytes each.')),
                ('sums', models.BinaryField(help_text='By dimension, key and model.')),
                ('cells', models.BinaryField(help_text='The same by bucket of companies, for intervals.')),
            ],
            options={
                'verbose_name_plural': 'monthly sums',
                'constraints': [models.UniqueConstraint(fields=('lookback_months', 'month'), name='monthlysums_of_month')],
            },
        ),
    ]
