"""History refuses UPDATE and DELETE; search has its index, in each database's own way; the cache has its table."""

from django.core.management import call_command
from django.db import migrations

SQLITE = [
    """CREATE TRIGGER web_change_no_update BEFORE UPDATE ON web_change
       BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    """CREATE TRIGGER web_change_no_delete BEFORE DELETE ON web_change
       BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    """CREATE VIRTUAL TABLE web_search_fts USING fts5(
       text, content='web_searchentry', content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TRIGGER web_search_insert AFTER INSERT ON web_searchentry
       BEGIN INSERT INTO web_search_fts(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER web_search_delete AFTER DELETE ON web_searchentry
       BEGIN INSERT INTO web_search_fts(web_search_fts, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER web_search_update AFTER UPDATE OF text ON web_searchentry
       BEGIN INSERT INTO web_search_fts(web_search_fts, rowid, text) VALUES ('delete', old.id, old.text);
             INSERT INTO web_search_fts(rowid, text) VALUES (new.id, new.text); END""",
]

POSTGRESQL = [
    """CREATE FUNCTION web_change_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$""",
    """CREATE TRIGGER web_change_no_update BEFORE UPDATE ON web_change
       FOR EACH ROW EXECUTE FUNCTION web_change_refuse()""",
    """CREATE TRIGGER web_change_no_delete BEFORE DELETE ON web_change
       FOR EACH ROW EXECUTE FUNCTION web_change_refuse()""",
    """CREATE INDEX web_search_words ON web_searchentry USING gin (to_tsvector('simple'::regconfig, text))""",
]


def forwards(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("web", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
