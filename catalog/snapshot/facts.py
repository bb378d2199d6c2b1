"""GPUs, models and their names out of the reference files, and the prices of the article."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from catalog.aliases import aliases_by_rule
from catalog.errors import ReferenceDataInvalid
from catalog.records import ArchitectureRecord
from catalog.snapshot.layout import NO_PUBLIC_ADDRESS, SnapshotSource
from catalog.snapshot.reference import Line, license_of, reference_parts

ARTICLE = 'article "Exploring the LLM life cycle on Azure" (exploration phase), worked example'
ARTICLE_DATE = date(2024, 3, 17)
ARTICLE_OFFER = "article/llama-2-7b"
ARTICLE_MODEL = "meta-llama/Llama-2-7b-chat-hf"
ARTICLE_ALIAS = "Llama-2-7b"
ARTICLE_SOURCE_ID = "article"
_ARTICLE_PRICES = (
    ("input", "0.00067", "1000", "token"),
    ("output", "0.00052", "1000", "token"),
    ("hosting", "3.09", "1", "hour"),
)
_ARTICLE_FLAGS = (
    "historical",
    "hosting_fee_of_fine_tuned_variant",
    "input_above_output_suspect",
)

_GPU_CELLS = {
    "key": "gpu",
    "architecture": "arch",
    "memory_gb": "mem_gb",
    "memory_bandwidth_gb_per_second": "mem_bw_gb_s",
    "fp16_bf16_dense_tflops": "fp16_bf16_dense_tflops",
    "fp8_dense_tflops": "fp8_dense_tflops",
    "int8_dense_tops": "int8_dense_tops",
    "fp4_dense_tflops": "fp4_dense_tflops",
    "gpu_link_gb_per_second_one_direction": "gpu_gpu_bw_gb_s_one_direction",
    "pcie_gb_per_second_one_direction": "pcie_bw_gb_s_one_direction",
    "tdp_watts": "tdp_w",
    "interconnect": "interconnect",
    "bf16_native": "bf16_native",
    "azure_series": "azure_series",
    "source": "source",
    "confidence": "confidence",
}
_GPU_WORDS = {
    "key",
    "architecture",
    "interconnect",
    "bf16_native",
    "azure_series",
    "source",
    "confidence",
}


def gpu_rows(lines: Iterable[Line]) -> list[dict[str, str]]:
    """Rows of gpus.csv, in order of key."""
    rows = [
        {
            column: line[cell] if column in _GPU_WORDS else line.exact(cell)
            for column, cell in _GPU_CELLS.items()
        }
        for line in lines
    ]
    return sorted(rows, key=lambda row: row["key"])


def model_rows(lines: Iterable[Line]) -> list[dict[str, str]]:
    """Rows of models.csv, in order of id.

    Raises:
        ReferenceDataInvalid: an id is not ``publisher/name``, or stands there twice.
    """
    rows: dict[str, dict[str, str]] = {}
    for line in lines:
        publisher, slash, name = line["hf_id"].partition("/")
        if not (publisher and slash and name) or line["hf_id"] in rows:
            raise line.wrong("hf_id", "an id publisher/name that no other line has")
        columns = [name for name in ArchitectureRecord.model_fields if name != "model_id"]
        rows[line["hf_id"]] = {
            "model_id": line["hf_id"],
            **{column: line[column] for column in columns},
            "rope_factor": line.exact("rope_factor"),
            "license": line["license"],
            "license_source": line["license_source"],
        }
    return [rows[key] for key in sorted(rows)]


def model_sources(lines: Iterable[Line]) -> list[SnapshotSource]:
    """The repositories that the models were read from, each at its commit, in order.

    Raises:
        ReferenceDataInvalid: a source is not ``REPOSITORY@COMMIT:PATH``, or its licence unknown.
    """
    references: list[str] = []
    for line in lines:
        own = [
            line["source"],
            line["total_params_source"],
            line["active_params_source"],
            line["license_source"],
            *line["also"].split(";"),
        ]
        if any(reference and reference_parts(reference) is None for reference in own):
            raise line.wrong("source", "REPOSITORY@COMMIT or REPOSITORY@COMMIT:PATH")
        references += filter(None, own)
    return repositories(references)


def repositories(references: Iterable[str]) -> list[SnapshotSource]:
    """The repositories of references ``REPOSITORY@COMMIT:PATH``, each commit once, in order.

    Raises:
        ReferenceDataInvalid: the licence of one is unknown.
    """
    found = {parts for parts in map(reference_parts, references) if parts is not None}
    return [
        SnapshotSource(
            name=f"{repository} (each row names its file)",
            url=f"https://github.com/{repository}/tree/{commit}",
            as_of=None,
            license=license_of(repository),
        )
        for repository, commit in sorted(found)
    ]


def alias_rows(model_ids: Iterable[str]) -> list[dict[str, str]]:
    """Rows of aliases.csv: those made by rule, and the one that a person chose.

    The article says "Llama-2-7b" and prices a chat model by the token, so its chat variant is
    meant. The alias is left out where that model is not known.
    """
    ids = set(model_ids)
    rows = [
        {
            "alias": record.alias,
            "model_id": record.model_id,
            "evidence": record.evidence,
            "source": record.source or "",
        }
        for record in aliases_by_rule(ids)
    ]
    if ARTICLE_MODEL in ids:
        rows.append(
            {
                "alias": ARTICLE_ALIAS,
                "model_id": ARTICLE_MODEL,
                "evidence": "typed",
                "source": "the article",
            }
        )
    return sorted(rows, key=lambda row: (row["alias"].casefold(), row["model_id"]))


def article_price_rows(model_ids: Iterable[str]) -> list[dict[str, str]]:
    """Rows of token_prices.csv: the article's three prices of one historical offer.

    Raises:
        ReferenceDataInvalid: the article's model is not among the models.
    """
    if ARTICLE_MODEL not in set(model_ids):
        raise ReferenceDataInvalid(
            f"Expected the article's model {ARTICLE_MODEL} among the models, found it missing. "
            "Add it to model_architectures.csv."
        )
    return [
        {
            "offer_id": ARTICLE_OFFER,
            "kind": kind,
            "amount": amount,
            "per": per,
            "unit": unit,
            "valid_from": f"{ARTICLE_DATE.isoformat()}T00:00:00Z",
            "as_of": ARTICLE_DATE.isoformat(),
            "source_id": ARTICLE_SOURCE_ID,
            "source_key": f"{ARTICLE_OFFER}/{kind}",
            "flags": ";".join(_ARTICLE_FLAGS),
        }
        for kind, amount, per, unit in _ARTICLE_PRICES
    ]


def article_offer_row() -> dict[str, str]:
    """Row of offers.csv for the article: the hosting fee makes it a tuned model's, as flagged."""
    return {
        "id": ARTICLE_OFFER,
        "provider_id": "azure",
        "model_id": ARTICLE_MODEL,
        "model_key": ARTICLE_ALIAS,
        "region": "",
        "deployment": "unknown",
        "variant": "base",
        "flags": ";".join(_ARTICLE_FLAGS),
    }


def article_source_row() -> dict[str, str]:
    """Row of sources.csv for the article."""
    return {
        "id": ARTICLE_SOURCE_ID,
        "name": ARTICLE,
        "url": NO_PUBLIC_ADDRESS,
        "as_of": ARTICLE_DATE.isoformat(),
        "license": "not checked; figures only",
        "rank": "1",
    }


def provider_rows() -> list[dict[str, str]]:
    """Rows of providers.csv."""
    return [{"id": "azure", "name": "Microsoft Azure", "url": "https://azure.microsoft.com"}]
