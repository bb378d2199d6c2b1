"""All services that a sync reads, as emulators on this machine, and settings that lead there."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from tests.emulators.azure.gallery import Gallery, summary
from tests.emulators.azure.registry import TOKEN, Registries
from tests.emulators.azure.retail import RetailList, meter_row, vm_row
from tests.emulators.hub import hub_row
from tests.emulators.price_lists import MAP_PATH, router_row, served_by
from tests.emulators.rate_lists import LIST_PATH, day_of, rate_list
from tests.emulators.twisted import TwistedHub, TwistedPriceLists, TwistedRateList, TwistedService

NAMES = (
    "huggingface", "router", "azure_gallery", "azure_registry", "azure_retail", "litellm", "ecb",
)  # fmt: skip
REGISTRIES = ("azureml", "azureml-meta")
HUB_TOKEN = "hf_emulatedverysecret"  # of an emulator
SECRETS = (HUB_TOKEN, TOKEN)


def version(size: str, sku: str) -> dict[str, Any]:
    """What a registry says of one version of a model."""
    return {
        "tags": {
            "task": "text-generation",
            "license": "custom",
            "author": "Meta",
            "inference_compute_allow_list": f"['{sku}']",
        },
        "properties": {"inference-min-sku-spec": size, "inference-recommended-sku": sku},
    }


def map_entry(amount: float, **changes: Any) -> dict[str, Any]:
    """An entry of the price map."""
    return {
        "litellm_provider": "azure",
        "mode": "chat",
        "input_cost_per_token": amount,
        "output_cost_per_token": 4 * amount,
        **changes,
    }


@dataclass
class Emulated:
    """The services; use it as a context. Their content may be changed between two syncs."""

    hub: TwistedHub = field(default_factory=lambda: TwistedHub(page_rows=25))
    lists: TwistedPriceLists = field(default_factory=TwistedPriceLists)
    rates: TwistedRateList = field(default_factory=TwistedRateList)
    gallery: Gallery = field(default_factory=lambda: Gallery(rows=[], most_rows=25))
    registry: Registries = field(default_factory=lambda: Registries(page_size=2))
    retail: RetailList = field(default_factory=lambda: RetailList(rows=(), page_size=25))

    def __post_init__(self) -> None:
        self.services = {
            "huggingface": self.hub,
            "router": self.lists,
            "litellm": self.lists,
            "ecb": self.rates,
            "azure_gallery": TwistedService(self.gallery),
            "azure_registry": TwistedService(self.registry),
            "azure_retail": TwistedService(self.retail),
        }
        self.list_day(0)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for service in dict.fromkeys(self.services.values()):
                stack.enter_context(service)
            self._opened = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def environment(self) -> dict[str, str]:
        """The settings that lead here."""
        url = {name: service.base for name, service in self.services.items()}
        url["litellm"] += MAP_PATH
        url["ecb"] += LIST_PATH
        return {
            **{f"MODELCOST_{name.upper()}_URL": url[name] for name in NAMES},
            "MODELCOST_AZURE_REGISTRIES": ",".join(REGISTRIES),
            "MODELCOST_HUGGINGFACE_TOKEN": HUB_TOKEN,
        }

    def list_day(self, day: int) -> None:
        """What the services list on the first or on a later day: some of it has moved."""
        self.hub.rows = [
            hub_row(number, likes=number + day * (number % 3 == 0)) for number in range(75)
        ]
        self.lists.models = [
            router_row(
                f"org/model-{number}",
                served_by(pricing={"input": 0.88 + number, "output": 1.04 + number + day / 4}),
                served_by("novita", pricing={"input": 0.5 + number, "output": 2.5}),
            )
            for number in range(40)
        ]
        self.lists.price_map = {
            f"azure/gpt-4.{number}": map_entry(1e-06 * (number + 1 + day * (number % 2)))
            for number in range(40)
        }
        self.rates.content = rate_list(day_of(f"2025-11-{24 + day}"))
        self.gallery.rows[:] = [
            summary(f"phi-{number:02}", license="mit" if day else "other") for number in range(75)
        ]
        changed = version("6|1|112|128", "Standard_NC6s_v3")
        changed["tags"]["license"] = "mit" if day else "custom"
        self.registry.models = {
            "azureml": {f"model-{number}": [changed] for number in range(5)},
            "azureml-meta": {
                "Llama-2-7b": [{}, version("12|2|224|1474", "Standard_NC12s_v3")],
                "no-flavors": [{"flavors": ..., **version("6|1|112|128", "Standard_NC6s_v3")}],
            },
        }
        self.retail.rows = [
            *[
                vm_row(f"Standard_NC{6 * number}s_v3", 3.06 * number + day * (number % 2), **place)
                for place in ({}, {"armRegionName": "japaneast", "location": "JA East"})
                for number in range(1, 31)
            ],
            *[
                meter_row(f"gpt 4.1 {way} glbl Tokens", 0.002 + day / 1000)
                for way in ("Inp", "Outp")
            ],
        ]
