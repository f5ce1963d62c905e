"""Let a step of a playbook say who of the client it usually takes, and how many of their hours."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0005_call_plan")]
    operations = [
        migrations.AddField(
            model_name="playbookstep",
            name="theirs",
            field=models.CharField(blank=True, max_length=120, verbose_name="who from the client"),
        ),
        migrations.AddField(
            model_name="playbookstep",
            name="their_hours",
            field=models.FloatField(
                blank=True,
                null=True,
                validators=[MinValueValidator(0), MaxValueValidator(10_000)],
                verbose_name="the client’s hours",
            ),
        ),
    ]
