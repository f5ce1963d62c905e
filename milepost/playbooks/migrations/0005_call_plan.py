from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("playbooks", "0004_precedence"),
    ]

    operations = [
        migrations.AddField(
            model_name="playbookstep",
            name="call_plan",
            field=models.TextField(blank=True, default="", max_length=4000, verbose_name="call plan"),
            preserve_default=False,
        ),
    ]
