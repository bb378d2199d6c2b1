"""How the facts of a registry are read in all their spellings, and what is flagged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.sources.azure_registry_facts import (
    VersionBody,
    least_hardware,
    listed,
    registry_record,
    with_sibling_flags,
)
from catalog.sync_records import RegistryModelRecord

SIZES = {"Standard_NC12s_v3": (12, Decimal(2)), "Standard_NC6s_v3": (6, Decimal(1))}


def read(name: str = "m", *, latest: bool = True, **properties: Any) -> RegistryModelRecord:
    body = VersionBody(
        registry="azureml", name=name, version="1", is_latest=latest, properties=properties
    )
    return registry_record(body, SIZES)


@pytest.mark.parametrize(
    "value",
    [
        ["Standard_A", "Standard_B"],
        "['Standard_A', 'Standard_B']",
        '["Standard_A", "Standard_B"]',
        "[Standard_A, Standard_B]",
        "Standard_A, Standard_B",
        "Standard_A;Standard_B",
        "Standard_A,Standard_B,Standard_A",
        "- Standard_A\n- Standard_B\n",
        "('Standard_A', 'Standard_B')",
        " [\n  Standard_A,\n  Standard_B\n] ",
    ],
)
def test_a_list_is_read_in_each_of_its_spellings(value: object) -> None:
    assert listed(value) == ["Standard_A", "Standard_B"]


@pytest.mark.parametrize("value", [None, "", "[]", [], 7, True, [None, " "]])
def test_what_holds_no_item_is_an_empty_list(value: object) -> None:
    assert listed(value) == []


def test_text_is_never_run_as_code() -> None:
    assert listed("[__import__('os').getcwd()]") == ["__import__('os').getcwd()"]
    assert listed("[" * 10_000) == []


def test_the_least_hardware_is_four_numbers() -> None:
    assert least_hardware("12|2|224|1474") == (12, 2, 224, 1474)
    assert least_hardware(None) == (None, None, None, None)
    for wrong in ("12|2|224", "a|b|c|d", "12|2|224|1.5", "", "²|2|2|2"):
        with pytest.raises(ValueError, match=r"inference-min-sku-spec|invalid literal"):
            least_hardware(wrong)


def test_the_place_that_counts_is_system_metadata_then_properties_then_tags() -> None:
    spec = "inference-min-sku-spec"
    record = read(
        systemMetadata={"SKU": {"inferenceMinSkuSpec": "24|1|220|64"}, "license": ""},
        properties={spec: "6|1|112|736"},
        tags={"license": "mit", "author": "Meta"},
    )
    assert (record.min_vcpus, record.license, record.publisher) == (24, "mit", "Meta")
    assert record.flags == ("places_disagree",)


def test_replicas_stand_beside_their_size() -> None:
    tags = {
        "inference_compute_allow_list": ["Standard_NC12s_v3", "Standard_NC24s_v3"],
        "sku_to_num_replicas_map": {"Standard_NC24s_v3": 2, "Default": 1},
    }
    assert [host.replicas for host in read(tags=tags).hosts] == [None, 2]
    as_text = {**tags, "sku_to_num_replicas_map": "{'Standard_NC24s_v3': 2}"}
    assert [host.replicas for host in read(tags=as_text).hosts] == [None, 2]
    broken = {**tags, "sku_to_num_replicas_map": "{'Standard"}
    assert [host.replicas for host in read(tags=broken).hosts] == [None, None]


def test_what_is_not_stated_is_unknown() -> None:
    record = read()
    assert record.model_dump(exclude={"registry", "name", "version", "is_latest"}) == {
        **dict.fromkeys(
            (
                *("publisher", "license", "task", "huggingface_id"),
                *("min_vcpus", "min_gpus", "min_ram_gib", "min_disk_gib"),
                *("context_tokens", "max_output_tokens", "can_finetune", "archived"),
                *("inference_deprecated_on", "inference_retired_on", "finetune_retired_on"),
            )
        ),
        "serving_engines": (),
        "hosts": (),
        "flags": (),
    }


def test_other_facts_are_read_from_where_they_stand() -> None:
    record = read(
        tags={
            "huggingface_model_id": "org/m",
            "textContextWindow": 16384,
            "maxOutputTokens": "4096",
            "inference_supported_envs": "['vllm', 'ds_mii']",
            "InferenceDeprecationDate": "2025-03-31",
            "FinetuneRetirementDate": "2025-06-30T00:00:00.1234567Z",
        },
        properties={"finetuning-tasks": "text-classification, text-generation"},
        isArchived=True,
    )
    assert (record.huggingface_id, record.context_tokens) == ("org/m", 16384)
    assert record.max_output_tokens == 4096
    assert record.serving_engines == ("vllm", "ds_mii")
    assert (record.can_finetune, record.archived) == (True, True)
    assert str(record.inference_deprecated_on) == "2025-03-31"
    assert str(record.finetune_retired_on) == "2025-06-30"


def test_two_hub_ids_glued_together_are_kept_and_flagged() -> None:
    glued = "mistralai/Mixtral-8x22B-v0.1mistralai/Mixtral-8x22B-Instruct-v0.1"
    record = read(tags={"huggingface_model_id": glued})
    assert record.huggingface_id == glued
    assert record.flags == ("stated_id_glued",)


@pytest.mark.parametrize(
    ("name", "context", "flags"),
    [
        ("Phi-3-small-8k-instruct", 131072, ("context_conflict",)),
        ("Phi-3-mini-128k-instruct", 131072, ()),
        ("Phi-3-mini-128k-instruct", 128000, ()),
        ("Phi-4", 16384, ()),
    ],
)
def test_a_context_that_differs_from_the_name_is_flagged(
    name: str, context: int, flags: tuple[str, ...]
) -> None:
    assert read(name, tags={"textContextWindow": context}).flags == flags


def test_fewer_gpus_than_the_host_with_these_cpus_has_is_flagged() -> None:
    """Mistral-7B-Instruct-v0-3 says one GPU on a host of two."""
    tags = {"inference_compute_allow_list": "Standard_NC12s_v3"}
    one = read(tags=tags, properties={"inference-min-sku-spec": "12|1|224|1474"})
    two = read(tags=tags, properties={"inference-min-sku-spec": "12|2|224|1474"})
    assert one.flags == ("min_gpus_fewer_than_host",)
    assert two.flags == ()


def test_a_recommended_size_that_is_not_allowed_is_flagged() -> None:
    record = read(
        tags={"inference_compute_allow_list": "Standard_NC12s_v3"},
        properties={"inference-recommended-sku": "Standard_NC12s_v3, Standard_NC6s_v3"},
    )
    assert [host.sku for host in record.hosts] == ["Standard_NC12s_v3"]
    assert record.flags == ("recommended_but_not_allowed",)


def test_many_times_the_gpus_of_the_chat_version_are_flagged() -> None:
    """falcon-7b asks for 8 GPUs, falcon-7b-instruct for one."""
    records = [
        read("falcon-7b", properties={"inference-min-sku-spec": "40|8|672|2900"}),
        read("falcon-7b-instruct", properties={"inference-min-sku-spec": "6|1|112|736"}),
        read("falcon-40b", properties={"inference-min-sku-spec": "40|8|672|2900"}),
    ]
    flags = [record.flags for record in with_sibling_flags(records)]
    assert flags == [("min_gpus_far_above_sibling",), (), ()]


def test_a_count_that_is_no_whole_number_is_unknown() -> None:
    for wrong in (0, -1, True, 1.5, "many", " ", [1]):
        assert read(tags={"maxOutputTokens": wrong}).max_output_tokens is None
