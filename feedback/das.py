"""The apprenticeship service's own downloads to a part-filled template.

Here: which download a file is, by its exact headings, and what is said of the import. Not here: how
each is mapped (`das_people`, `das_levy`), the workbook (`template`).

Source: the headings are those of the service's own code (SkillsFundingAgency on GitHub): model
ApprenticeshipDetailsCsvModel of das-employercommitments, BulkUploadFileParserTests of
das-providercommitments, and the transaction download of das-employer-finance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from feedback.das_levy import levy_rows
from feedback.das_people import employer_rows, provider_rows
from feedback.das_rows import Download, Found, merged
from feedback.filling import Cell, Filling
from feedback.wording import counted
from ingest.grid import UploadedFile
from ingest.sheets import read_sheets
from specification.model import Collection, Table
from specification.periods import Quarter

Kind = Literal["employer", "provider", "levy"]
_NAMES: dict[Kind, str] = {
    "employer": "“Manage your apprentices” download",
    "provider": "provider’s bulk upload",
    "levy": "levy transactions download",
}
_HEADINGS: dict[Kind, tuple[str, ...]] = {
    "employer": (
        "Apprentice name",
        "Apprenticeship training course",
        "Planned start date",
        "Planned end date",
        "Paused date",
        "Training provider",
        "Reference",
        "ULN",
        "Date of birth",
        "Total agreed apprenticeship price",
        "Your reference",
        "Apprentice confirmation",
        "Status",
        "Alerts",
    ),
    "provider": (
        "CohortRef",
        "AgreementID",
        "ULN",
        "FamilyName",
        "GivenNames",
        "DateOfBirth",
        "EmailAddress",
        "StdCode",
        "StartDate",
        "EndDate",
        "TotalPrice",
        "EPAOrgID",
        "ProviderRef",
        "RecognisePriorLearning",
        "DurationReducedBy",
        "PriceReducedBy",
        "TrainingTotalHours",
        "IsDurationReducedByRPL",
        "TrainingHoursReduction",
    ),
    "levy": (
        "Transaction date",
        "Transaction type",
        "Description",
        "PAYE scheme",
        "Payroll month",
        "Levy declared",
        "English %",
        "10% top up",
        "Training provider",
        "Unique learner number",
        "Apprentice",
        "Apprenticeship training course",
        "Course level",
        "Paid from levy",
        "Your contribution",
        "Government contribution",
        "Total",
    ),
}
_TABLES: dict[Kind, str] = {"employer": "apprentices", "provider": "apprentices", "levy": "levy"}


def download_headings() -> Mapping[str, tuple[str, ...]]:
    """Return the exact headings of each download that is recognised, in the service's order."""
    return {str(kind): headings for kind, headings in _HEADINGS.items()}


class NotADownload(Exception):
    """A file is none of the service's downloads; the message names it and says what it lacks."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of some downloads: the filling of a template, and what to say, a line each."""

    filling: Filling
    lines: tuple[str, ...]


def import_downloads(
    files: Sequence[UploadedFile], collection: Collection, quarter: Quarter
) -> Imported:
    """Return what downloads of the apprenticeship service fill in, and what they leave open.

    Names, dates of birth and e-mail addresses are never carried over; the age at the start is
    worked out where both dates allow it. A date of which the service knows the month only is
    written with “??” for the day, which no check accepts, so that somebody looks.

    Raises:
        NotADownload: a file's headings are not those of one of the three downloads.
        UnreadableFile: a file cannot be opened at all.
    """
    found: dict[str, Found] = {}
    lines: list[str] = []
    for file in files:
        kind, download = _recognised(file)
        if _TABLES[kind] not in collection.tables:
            continue
        one = _mapped(kind, download, quarter)
        lines.append(f"{file.name}: {_NAMES[kind]}, {counted(len(download.rows), 'row')} read.")
        name = _TABLES[kind]
        found[name] = merged(found[name], one) if name in found else one
    rows: dict[str, tuple[Mapping[str, Cell], ...]] = {}
    for name, one in found.items():
        table = collection.tables[name]
        known = {field.name for field in table.fields}
        kept = [{key: cell for key, cell in row.items() if key in known} for row in one.rows]
        rows[name] = tuple(kept)
        lines += [*_counts(table, kept), *(f"{table.label}: {told}" for told in one.told())]
    title = "From the apprenticeship service"
    return Imported(Filling(title, rows, tuple(lines)), tuple(lines))


def _recognised(file: UploadedFile) -> tuple[Kind, Download]:
    sheets = read_sheets(file)
    table = sheets[0].rows if len(sheets) == 1 else ()
    first = [heading.strip() for heading in table[0]] if table else []
    while first and not first[-1]:
        first.pop()
    for kind, headings in _HEADINGS.items():
        if len(first) == len(headings) and set(first) == set(headings):
            return kind, Download(tuple(first), tuple(table[1:]))
    raise NotADownload(_sentence(file.name, first))


def _sentence(name: str, first: list[str]) -> str:
    nearest = max(_HEADINGS, key=lambda kind: len(set(first) & set(_HEADINGS[kind])))
    shared = set(first) & set(_HEADINGS[nearest])
    if len(shared) * 2 < len(_HEADINGS[nearest]):
        known = ", the ".join(_NAMES.values())
        return (
            f"{name} is not a download of the apprenticeship service that we know. Download it "
            f"again as CSV and send it unchanged. We know the {known}."
        )
    missing = [one for one in _HEADINGS[nearest] if one not in shared]
    extra = [one for one in first if one not in shared]
    faults = [f"has no column “{missing[0]}”"] if missing else []
    faults += [f"has a column “{extra[0]}” that we do not know"] if extra else []
    if not faults:
        faults = ["has a column twice"]
    return (
        f"{name} looks like the {_NAMES[nearest]}, but {' and '.join(faults)}. Download it again "
        "as CSV and send it unchanged."
    )


def _mapped(kind: Kind, download: Download, quarter: Quarter) -> Found:
    match kind:
        case "employer":
            return employer_rows(download, quarter)
        case "provider":
            return provider_rows(download, quarter)
        case "levy":
            return levy_rows(download, quarter)


def _counts(table: Table, rows: Sequence[Mapping[str, Cell]]) -> list[str]:
    """Return how many rows there are, which columns are filled in part, and which are missing."""
    total = len(rows)
    partly: list[str] = []
    missing: list[str] = []
    whole: list[str] = []
    for field in table.fields:
        filled = sum(row.get(field.name) not in (None, "") for row in rows)
        if 0 < filled < total:
            partly.append(f"{field.label} {filled:,}")
        elif filled:
            whole.append(field.label)
        elif field.required and field.default is None:
            missing.append(field.label)
    lines = [f"{table.label}: {counted(total, 'row')}. Filled in on every row: {_joined(whole)}."]
    if partly:
        lines.append(f"{table.label}: filled in on some of {total:,} rows: {_joined(partly)}.")
    if missing:
        lines.append(f"{table.label}: still to be filled in: {_joined(missing)}.")
    return lines


def _joined(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing"
