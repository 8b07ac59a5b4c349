"""Reference lists that the rules look codes up in.

Here: our own list of standards, and the provider lists that somebody imported. Not here: the code
lists of the specification, which are part of the rules. An empty list judges nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.home import Home
from specification.load import load_standards

_PROVIDER_FILES = ("providers*.parquet", "dfe_providers.parquet")
STANDARD_COLUMNS = pa.schema(
    [
        ("code", pa.string()),
        ("level", pa.int32()),
        ("typical_duration_months", pa.int32()),
        ("max_funding_gbp", pa.int32()),
        ("approved_date", pa.date32()),
        ("last_start_date", pa.date32()),
        ("minimum_hours", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference lists by name, each with its column `code`; standards with what is known of each.

    `standards`: columns of STANDARD_COLUMNS, one row a standard. `providers`: UKPRNs.
    """

    standards: pa.Table
    providers: pa.Table

    def table(self, name: str) -> pa.Table:
        """Return a list by name. Raises KeyError: there is none of that name."""
        return {"standards": self.standards, "providers": self.providers}[name]

    def knows(self, name: str) -> bool:
        """Return whether the list has anything in it."""
        return self.table(name).num_rows > 0


def load_reference(home: Home) -> Reference:
    """Return the reference lists of an installation."""
    found: set[str] = set()
    for pattern in _PROVIDER_FILES:
        for path in sorted(home.context.glob(pattern)):
            found |= set(pq.read_table(path, columns=["ukprn"])["ukprn"].to_pylist())
    return reference_of({"providers": [{"code": one} for one in sorted(found)]})


def reference_of(known: Mapping[str, Sequence[Mapping[str, object]]]) -> Reference:
    """Return reference lists from rows; a standard given here replaces ours of the same code."""
    standards: dict[str, Mapping[str, object]] = {
        one.reference: {
            "code": one.reference,
            "level": one.level,
            "typical_duration_months": one.typical_duration_months,
            "max_funding_gbp": one.max_funding_gbp,
            "approved_date": one.approved_date,
            "last_start_date": one.last_start_date,
            "minimum_hours": one.minimum_hours,
        }
        for one in load_standards()
    }
    for row in known.get("standards", ()):
        code = str(row["code"])
        numbers = {name: int(str(text)) for name, text in row.items() if name != "code"}
        standards[code] = {"code": code, **standards.get(code, {}), **numbers}
    rows = [{name: row.get(name) for name in STANDARD_COLUMNS.names} for row in standards.values()]
    providers = [{"code": str(row["code"])} for row in known.get("providers", ())]
    return Reference(
        pa.Table.from_pylist(rows, schema=STANDARD_COLUMNS),
        pa.Table.from_pylist(providers, schema=pa.schema([("code", pa.string())])),
    )
