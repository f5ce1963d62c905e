from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("team", "0005_accuracy_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="figures_behind_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
