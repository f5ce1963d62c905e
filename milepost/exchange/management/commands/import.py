"""Import what a CRM exports: `milepost import FILE...`."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from milepost.exchange.load import Incoming, load, reckon, tables_in
from milepost.exchange.loading.people import coordinators
from milepost.exchange.mapping import Mapping, MappingFault
from milepost.exchange.models import ImportBatch, SavedMapping
from milepost.exchange.reading import Table, UnreadableFile
from milepost.exchange.survey import Survey, propose, survey_with
from milepost.exchange.whole.bring import CannotBring, bring, description_in
from milepost.exchange.whole.letting_in import who_gets_in
from milepost.team.models import Company, Person
from milepost.web.jobs import ask

SHOWN = 20


class Command(BaseCommand):
    """Import files from the command line."""

    help = "Import what a CRM exports: CSV, Excel (by gzip, too) or a zip; files that belong together in one go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--as-of", type=dt.date.fromisoformat, help="the day the data is of (YYYY-MM-DD)")
        parser.add_argument("--mapping", metavar="NAME", help="read the files by a mapping saved under this name")
        parser.add_argument("--by", metavar="E-MAIL", help="who imports; without it all territories are open")
        parser.add_argument(
            "--coordinator", metavar="E-MAIL", help="who coordinates the open ones; without it, whoever imports"
        )
        parser.add_argument("--dry-run", action="store_true", help="say how the files are read and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        files = [self._file(path) for path in options["files"]]
        if len(files) == 1 and description_in(files[0].path):
            self._everything(files[0].path, dry_run=options["dry_run"])
            return
        survey = self._survey(files, options["mapping"])
        self._tell(survey)
        if not survey.tables:
            raise CommandError("None of the files is recognised. Map its columns on the import page and save that.")
        if options["dry_run"]:
            return
        as_of = options["as_of"] or survey.latest or Company.the().today()
        if chosen := self._by(options["coordinator"]):
            if not coordinators().filter(pk=chosen.pk).exists():
                raise CommandError(f"{chosen} is no sales coordinator.")
            survey.mapping.coordinator = str(chosen.pk)
        batch = load(files, survey.mapping, as_of=as_of, by=self._by(options["by"]))
        self._report(batch)

    def _everything(self, path: Path, *, dry_run: bool) -> None:
        """Bring back what `milepost export` wrote, and let one administrator in."""
        told = description_in(path) or {}
        self.stdout.write(f"Everything of {told['company']}, as it was at {told['made_at']}")
        if dry_run:
            return
        try:
            counts = bring(path)
        except CannotBring as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{sum(counts.values()):,} rows are here. Reckoning chances, days and totals …")
        reckon()
        ask("replay", unique_key="replay:anew")
        self.stdout.write(self.style.SUCCESS("The company is here."))
        if first := who_gets_in():
            person, link = first
            self.stdout.write(f"No passwords came along. {person.name} sets one at {link}")
            self.stdout.write("and lets the others in under Settings, People.")

    def _file(self, path: Path) -> Incoming:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        return Incoming(path.name, path)

    def _survey(self, files: list[Incoming], name: str | None) -> Survey:
        company = Company.objects.first()
        if company is None:
            raise CommandError("There is no company yet: start Milepost and open its first page.")
        try:
            tables = tables_in(files)
            with timezone.override(company.zone):
                return self._read(tables, name, company)
        except (UnreadableFile, MappingFault) as problem:
            raise CommandError(str(problem)) from problem

    def _read(self, tables: list[Table], name: str | None, company: Company) -> Survey:
        if name is None:
            return propose(tables, today=company.today(), currency=company.currency)
        saved = SavedMapping.objects.filter(name=name).first()
        if saved is None:
            known = ", ".join(SavedMapping.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"No mapping is saved as “{name}”. Saved are: {known}.")
        return survey_with(Mapping.from_json(saved.mapping), tables, today=company.today())

    def _by(self, email: str | None) -> Person | None:
        if email is None:
            return None
        person = Person.objects.filter(email=email.casefold()).first()
        if person is None:
            raise CommandError(f"Nobody here has the address {email}.")
        return person

    def _tell(self, survey: Survey) -> None:
        """Say how the files are read, and what was taken for something else."""
        for mapping, table in survey.tables:
            self.stdout.write(f"{table.name}: {mapping.kind}, {len(mapping.columns)} columns")
        for table in survey.left_out:
            self.stdout.write(f"{table.name}: not recognised, left out")
        for note in survey.notes:
            self.stdout.write(note)
        steps = " → ".join(survey.mapping.steps())
        if survey.mapping.stages:
            self.stdout.write(f"Playbook “{survey.mapping.playbook}”: {steps or 'one step'}")
        for stage, alike in survey.new_stages.items():
            self.stdout.write(f"The stage “{stage}” is new" + (f"; it is taken for “{alike}”" if alike else ""))
        for kind, names in survey.proposals.items():
            for name, (_alike, rows) in names.items():
                read_as = survey.mapping.same_as.get(kind, {}).get(name, name)
                said = "something of its own" if read_as == name else f"“{read_as}”"
                self.stdout.write(f"“{name}” ({rows} rows) is in no list; it is taken for {said}")
        for doubt in survey.doubts:
            self.stdout.write(f"{doubt.table}, {doubt.column}: could be read two ways, read as {doubt.read_as}")

    def _report(self, batch: ImportBatch) -> None:
        for kind, counts in batch.counts.items():
            self.stdout.write(f"{kind}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))
        for note in batch.notes:
            self.stdout.write(note)
        refused = batch.refused_rows.order_by("id")
        for row in refused[:SHOWN]:
            self.stdout.write(f"{row.table} line {row.line}, {row.column or 'row'}: {row.value!r}: {row.told}")
        if (more := refused.count() - SHOWN) > 0:
            self.stdout.write(f"… and {more} more; the import page lists them all")
        if batch.state != ImportBatch.State.DONE:
            raise CommandError(batch.error or "The import stopped.")
        self.stdout.write(self.style.SUCCESS(f"Imported, data as of {batch.as_of}."))
