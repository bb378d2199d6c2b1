"""Own measurements in the database: what they become, what refuses them, what leaves them alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, select

from catalog.aliases import aliases_by_rule
from catalog.benchmarks.reading import read_benchmarks
from catalog.database import Database, open_database
from catalog.errors import (
    BenchmarkRefused,
    GpuNotFound,
    InstanceNotFound,
    ModelNotFound,
    OwnMeasurementNotFound,
)
from catalog.measurement_records import MeasurementRecord
from catalog.own_measurement_records import OwnMeasurementRecord
from catalog.own_measurement_rows import measurements_of, result_file
from catalog.own_measurements import (
    list_own_measurements,
    own_measurements,
    remove_own_measurement,
    store_measurements,
)
from catalog.records import GpuRecord, ModelRecord
from catalog.schema import backup
from catalog.served_models import Told
from catalog.settings import load_settings
from catalog.snapshot.load import load_snapshot
from catalog.store import save_records
from catalog.tables import OWN_MEASUREMENT
from tests.templates import Templates

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
FILES = Path(__file__).parent / "benchmarks"
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
TOLD = Told(model=MODEL, weights="FP8", gpu="h100-sxm", gpus=1, engine="vllm")


def records_of(
    database: Database, name: str = "vllm-bench-closed-loop.json", told: Told = TOLD
) -> tuple[OwnMeasurementRecord, ...]:
    """The records of a file that a tool wrote."""
    content = (FILES / name).read_bytes()
    runs = read_benchmarks(content, name=name)
    with database.read() as session:
        return measurements_of(session, runs, told, result_file(name, content, NOW))


@pytest.fixture
def filled(database: Database) -> Database:
    """One model and one GPU in a fresh database of each kind."""
    publisher, name = MODEL.split("/")
    with database.write() as session:
        save_records(
            session, [ModelRecord(id=MODEL, publisher=publisher, name=name, source="test")]
        )
        save_records(session, aliases_by_rule([MODEL]))
        save_records(session, [GpuRecord(key="H100-SXM", source="test", confidence="test")])
    return database


def test_a_run_is_kept_with_all_that_was_measured_and_told(filled: Database) -> None:
    """What comes out of the database is what went in, under the names of published runs."""
    [record] = records_of(filled)
    assert 1 == store_measurements(filled, [record])

    with filled.read() as session:
        [found] = own_measurements(session, MODEL)
        none = own_measurements(session, "openai/gpt-oss-20b")

    assert record == found
    assert [] == none
    assert set(MeasurementRecord.model_fields) <= set(type(found).model_fields)
    assert ("H100-SXM", 1, 1, 1, 1) == (
        found.gpu_key,
        found.gpus,
        found.tensor_parallel,
        found.pipeline_parallel,
        found.attention_data_parallel,
    )
    assert ("fp8", None, "vllm", "0.11.0") == (
        found.weight_precision,
        found.kv_precision,
        found.engine,
        found.engine_version,
    )
    assert ("closed_loop", Decimal(8), "good", True) == (
        found.load_mode,
        found.concurrency,
        found.quality,
        found.calibrates,
    )
    assert ("vllm-bench", "vllm-bench-closed-loop.json", 1, NOW) == (
        found.tool,
        found.file_name,
        found.run_number,
        found.imported_at,
    )


def test_a_host_gives_its_gpu_and_their_number(loaded: Database) -> None:
    """Fewer of them where fewer served; the file's own tp is not contradicted."""
    told = replace(TOLD, gpu=None, gpus=None, instance="NC80adis_H100_v5")
    [whole] = records_of(loaded, told=told)
    [one] = records_of(loaded, told=replace(told, gpus=1))

    assert ("H100-NVL", 2, "azure/Standard_NC80adis_H100_v5") == (
        whole.gpu_key,
        whole.gpus,
        whole.instance_id,
    )
    assert (1, 1) == (one.gpus, one.tensor_parallel)


