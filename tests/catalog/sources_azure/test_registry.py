"""The registries through the true azure-ai-ml client, whose requests end at an emulator."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from catalog.errors import SourceFailed
from catalog.sources.azure_credentials import StaticToken
from catalog.sources.azure_registry import (
    AzureRegistry,
    AzureRegistrySettings,
    Workspace,
    raw_properties,
)
from catalog.sources.azure_transport import refuse_other_host
from catalog.sources.reading import Page
from catalog.sync_records import DeployedRecord, RegistryModelRecord
from tests.emulators.azure.loopback import Loopback, LoopbackWire, Reply, serving
from tests.emulators.azure.registry import (
    TOKEN,
    Registries,
    online_deployment,
    online_endpoint,
    serverless_endpoint,
)

pytestmark = pytest.mark.filterwarnings("ignore:::azure", "ignore:::marshmallow")

LLAMA: dict[str, Any] = {
    "tags": {
        "task": "text-generation",
        "license": "custom",
        "author": "Meta",
        "inference_compute_allow_list": "['Standard_NC12s_v3', 'Standard_NC24s_v3']",
        "InferenceRetirementDate": "2025-06-30",
    },
    "properties": {
        "inference-min-sku-spec": "12|2|224|1474",
        "inference-recommended-sku": "Standard_NC12s_v3, Standard_NC24s_v3",
    },
}
ALLAM: dict[str, Any] = {
    "systemMetadata": {
        "publisher": "SDAIA",
        "license": "apache-2.0",
        "maxOutputTokens": 4096,
        "SKU": {
            "inferenceMinSkuSpec": "24|1|220|64",
            "inferenceRecommendedSkus": ["Standard_NC24ads_A100_v4"],
        },
        "tasks": {"inferenceTasks": ["chat-completion"]},
        "supportedComputes": {
            "inferenceComputes": ["Standard_NC24ads_A100_v4", "Standard_ND96asr_v4"]
        },
    },
}
WITHOUT_FLAVORS: dict[str, Any] = {"flavors": ..., **LLAMA}
META: dict[str, list[dict[str, Any]]] = {
    "Llama-2-7b": [{}, LLAMA],
    "ALLaM-2-7b-instruct": [ALLAM],
    "no-flavors": [LLAMA, WITHOUT_FLAVORS],
    "m4": [{}],
    "m5": [{}],
}


def source(base: str, *registries: str, **changes: Any) -> AzureRegistry:
    settings = AzureRegistrySettings(base_url=base, registries=registries, **changes)
    return AzureRegistry(settings, LoopbackWire(), StaticToken(TOKEN))


@contextmanager
def registries(**models: Any) -> Iterator[Loopback]:
    named = {name.replace("_", "-"): held for name, held in models.items()}
    with serving(Registries(models=named)) as service:
        yield service


def named(pages: list[Page]) -> list[str]:
    return [
        f"{record.registry}/{record.name}/{record.version}"
        for page in pages
        for record in page.records
        if isinstance(record, RegistryModelRecord)
    ]


def reasons(pages: list[Page]) -> Counter[str]:
    return Counter(row.reason for page in pages for row in page.unread)


def test_names_come_page_by_page_and_of_each_the_latest_version_is_read_raw() -> None:
    with registries(azureml_meta=META) as service:
        pages = list(source(service.base, "azureml-meta").fetch())
        asked = [request.target.partition("?")[0].rpartition("/")[2] for request in service.asked]
    assert named(pages) == [
        "azureml-meta/Llama-2-7b/2",
        "azureml-meta/ALLaM-2-7b-instruct/1",
        "azureml-meta/no-flavors/2",
        "azureml-meta/m4/1",
        "azureml-meta/m5/1",
    ]
    assert asked == ["discovery", "models", "2", "1", "models", "2", "1", "models", "1"]
    assert [page.requests for page in pages] == [4, 3, 2]
    assert not reasons(pages)


def test_the_view_is_named_as_the_service_knows_it() -> None:
    with registries(azureml={}) as service:
        list(source(service.base, "azureml").fetch())
        assert service.asked[-1].target.endswith("&listViewType=ActiveOnly")


def test_both_schemas_are_read_into_the_same_record() -> None:
    with registries(azureml_meta=META) as service:
        old, new = next(source(service.base, "azureml-meta").fetch()).records
    assert isinstance(old, RegistryModelRecord)
    assert isinstance(new, RegistryModelRecord)
    assert (old.publisher, old.license, old.task) == ("Meta", "custom", "text-generation")
    assert (old.min_vcpus, old.min_gpus, old.min_ram_gib, old.min_disk_gib) == (12, 2, 224, 1474)
    assert [(host.sku, host.place, host.recommended) for host in old.hosts] == [
        ("Standard_NC12s_v3", 1, True),
        ("Standard_NC24s_v3", 2, True),
    ]
    assert str(old.inference_retired_on) == "2025-06-30"
    assert (new.publisher, new.license, new.task) == ("SDAIA", "apache-2.0", "chat-completion")
    assert (new.min_gpus, new.max_output_tokens, new.archived) == (1, 4096, False)
    assert [(host.sku, host.recommended) for host in new.hosts] == [
        ("Standard_NC24ads_A100_v4", True),
        ("Standard_ND96asr_v4", False),
    ]


def test_the_clients_own_object_loses_the_system_metadata_and_the_raw_body_keeps_it() -> None:
    with registries(azureml_meta=META) as service:
        client = source(service.base, "azureml-meta")._client(registry_name="azureml-meta")
        entity = client.models.get("ALLaM-2-7b-instruct", "1")
        raw = raw_properties(client, "ALLaM-2-7b-instruct", "1")
    assert "publisher" not in str(entity._to_dict())
    assert raw["systemMetadata"]["SKU"]["inferenceMinSkuSpec"] == "24|1|220|64"


def test_all_versions_are_listed_by_the_client_when_they_are_wanted() -> None:
    models = {"Llama-2-7b": META["Llama-2-7b"]}
    with registries(azureml_meta=models) as service:
        (page,) = source(service.base, "azureml-meta", all_versions=True).fetch()
    latest = {
        record.version: record.is_latest
        for record in page.records
        if isinstance(record, RegistryModelRecord)
    }
    assert latest == {"2": True, "1": False}


def test_a_version_without_flavors_breaks_the_clients_list_and_not_the_source() -> None:
    with registries(azureml_meta={"no-flavors": META["no-flavors"]}) as service:
        reading = source(service.base, "azureml-meta", all_versions=True)
        with pytest.raises(AttributeError):
            reading._client(registry_name="azureml-meta").models.get("no-flavors", "2")
        pages = list(reading.fetch())
    assert named(pages) == ["azureml-meta/no-flavors/2"]
    assert reasons(pages) == {"versions_unlisted": 1}


def test_the_requests_keep_their_true_hosts_scope_and_token() -> None:
    scopes: set[str] = set()

    class Recording(StaticToken):
        def get_token(self, *wanted: str, **options: Any) -> Any:
            scopes.update(wanted)
            return super().get_token(*wanted, **options)

    with registries(azureml_meta=META) as service:
        settings = AzureRegistrySettings(base_url=service.base, registries=("azureml-meta",))
        list(AzureRegistry(settings, LoopbackWire(), Recording(TOKEN)).fetch())
        tokens = {request.headers["authorization"] for request in service.asked}
    assert scopes == {"https://management.azure.com/.default"}
    assert tokens == {f"Bearer {TOKEN}"}


def test_without_an_address_of_its_own_the_source_asks_azure_itself() -> None:
    class SignsIn(StaticToken):
        pass

    settings = AzureRegistrySettings(registries=("azureml-meta",))
    with pytest.raises(SourceFailed, match="fixed token"):
        AzureRegistry(settings, LoopbackWire(), SignsIn(TOKEN))

    class Credential:
        def get_token(self, *scopes: str, **options: Any) -> Any:
            return StaticToken(TOKEN).get_token(*scopes, **options)

    with registries(azureml_meta=META) as service:
        moved = {
            "https://eastus.api.azureml.ms": service.base,
            "https://cert-eastus.experiments.azureml.net": service.base,
        }
        wire = LoopbackWire(moved)
        pages = list(AzureRegistry(settings, wire, Credential()).fetch())
    assert len(named(pages)) == 5
    assert {sent.url.split("/")[2] for sent in wire.sent} == {
        "eastus.api.azureml.ms",
        "cert-eastus.experiments.azureml.net",
    }


@pytest.mark.parametrize("base", ["http://azure.example", "ftp://127.0.0.1.example"])
def test_plain_http_to_another_machine_is_refused(base: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        source(base, "azureml-meta")
    assert caught.value.reason == "insecure"


def test_a_fixed_token_is_for_this_machine_only() -> None:
    with pytest.raises(SourceFailed, match="fixed token"):
        source("https://azure.example", "azureml-meta")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x",
        "https://management.azure.com.evil.example/x",
        "https://evilapi.azureml.ms/x",
        "http://management.azure.com/x",
        "https://management.azure.com@evil.example/x",
    ],
)
def test_a_token_never_goes_to_a_host_that_is_none_of_azures(url: str) -> None:
    with pytest.raises(SourceFailed, match="not sent"):
        refuse_other_host(url)


def test_a_next_link_to_another_host_gets_no_token() -> None:
    with serving(
        Registries(models={"azureml-meta": META}, next_host="https://evil.example")
    ) as service:
        reading = source(service.base, "azureml-meta").fetch()
        next(reading)
        with pytest.raises(SourceFailed) as caught:
            next(reading)
        assert not [request for request in service.asked if "skipToken" in request.target]
    assert caught.value.reason == "other_host"


def test_a_token_that_is_refused_half_way_is_told_and_a_later_run_goes_on_there() -> None:
    with registries(azureml_meta=META) as service:
        service.fail(r"no-flavors/versions", Reply(status=401, body={"error": {"code": "x"}}))
        reading = source(service.base, "azureml-meta").fetch()
        pages = [next(reading)]
        with pytest.raises(SourceFailed) as caught:
            next(reading)
        assert caught.value.reason == "unauthorized"
        cursor = pages[-1].cursor
        assert cursor is not None
        assert "skipToken=2" in json.loads(cursor)["token"]
        pages += source(service.base, "azureml-meta").fetch(cursor=cursor)
    assert [name.split("/")[1] for name in named(pages)] == list(META)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "unauthorized"), (429, "limited"), (500, "server_error"), (400, "refused")],
)
def test_other_refusals_are_told_and_repeated_by_the_wire_alone(status: int, reason: str) -> None:
    with registries(azureml_meta=META) as service:
        service.fail("skipToken", Reply(status=status, body={"error": {"message": "no"}}), times=9)
        reading = source(service.base, "azureml-meta").fetch()
        next(reading)
        before = len(service.asked)
        with pytest.raises(SourceFailed) as caught:
            next(reading)
        assert len(service.asked) == before + 1
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(raw=b'{"value": [{"id": "azureml://reg'), "not_json"),
        (Reply(body={"value": "none"}), "unexpected"),
        (Reply(body={"value": [{"name": "m"}]}), "unexpected"),
        (Reply(body={"value": []}, cut=5), "cut"),
    ],
)
def test_an_answer_that_is_no_list_of_models_stops_with_a_reason(reply: Reply, reason: str) -> None:
    with registries(azureml_meta=META) as service:
        service.fail("skipToken", reply)
        reading = source(service.base, "azureml-meta").fetch()
        next(reading)
        with pytest.raises(SourceFailed) as caught:
            next(reading)
    assert caught.value.reason == reason


def test_one_page_a_registry_follows_another_and_an_unknown_one_is_listed() -> None:
    with registries(azureml={"a": [{}]}, azureml_xai={"b": [{}]}) as service:
        pages = list(source(service.base, "azureml", "nowhere", "azureml-xai").fetch())
    assert named(pages) == ["azureml/a/1", "azureml-xai/b/1"]
    assert [page.unread[0].reason for page in pages if page.unread] == ["unknown_registry"]
    places = [json.loads(page.cursor)["place"] for page in pages if page.cursor]
    assert places == ["registry/nowhere", "registry/azureml-xai"]
    assert pages[-1].cursor is None


def test_a_registry_without_models_is_an_empty_page() -> None:
    with registries(azureml={}) as service:
        (page,) = source(service.base, "azureml").fetch()
    assert (page.records, page.cursor) == ((), None)


def test_a_model_that_does_not_read_costs_only_itself() -> None:
    broken = {"properties": {"inference-min-sku-spec": "many"}}
    wrong_date = {"tags": {"InferenceRetirementDate": "soon"}}
    models = {"a": [broken], "b": [wrong_date], "c": [LLAMA], "no-version": []}
    with registries(azureml=models) as service:
        pages = list(source(service.base, "azureml").fetch())
    assert named(pages) == ["azureml/c/1"]
    assert reasons(pages) == {"invalid": 2, "no_version": 1}


def test_a_model_that_vanishes_while_it_is_read_is_listed() -> None:
    with registries(azureml={"a": [{}], "b": [{}]}) as service:
        service.fail(r"models/a/versions", Reply(status=404, body={"error": {"code": "NotFound"}}))
        pages = list(source(service.base, "azureml").fetch())
    assert named(pages) == ["azureml/b/1"]
    assert reasons(pages) == {"gone": 1}


def test_what_a_workspace_runs_is_read_after_the_registries() -> None:
    endpoints = {
        "serverlessEndpoints": {
            "chat": serverless_endpoint("chat", "azureml://registries/azureml/models/m", "eastus2")
        },
        "onlineEndpoints": {
            "hosts": online_endpoint(
                "hosts", "japaneast", online_deployment("blue", "m:1", "Standard_NC12s_v3", 3)
            )
        },
    }
    with serving(Registries(models={"azureml": {}}, workspaces={"team": endpoints})) as service:
        space = Workspace(subscription_id="s", resource_group="g", name="team")
        pages = list(source(service.base, "azureml", workspaces=(space,)).fetch())
    serverless, online = pages[-1].records
    assert serverless == DeployedRecord(
        workspace="team",
        endpoint="chat",
        kind="serverless",
        region="eastus2",
        model="azureml://registries/azureml/models/m",
        state="succeeded",
        auth_mode="key",
    )
    assert online == DeployedRecord(
        workspace="team",
        endpoint="hosts",
        deployment="blue",
        kind="online",
        region="japaneast",
        model="m:1",
        instance_type="Standard_NC12s_v3",
        instance_count=3,
        state="succeeded",
        auth_mode="key",
    )


@pytest.mark.parametrize("cursor", ["x", "{}", '{"place": "registry/other", "token": null}', "[]"])
def test_a_cursor_of_other_registries_is_refused(cursor: str) -> None:
    with pytest.raises(SourceFailed) as caught:
        list(source("http://127.0.0.1:1", "azureml").fetch(cursor=cursor))
    assert caught.value.reason == "cursor"


def test_the_scope_names_registries_and_workspaces() -> None:
    space = Workspace(subscription_id="s", resource_group="g", name="team")
    reading = source("http://127.0.0.1:1", "azureml", "azureml-meta", workspaces=(space,))
    assert reading.scope == "versions=latest;registries=azureml,azureml-meta;workspaces=team"


def test_no_telemetry_is_sent_and_no_variable_of_the_process_is_changed() -> None:
    before = dict(os.environ)
    with registries(azureml={"a": [{}]}) as service:
        list(source(service.base, "azureml").fetch())
        assert len(service.asked) == 3
    assert {key for key in os.environ if os.environ[key] != before.get(key)} <= {
        "AZUREML_CURRENT_CLOUD"
    }
