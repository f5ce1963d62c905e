"""Keep what people’s words were worth: each look, and each person’s record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forecasts', '0009_kept_ranges'),
        ('opportunities', '0009_words_that_count'),
        ('team', '0005_accuracy_by_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='JudgedLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('probability', models.FloatField(null=True)),
                ('category', models.CharField(blank=True, max_length=10)),
                ('model_win', models.FloatField()),
                ('opportunity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='opportunities.opportunity')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('opportunity', 'person', 'on'), name='judged_look_once'), models.CheckConstraint(condition=models.Q(models.Q(('probability', None), _negated=True), models.Q(('category', ''), _negated=True), _connector='OR'), name='judged_look_says_something')],
            },
        ),
        migrations.CreateModel(
            name='JudgedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(blank=True, max_length=8)),
                ('open', models.PositiveIntegerField(default=0)),
                ('sums', models.JSONField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='team.territory')),
            ],
            options={
                'ordering': ['territory', 'person', 'period'],
                'constraints': [models.UniqueConstraint(fields=('person', 'territory', 'period'), name='judged_record_once')],
            },
        ),
    ]
