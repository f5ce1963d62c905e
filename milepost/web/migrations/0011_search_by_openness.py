"""Let the search index know whether an entry is open, so that of very many that match few are read."""

from django.db import migrations

ENTRY = "{0}.text, CASE WHEN {0}.is_open THEN 'open' ELSE 'ended' END"
TAKE = f"INSERT INTO web_search_fts(web_search_fts, rowid, text, mark) VALUES ('delete', old.id, {ENTRY.format('old')});"
PUT = f"INSERT INTO web_search_fts(rowid, text, mark) VALUES (new.id, {ENTRY.format('new')});"
SQLITE = [
    "DROP TRIGGER web_search_insert",
    "DROP TRIGGER web_search_delete",
    "DROP TRIGGER web_search_update",
    "DROP TABLE web_search_fts",
    """CREATE VIRTUAL TABLE web_search_fts USING fts5(
       text, mark, content='', prefix='2 3', tokenize='unicode61 remove_diacritics 2')""",
    f"INSERT INTO web_search_fts(rowid, text, mark) SELECT id, {ENTRY.format('entry')} FROM web_searchentry entry",
    f"CREATE TRIGGER web_search_insert AFTER INSERT ON web_searchentry BEGIN {PUT} END",
    f"CREATE TRIGGER web_search_delete AFTER DELETE ON web_searchentry BEGIN {TAKE} END",
    f"CREATE TRIGGER web_search_update AFTER UPDATE OF text, is_open ON web_searchentry BEGIN {TAKE} {PUT} END",
]

POSTGRESQL = [
    """CREATE INDEX web_search_marked ON web_searchentry USING gin ((to_tsvector('simple'::regconfig, text)
       || array_to_tsvector(ARRAY[CASE WHEN is_open THEN '=open' ELSE '=ended' END]))) WITH (fastupdate = off)""",
    "DROP INDEX web_search_words",
]


def forwards(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("web", "0010_job_tries")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
