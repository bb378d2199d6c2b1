"""A large catalog of invented models, the same each time: names as on the Hub, few famous models
and many unknown ones, prices and hosts for some, a Japanese title for three in a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from random import Random
from typing import Any

from sqlmodel import Session

from catalog.folding import fold
from catalog.price_store import merge_price_history
from catalog.records import InstanceRecord, PriceRecord, ProviderRecord
from catalog.regions import COUNTRY_OF_REGION
from catalog.search.listing import rebuild_listing
from catalog.sold_records import OfferRecord
from catalog.store import save_records, write_rows
from catalog.tables import (
    AZURE_MODEL,
    AZURE_MODEL_HOST,
    MODEL,
    MODEL_ALIAS,
    MODEL_ARCHITECTURE,
    MODEL_DETAIL,
)
from catalog.vocabulary import Kind

FAMILIES = (
    ("llama", 16),
    ("Qwen", 14),
    ("mistral", 9),
    ("gemma", 7),
    ("bert", 7),
    ("phi", 4),
    ("deepseek", 4),
    ("whisper", 4),
    ("t5", 4),
    ("roberta", 4),
    ("falcon", 2),
    ("bloom", 2),
    ("opus-mt", 2),
    ("granite", 2),
    ("stablelm", 1),
    ("command-r", 1),
    ("jamba", 1),
    ("zephyrine", 1),
)
SIZES = ((0.1, 3), (0.5, 6), (1, 8), (1.5, 6), (3, 9), (7, 24), (8, 18), (13, 8), (32, 4), (70, 5))
USES = ("chat", "instruct", "base", "code", "math", "embed", "vision", "reward", "medical", "legal")
FORMS = ("", "", "", "-GGUF", "-GPTQ", "-AWQ", "-4bit", "-lora", "-fp8", "-merged", "-DPO", "-sft")
SYLLABLES = [
    "ka",
    "ri",
    "mo",
    "ta",
    "ne",
    "lu",
    "so",
    "vi",
    "er",
    "an",
    "qu",
    "ex",
    "zo",
    "ph",
    "ly",
    "th",
    "or",
    "be",
    "di",
    "wu",
]
TASKS = (
    ("text-generation", 50),
    ("text-classification", 12),
    ("feature-extraction", 8),
    ("translation", 6),
    ("image-classification", 6),
    ("automatic-speech-recognition", 6),
    ("question-answering", 4),
    ("summarization", 4),
    ("fill-mask", 4),
)
LICENSES = (("apache-2.0", 45), ("mit", 18), ("llama3.1", 8), ("cc-by-nc-4.0", 6), ("gemma", 4))
TITLES = ("日本語", "機械翻訳", "医療", "対話", "要約", "質問応答", "感情分析", "大規模言語モデル")
CONTEXTS = (512, 2_048, 4_096, 8_192, 32_768, 131_072)
KINDS: tuple[Kind, ...] = ("input", "output")
REGIONS = ("japaneast", *tuple(COUNTRY_OF_REGION)[::3])
FIRST_DAY = datetime(2026, 6, 1, tzinfo=UTC)
PRICED_EVERY, HOSTED_EVERY, UNKNOWN_LICENSE_EVERY, TITLED_PER_HUNDRED = 25, 20, 5, 3
HOSTS = 6
_ROWS_AT_ONCE = 10_000


def fill(session: Session, models: int, seed: int = 2026) -> None:
    """Write so many models with all that belongs to them, and build the list."""
    write_hosts(session)
    made = invented_models(models, Random(seed))
    while batch := list(islice(made, _ROWS_AT_ONCE)):
        _write(session, batch)
    rebuild_listing(session)


def write_hosts(session: Session) -> None:
    """The hosts that run some of the models, with their prices."""
    save_records(session, [ProviderRecord(id="azure", name="Azure")])
    hosts = [
        InstanceRecord(id=f"azure/H{number}", provider_id="azure", sku=f"H{number}")
        for number in range(HOSTS)
    ]
    save_records(session, hosts)
    prices = [_host_price(host, region) for host in hosts for region in REGIONS[::2]]
    merge_price_history(session, prices)


def invented_models(count: int, random: Random) -> Iterator[dict[str, Any]]:
    """Models in order of fame; downloads fall as the rank to the power of -1.1."""
    publishers = ["".join(random.choices(SYLLABLES, k=random.randint(2, 4))) for _ in range(8_000)]
    for rank in range(1, count + 1):
        family, size, use = _pick(random, FAMILIES), _pick(random, SIZES), random.choice(USES)
        version = f"{random.randint(1, 4)}.{random.randint(0, 5)}"
        name = f"{family}-{version}-{size:g}b-{use}{random.choice(FORMS)}-{rank:x}"
        publisher = publishers[int(len(publishers) * random.random() ** 3)]
        titled = random.random() * 100 < TITLED_PER_HUNDRED
        yield {
            "rank": rank,
            "id": f"{publisher}/{name}",
            "publisher": publisher,
            "name": name,
            "title": "".join(random.sample(TITLES, k=2)) + f"{rank}" if titled else None,
            "license": _pick(random, LICENSES) if rank % UNKNOWN_LICENSE_EVERY else None,
            "task": _pick(random, TASKS),
            "parameters": int(size * 1e9) + random.randint(0, 10**7),
            "context": random.choice(CONTEXTS),
            "downloads": int(50_000_000 / rank**1.1) if rank % 7 else None,
            "amount": Decimal(random.randint(2, 4_000)) / 100,
        }


def _pick(random: Random, weighted: tuple[tuple[Any, int], ...]) -> Any:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


def _write(session: Session, batch: list[dict[str, Any]]) -> None:
    from_bench = {"source": "tests/bench"}
    models = [
        {key: model[key] for key in ("id", "publisher", "name", "license")}
        | {"license_source": None, "source_url": None, "as_of": None}
        | from_bench
        for model in batch
    ]
    write_rows(session, MODEL, models)
    aliases = [
        {"alias_folded": fold(alias), "model_id": model["id"], "alias": alias}
        | {"evidence": evidence}
        | from_bench
        for model in batch
        for alias, evidence in (
            (model["id"], "exact"),
            (model["name"], "rule"),
            (model["title"], "stated"),
        )
        if alias
    ]
    write_rows(session, MODEL_ALIAS, aliases)
    details = [
        {
            "model_id": model["id"],
            "task": model["task"],
            "task_source": "bench",
            "context_tokens": model["context"],
            "context_source": "bench",
            "downloads": model["downloads"],
            "downloads_as_of": None if model["downloads"] is None else FIRST_DAY.date(),
        }
        for model in batch
    ]
    write_rows(session, MODEL_DETAIL, details)
    shapes = [
        {"model_id": model["id"], "tier": 3, "total_params": model["parameters"]} | from_bench
        for model in batch
    ]
    write_rows(session, MODEL_ARCHITECTURE, shapes)
    write_sold(session, batch)


def write_sold(session: Session, batch: list[dict[str, Any]]) -> None:
    """Prices and hosts of those that have some."""
    offers: list[OfferRecord] = []
    prices: list[PriceRecord] = []
    for model in batch:
        if model["rank"] % PRICED_EVERY == 0:
            for place in range(2):
                region = REGIONS[(model["rank"] + place) % len(REGIONS)]
                offer = OfferRecord(
                    id=f"azure/{model['name']}/{region}",
                    provider_id="azure",
                    model_id=model["id"],
                    model_key=model["name"],
                    region=region,
                    deployment="regional" if place else "global",
                )
                offers.append(offer)
                prices += [_token_price(offer, model["amount"], kind) for kind in KINDS]
    save_records(session, offers)
    merge_price_history(session, prices)
    hosted = [model for model in batch if model["rank"] % HOSTED_EVERY == 0]
    write_rows(
        session,
        AZURE_MODEL,
        [
            {"name": model["name"], "model_id": model["id"], "source": "bench", "flags": "[]"}
            for model in hosted
        ],
    )
    rows = [
        {"name": model["name"], "sku": f"H{host}", "instance_id": f"azure/H{host}"}
        | {"place": host, "recommended": False}
        for model in hosted
        for host in (model["rank"] // HOSTED_EVERY % (HOSTS - 1), HOSTS - 1)
    ]
    write_rows(session, AZURE_MODEL_HOST, rows)


def _token_price(offer: OfferRecord, amount: Decimal, kind: Kind) -> PriceRecord:
    return PriceRecord(
        offer_id=offer.id,
        model_id=offer.model_id,
        region=offer.region,
        deployment=offer.deployment,
        kind=kind,
        amount=amount if kind == "input" else amount * 3,
        per=Decimal(1_000_000),
        unit="token",
        **_read_on_the_first_day(f"{offer.id}/{kind}"),
    )


def _host_price(host: InstanceRecord, region: str) -> PriceRecord:
    return PriceRecord(
        instance_id=host.id,
        region=region,
        kind="instance",
        term="on_demand",
        amount=Decimal(4),
        per=Decimal(1),
        unit="hour",
        **_read_on_the_first_day(f"{host.id}/{region}"),
    )


def _read_on_the_first_day(source_key: str) -> dict[str, Any]:
    return {
        "provider_id": "azure",
        "currency": "USD",
        "valid_from": FIRST_DAY,
        "as_of": FIRST_DAY.date(),
        "fetched_at": FIRST_DAY,
        "source": "bench",
        "source_key": source_key,
        "rank": 1,
    }
