"""Dagster on a small real home: partitions, blocking checks, the switch, the sensor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest
from dagster import DefaultSensorStatus as SensorStatus

from expectations.intake import Sent, receive
from ingest.home import Home
from ingest.parse import Declared
from ingest.pseudonym import make_key_file
from ingest.register import Register, State
from ingest.release_register import ReleaseRegister
from ingest.release_stages import Stage
from ingest.sheets import UploadedFile
from ingest.signing_figures import figures_to_sign
from ingest.snapshots import read_sidecar
from ingest.warehouse import content_hashes, current_warehouse
from ingest.workers import ReadingPool
from orchestration.build import BuildFailed, build, instance_of, publish
from orchestration.definitions import definitions_for
from orchestration.register_sensor import signed_versions
from orchestration.resources import HomeResource
from orchestration.signing import ready_versions
from specification.load import find_borough, load_collection
from specification.periods import Quarter
from specification.publication import load_publication
from synthetic.write import write_sample

pytestmark = pytest.mark.xdist_group("orchestration")
BOROUGHS = ("E09000012", "E09000007")
QUARTERS = (Quarter(2026, 1), Quarter(2026, 2))


def send(home: Home, register: Register, borough_code: str, quarter: Quarter) -> str:
    folder = home.root / "samples" / f"{borough_code}-{quarter}"
    folder.mkdir(parents=True)
    written = write_sample(folder, borough_code=borough_code, quarter=quarter)
    files = tuple(UploadedFile(one.name, one.read_bytes()) for one in written)
    sent = Sent(
        Declared(find_borough(borough_code), quarter),
        files,
        "test",
        datetime(2026, 10, 5, tzinfo=UTC),
    )
    with ReadingPool(workers=1) as pool:
        received = receive([sent], home, register, pool)[0]
    assert received.submission is not None
    assert received.submission.state is State.READY, received.checked.result.findings
    return received.submission.submission_id


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home"))
    make_key_file(home.key_file)
    register = Register(home.register_url)
    for quarter in QUARTERS:
        for borough_code in BOROUGHS:
            submission_id = send(home, register, borough_code, quarter)
            register.sign(submission_id, actor="test", at=datetime(2026, 10, 6, tzinfo=UTC))
    build(home)
    yield home


def test_each_signed_return_is_in_the_lake(built: Home) -> None:
    for borough_code in BOROUGHS:
        for quarter in QUARTERS:
            path = built.accepted("apprentices", quarter, borough_code)
            assert pq.read_table(path).num_rows > 0
            assert "uln" not in pq.read_schema(path).names


def test_every_partition_has_its_own_materialization(built: Home) -> None:
    with instance_of(built) as instance:
        partitions = instance.get_materialized_partitions(dg.AssetKey("accepted_return"))
    expected = {f"{borough}|{quarter}" for borough in BOROUGHS for quarter in QUARTERS}
    assert expected <= partitions


def test_checks_that_block_carry_the_findings(built: Home) -> None:
    definitions = definitions_for(built)
    graph = definitions.resolve_asset_graph()
    checks = {
        key.name for key in graph.asset_check_keys if key.asset_key.path == ["accepted_return"]
    }
    assert definitions.resolve_schedule_def("letters_each_morning").job_name == "letters"
    assert checks == {f"{table}_meet_the_specification" for table in load_collection().tables}
    with instance_of(built) as instance:
        for name in checks:
            key = dg.AssetCheckKey(dg.AssetKey("accepted_return"), name)
            record = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)[0]
            assert record.event is not None
            evaluation = record.event.dagster_event
            assert evaluation is not None
            assert {"errors", "queries", "findings", "returns", "rows"} <= set(
                evaluation.asset_check_evaluation_data.metadata
            )


def test_the_snapshot_stands_alone(built: Home) -> None:
    warehouse = current_warehouse(built)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        schemas = connection.execute(
            "select distinct table_schema from information_schema.tables"
        ).fetchall()
        returned = connection.execute(
            "select count(*) from fct_return_status where state = 'signed'"
        ).fetchone()
    assert schemas == [("main",)]
    assert returned == (len(BOROUGHS) * len(QUARTERS),)
    assert not list(built.warehouse.glob("*.wal"))
    assert not list(built.warehouse.glob("building*"))


def test_a_new_borough_is_one_run_and_a_new_snapshot(built: Home) -> None:
    register = Register(built.register_url)
    before = current_warehouse(built)
    submission_id = send(built, register, "E09000001", QUARTERS[1])
    figures = counted_before_signing(built, submission_id)
    register.sign(submission_id, actor="test", at=datetime(2026, 10, 7, tzinfo=UTC))
    with instance_of(built) as instance:
        context = dg.build_sensor_context(instance=instance)
        request = signed_versions(context, home=HomeResource.of(built))
    assert isinstance(request, dg.RunRequest)
    assert request.tags["dagster/asset_partition_range_start"] == f"E09000001|{QUARTERS[1]}"
    assert request.tags["dagster/asset_partition_range_end"] == f"E09000001|{QUARTERS[1]}"
    after = build(built)
    assert after != before
    sidecar = read_sidecar(after)
    assert sidecar is not None
    assert sidecar.parent == before.stem, "only the changed quarter is made anew"
    assert before.is_file(), "a reader may still have the last snapshot open"
    with instance_of(built) as instance:
        context = dg.build_sensor_context(instance=instance)
        assert isinstance(signed_versions(context, home=HomeResource.of(built)), dg.SkipReason)
    assert figures == said_by(after, "E09000001", QUARTERS[1])


def counted_before_signing(home: Home, submission_id: str) -> dict[str, float | None]:
    """Return what a signing officer sees of a version, by metric, as the sensor asks for it."""
    asked = ready_versions(home=HomeResource.of(home))
    assert isinstance(asked, dg.RunRequest)
    with instance_of(home) as instance:
        job = definitions_for(home).resolve_job_def("figures_to_sign")
        assert job.execute_in_process(instance=instance, tags=asked.tags).success
    assert isinstance(ready_versions(home=HomeResource.of(home)), dg.SkipReason)
    counted = figures_to_sign(home, submission_id)
    assert counted is not None
    of_every_kind = [one for one in counted.figures if one.of.startswith("every kind")]
    assert {one.quarter_ago for one in of_every_kind} == {None}, "none was signed"
    return {one.metric_id: one.now for one in of_every_kind}


def said_by(warehouse: Path, area: str, quarter: Quarter) -> dict[str, float | None]:
    """Return what the warehouse says of the metrics of every kind that an officer sees."""
    wanted = [one for one in load_publication().before_signing if one.population == "ALL"]
    found: dict[str, float | None] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for one in wanted:
            row = connection.execute(
                "select last(value order by period) from fct_metric_values where metric_id = ? "
                "and population = 'ALL' and slice_type = 'all' and area_code = ? "
                "and as_at_quarter = ? and period_type = ?",
                [one.metric, area, str(quarter), one.period_type],
            ).fetchone()
            assert row is not None
            found[one.metric] = row[0]
    return found


def test_rebuilding_from_the_landing_store_gives_the_same_marts(
    built: Home, tmp_path: Path
) -> None:
    first = current_warehouse(built)
    again = Home(tmp_path / "again")
    again.root.mkdir()
    (again.root / "keys").mkdir()
    again.key_file.write_bytes(built.key_file.read_bytes())
    (again.root / "register.sqlite").write_bytes((built.root / "register.sqlite").read_bytes())
    for suffix in ("-wal", "-shm"):
        side = built.root / f"register.sqlite{suffix}"
        if side.exists():
            (again.root / side.name).write_bytes(side.read_bytes())
    again.landing.symlink_to(built.landing)
    assert content_hashes(build(again)) == content_hashes(first)


def test_a_damaged_landing_file_changes_nothing_public(built: Home) -> None:
    register = Register(built.register_url)
    before = current_warehouse(built)
    submission_id = send(built, register, "E09000024", QUARTERS[1])
    signed = register.sign(submission_id, actor="test", at=datetime(2026, 10, 8, tzinfo=UTC))
    landed = built.landing / signed.sha256[:2] / signed.sha256
    content = landed.read_bytes()
    landed.write_bytes(content[:-10])
    try:
        with pytest.raises(BuildFailed, match="Nothing was switched"):
            build(built)
        assert current_warehouse(built) == before
    finally:
        landed.write_bytes(content)


def test_a_faulty_return_that_was_signed_all_the_same_is_blocked(built: Home) -> None:
    register = Register(built.register_url)
    before = current_warehouse(built)
    folder = built.root / "faulty"
    folder.mkdir()
    written = write_sample(folder, borough_code="E09000013", quarter=QUARTERS[0])
    declared = Declared(find_borough("E09000013"), QUARTERS[1])  # the file says QUARTERS[0]
    files = tuple(UploadedFile(one.name, one.read_bytes()) for one in written)
    at = datetime(2026, 10, 9, tzinfo=UTC)
    with ReadingPool(workers=1) as pool:
        received = receive([Sent(declared, files, "test", at)], built, register, pool)[0]
    assert received.submission is not None
    assert "R-008" in {one.rule for one in received.checked.result.findings}
    submission_id = received.submission.submission_id
    register.record_check(submission_id, errors=0, queries=0, actor="intruder", at=at)
    register.sign(submission_id, actor="intruder", at=at)
    with pytest.raises(BuildFailed, match="return_meet_the_specification of accepted_return"):
        build(built)
    assert current_warehouse(built) == before
    assert not built.accepted("apprentices", QUARTERS[1], "E09000013").exists()


def test_the_sensors_run_without_being_switched_on(built: Home) -> None:
    sensors = definitions_for(built).get_repository_def().sensor_defs
    running = {one.name for one in sensors if one.default_status is SensorStatus.RUNNING}
    assert running >= {"signed_versions", "asked_drafts"}


def test_a_draft_is_an_asset_of_the_quarter(built: Home) -> None:
    release = publish(built, QUARTERS[1], actor="analyst")
    assert release == built.edition(QUARTERS[1], 1)
    assert (release / "index.html").is_file()
    with instance_of(built) as instance:
        partitions = instance.get_materialized_partitions(dg.AssetKey("comparative_release"))
    assert str(QUARTERS[1]) in partitions
    releases = ReleaseRegister(built.register_url).releases()
    drafted = releases.pending(QUARTERS[1])
    assert drafted is not None
    assert (drafted.stage, drafted.made_by) == (Stage.DRAFT, "analyst")
    assert list(releases.public()) == []
