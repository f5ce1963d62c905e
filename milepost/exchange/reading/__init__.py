"""Read the files a CRM exports: text in any common encoding, Excel sheets, zips of several."""

from milepost.exchange.reading.files import read_table, read_tables, told_apart
from milepost.exchange.reading.table import Row, Table, UnreadableFile

__all__ = ["Row", "Table", "UnreadableFile", "read_table", "read_tables", "told_apart"]