@pytest.mark.parametrize("tool", ["vllm-bench", "guidellm", "aiperf"])
def test_a_lower_bound_is_kept_but_never_calibrates(loaded: Database, tool: str) -> None:
    """Requests at a rate that was kept up with."""
    [record] = records_of(loaded, f"{tool}-rate.json")

    assert not record.calibrates
    assert "low" == record.quality
    assert Decimal(20) == record.asked_requests_per_second


def test_failed_requests_make_a_run_of_medium_quality_that_still_calibrates(
    loaded: Database,
) -> None:
    """They are counted beside it."""
    [record] = records_of(loaded, "vllm-bench-failed.json")

    assert ("medium", True, 38, 2) == (
        record.quality,
        record.calibrates,
        record.requests_completed,
        record.requests_failed,
    )


def test_a_name_in_the_file_that_is_another_model_is_flagged(loaded: Database) -> None:
    """A served name that leads nowhere says nothing."""
    content = (FILES / "vllm-bench-closed-loop.json").read_text()
    content = content.replace("test/model", "openai/gpt-oss-20b")
    runs = read_benchmarks(content.encode(), name="r.json")
    with loaded.read() as session:
        [other] = measurements_of(session, runs, TOLD, result_file("r.json", b"", NOW))
    [same] = records_of(loaded)

    assert ("model_named_otherwise",) == other.flags
    assert "the file names openai/gpt-oss-20b" == other.note
    assert () == same.flags


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"weights": None}, "Give --weights with one of bf16"),
        ({"weights": "fp7"}, "Expected --weights as one of bf16, fp16, fp8, int8, int4"),
        ({"cache": "half"}, "Expected --cache as one of"),
        ({"gpu": None, "gpus": None}, "Expected either a host or a GPU, found neither"),
        ({"instance": "NC40ads_H100_v5"}, "Expected either a host or a GPU, found both"),
        ({"gpus": None}, "Expected how many H100-SXM served, found nothing. Give --gpus"),
        ({"gpu": None, "gpus": 3, "instance": "NC80adis_H100_v5"}, "--gpus from 1 to the 2 of"),
        ({"tensor": 2}, "Expected --tensor 1 as the file states (tp), found 2"),
        ({"gpus": 3, "pipeline": 2}, "to divide the 3 GPUs, found 1 x 2 x 1"),
    ],
)
def test_what_was_told_wrongly_or_not_at_all_is_refused_by_its_option(
    loaded: Database, changes: dict[str, str], told: str
) -> None:
    """Each says how to give it."""
    with pytest.raises(BenchmarkRefused) as error:
        records_of(loaded, told=replace(TOLD, **changes))  # type: ignore[arg-type]

    assert told in str(error.value)
    assert error.value.field.startswith("--")


def test_what_no_file_of_the_tool_states_has_to_be_told(loaded: Database) -> None:
    """guidellm states neither the split nor the engine."""
    with pytest.raises(BenchmarkRefused, match=r"split, which the file does not state.*--tensor"):
        records_of(loaded, "guidellm-concurrent.json", replace(TOLD, gpus=2))
    with pytest.raises(BenchmarkRefused, match=r"the file of guidellm does not state.*--engine"):
        records_of(loaded, "guidellm-concurrent.json", replace(TOLD, engine=None))


