"""From the signed version of a return to typed Parquet in the lake.

Here: `signed_return` and `accepted_return`, with a blocking check a table. Not here: how a return
is read, checked or written (`expectations.intake`).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from expectations.intake import Accepted, accept_signed
from ingest.lake import accepted_submission
from ingest.landing import Landing
from ingest.pseudonym import Pseudonymiser
from ingest.register import Register, Submission
from ingest.workers import ReadingPool
from orchestration.partitions import RETURNS, Key, return_of
from orchestration.resources import HomeResource
from specification.load import load_collection

_TABLES = tuple(load_collection().tables)
_ONE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(
    group_name="returns",
    kinds={"python"},
    partitions_def=RETURNS,
    backfill_policy=_ONE_RUN,
)
def signed_return(context: dg.AssetExecutionContext, home: HomeResource) -> None:
    """The version of a return that its borough signed, with its bytes verified."""
    signed = Register(home.home.register_url).signed()
    landing = Landing(home.home.landing)
    for partition_key in context.partition_keys:
        submission = signed.get(return_of(partition_key))
        if submission is None:
            metadata: dict[str, object] = {"state": "not signed"}
        else:
            sizes = [len(landing.get(file.sha256)) for file in submission.files]
            metadata = {"state": "signed", "version": submission.version, "bytes": sum(sizes)}
        context.add_asset_metadata(metadata, partition_key=partition_key)


@dg.asset(
    group_name="returns",
    kinds={"python", "great_expectations", "parquet"},
    partitions_def=RETURNS,
    backfill_policy=_ONE_RUN,
    deps=[signed_return],
    check_specs=[
        dg.AssetCheckSpec(
            f"{table}_meet_the_specification",
            asset="accepted_return",
            blocking=True,
            description=f"No row of {table} breaks an error-level rule of the specification.",
        )
        for table in _TABLES
    ],
)
def accepted_return(
    context: dg.AssetExecutionContext, home: HomeResource
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Typed, pseudonymised Parquet of each signed return that passes the check."""
    due = due_submissions(home, {return_of(key) for key in context.partition_keys})
    key = Pseudonymiser.from_file(home.home.key_file)
    with ReadingPool() as pool:
        accepted = accept_signed(due, home.home, Register(home.home.register_url), key, pool)
    context.log.info("accepted %d returns", len(accepted))
    yield dg.MaterializeResult(metadata=_row_metadata(accepted))
    for table in _TABLES:
        yield _table_check(table, accepted)


def due_submissions(home: HomeResource, keys: set[Key]) -> list[Submission]:
    """Return the signed submissions among these keys that the lake does not hold yet."""
    signed = Register(home.home.register_url).signed()
    return [
        submission
        for key, submission in sorted(signed.items())
        if key in keys and not accepted_submission(home.home, submission, load_collection())
    ]


def _row_metadata(accepted: list[Accepted]) -> dict[str, int]:
    rows = {f"{table}_rows": sum(one.rows.get(table, 0) for one in accepted) for table in _TABLES}
    return {"returns": len(accepted), **rows}


def _table_check(table: str, accepted: list[Accepted]) -> dg.AssetCheckResult:
    # Counts only: what a cell holds stays in the raw zone.
    findings = [
        (one.submission.submission_id, finding)
        for one in accepted
        for finding in one.result.findings
        if finding.table == table
    ]
    unreadable = [one for one in accepted if one.result.verdict == "unreadable"]
    columns = [dg.TableColumn(name, "string") for name in ("submission", "rule", "cell", "title")]
    records = [
        dg.TableRecord(
            {
                "submission": submission_id,
                "rule": finding.rule,
                "cell": finding.cell,
                "title": load_collection().rule(finding.rule).title,
            }
        )
        for submission_id, finding in findings[:100]
    ]
    return dg.AssetCheckResult(
        check_name=f"{table}_meet_the_specification",
        passed=not unreadable and not any(found.severity == "error" for _, found in findings),
        metadata={
            "returns": len(accepted),
            "rows": sum(one.result.rows.get(table, 0) for one in accepted),
            "errors": sum(found.severity == "error" for _, found in findings),
            "queries": sum(found.severity == "query" for _, found in findings),
            "unreadable": len(unreadable),
            "findings": dg.MetadataValue.table(records, dg.TableSchema(columns)),
        },
    )
