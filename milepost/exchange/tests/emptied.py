"""Everything written into a ZIP, and an empty database within a test, to bring it back into."""

import zipfile

from django.apps import apps
from django.db import connection, models

from milepost.exchange.whole.write import write_company

TOLD_OF_ITSELF = ("README.txt", "description.json")


def files_of(path):
    """Return what lies in a ZIP of everything, file by file."""
    with zipfile.ZipFile(path) as box:
        return {name: box.read(name) for name in box.namelist() if name not in TOLD_OF_ITSELF}


def written(path):
    """Write everything; return the path."""
    write_company(path)
    return path


def empty():
    """Delete every row there is, those too that the database keeps for good; all come back when the test ends."""
    models_ = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label != "contenttypes"]
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models_]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%no_delete'")
        refusing = cursor.fetchall()
        for name, _made_by in refusing:
            cursor.execute(f"DROP TRIGGER {name}")
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 own names
        for _name, made_by in refusing:
            cursor.execute(made_by)


def stored(model: type[models.Model], *left_out: str):
    """Return all rows of a model but for some of their columns."""
    names = [field.attname for field in model._meta.concrete_fields if field.name not in left_out]
    return sorted(model._base_manager.values_list(*names), key=repr)