def test_a_host_with_a_share_of_a_gpu_is_refused(loaded: Database) -> None:
    """A sixth of an A10."""
    with pytest.raises(BenchmarkRefused, match=r"Expected a host with whole GPUs.*Give --gpu and"):
        records_of(
            loaded, told=replace(TOLD, gpu=None, gpus=None, instance="Standard_NV6ads_A10_v5")
        )


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"model": "no such model at all"}, ModelNotFound, "no such model at all"),
        ({"gpu": "H100"}, GpuNotFound, r"found 'H100'. Nearest: .*H100-SXM.*All of them: A10"),
        ({"gpu": None, "instance": "NC9"}, InstanceNotFound, "NC9"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_with_the_nearest(
    loaded: Database, changes: dict[str, str], error: type[Exception], told: str
) -> None:
    """As everywhere else."""
    with pytest.raises(error, match=told):
        records_of(loaded, told=replace(TOLD, **changes))  # type: ignore[arg-type]


def test_the_same_bytes_are_taken_once_whatever_the_file_is_called(filled: Database) -> None:
    """Unless they are to replace what they gave before."""
    records = records_of(filled, "vllm-bench-append.json")
    store_measurements(filled, records)

    with pytest.raises(BenchmarkRefused) as error:
        store_measurements(filled, [records[0].model_copy(update={"file_name": "copy.json"})])
    better = [one.model_copy(update={"kv_precision": "fp8"}) for one in records]
    store_measurements(filled, better, again=True)

    assert "vllm-bench-append.json, imported on 2026-11-27 as m-" in str(error.value)
    assert "Give --again" in str(error.value)
    with filled.read() as session:
        assert better == list_own_measurements(session)


def test_one_run_is_forgotten_by_its_id(filled: Database) -> None:
    """An id that is none is refused with the nearest."""
    records = records_of(filled, "vllm-bench-append.json")
    store_measurements(filled, records)

    with pytest.raises(OwnMeasurementNotFound, match=f"found 'm-0'. Nearest: .*{records[0].id}"):
        remove_own_measurement(filled, "m-0")
    remove_own_measurement(filled, records[0].id)
    remove_own_measurement(filled, records[1].id)

    with filled.read() as session:
        assert [] == list_own_measurements(session)
    with pytest.raises(OwnMeasurementNotFound, match="None is stored"):
        remove_own_measurement(filled, records[0].id)


def test_loading_the_snapshot_anew_leaves_own_measurements_alone(filled: Database) -> None:
    """As a newer version of the program does; the snapshot knows the model and the GPU too."""
    records = records_of(filled)
    store_measurements(filled, records)

    assert load_snapshot(filled, NOW).loaded

    with filled.read() as session:
        assert list(records) == own_measurements(session, MODEL)


def test_a_backup_holds_own_measurements(tmp_path: Path, templates: Templates) -> None:
    """A copy of a SQLite file opens with them."""
    settings = load_settings({"MODELCOST_DATA_DIR": str(tmp_path)})
    templates.put(settings.database_url, snapshot=True)
    database = open_database(settings, NOW)
    records = records_of(database)
    store_measurements(database, records)
    database.close()

    copy = open_database(
        load_settings(
            {
                "MODELCOST_DATA_DIR": str(tmp_path),
                "MODELCOST_DATABASE_URL": f"sqlite:///{backup(settings, NOW)}",
            }
        ),
        NOW,
    )

    with copy.read() as session:
        assert list(records) == own_measurements(session, MODEL)
    copy.close()


def test_the_database_refuses_a_tool_that_is_not_known(filled: Database) -> None:
    """As it does a load and a quality."""
    [record] = records_of(filled)
    store_measurements(filled, [record])

    with filled.read() as session:
        row = dict(session.execute(select(OWN_MEASUREMENT)).mappings().one())
    with pytest.raises(Exception, match="tool_known"), filled.write() as session:
        session.execute(insert(OWN_MEASUREMENT).values({**row, "id": "m-x", "tool": "locust"}))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"flags": ("odd",)}, "flags must be of lower_bound, .*, found odd"),
        ({"flags": ("computed_elsewhere",)}, "computed_elsewhere belongs to aiconfigurator"),
        ({"file_sha256": None}, "a measured run has a file"),
        ({"requests_completed": 0}, "at least one completed request"),
        ({"tool": "locust"}, "tool"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    loaded: Database, changes: dict[str, object], told: str
) -> None:
    """Before it becomes a row."""
    [record] = records_of(loaded)
    fields = record.model_dump(exclude={"calibrates"})

    with pytest.raises(ValidationError, match=told):
        OwnMeasurementRecord.model_validate({**fields, **changes})
