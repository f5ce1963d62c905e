"""Let PostgreSQL put words into the search index at once, instead of into a list that every search reads through."""

from django.db import migrations


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER INDEX web_search_words SET (fastupdate = off)")
        schema_editor.execute("SELECT gin_clean_pending_list('web_search_words')")


class Migration(migrations.Migration):
    dependencies = [("web", "0002_safeguards")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
