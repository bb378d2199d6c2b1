"""In which country a region lies: public facts, used to judge where requests may be
processed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

COUNTRY_OF_REGION: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("australiacentral", "australiacentral2", "australiaeast", "australiasoutheast"), "AU"
    ),
    **dict.fromkeys(("brazilsouth", "brazilsoutheast"), "BR"),
    **dict.fromkeys(("canadacentral", "canadaeast"), "CA"),
    **dict.fromkeys(
        ("centralindia", "southindia", "westindia", "jioindiacentral", "jioindiawest"), "IN"
    ),
    **dict.fromkeys(
        (
            "centralus",
            "eastus",
            "eastus2",
            "northcentralus",
            "southcentralus",
            "usgovarizona",
            "usgovtexas",
            "usgovvirginia",
            "westcentralus",
            "westus",
            "westus2",
            "westus3",
        ),
        "US",
    ),
    **dict.fromkeys(("francecentral", "francesouth"), "FR"),
    **dict.fromkeys(("germanynorth", "germanywestcentral"), "DE"),
    **dict.fromkeys(("japaneast", "japanwest"), "JP"),
    **dict.fromkeys(("koreacentral", "koreasouth"), "KR"),
    **dict.fromkeys(("norwayeast", "norwaywest"), "NO"),
    **dict.fromkeys(("southafricanorth", "southafricawest"), "ZA"),
    **dict.fromkeys(("swedencentral", "swedensouth"), "SE"),
    **dict.fromkeys(("switzerlandnorth", "switzerlandwest"), "CH"),
    **dict.fromkeys(("uaecentral", "uaenorth"), "AE"),
    **dict.fromkeys(("uksouth", "ukwest"), "GB"),
    # Regions of other providers, where the name itself says the country.
    **dict.fromkeys(("us-east-1", "us-west-1"), "US"),
    "asia-northeast-1": "JP",
    "austriaeast": "AT",
    "belgiumcentral": "BE",
    "chilecentral": "CL",
    "eastasia": "HK",
    "indonesiacentral": "ID",
    "israelcentral": "IL",
    "italynorth": "IT",
    "malaysiawest": "MY",
    "mexicocentral": "MX",
    "newzealandnorth": "NZ",
    "northeurope": "IE",
    "polandcentral": "PL",
    "qatarcentral": "QA",
    "southeastasia": "SG",
    "spaincentral": "ES",
    "westeurope": "NL",
}


def country_of(region: str | None) -> str | None:
    """The country code of a region; None where no region is named or it is not in the table."""
    return None if region is None else COUNTRY_OF_REGION.get(region)


class Placed(Protocol):
    """What is sold somewhere."""

    @property
    def region(self) -> str | None:
        """The region that it is sold in, if stated."""

    @property
    def deployment(self) -> str:
        """Where requests may be processed."""


def stays_in(offer: Placed, country: str | None) -> bool:
    """Whether requests to an offer by the token are processed in this country and nowhere else; any
    does where no country is asked for. Only a regional deployment names where it processes."""
    if country is None:
        return True
    return offer.deployment == "regional" and country_of(offer.region) == country.upper()


EU: Final = frozenset(
    {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
        *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }
)
"""Countries of the European Union."""


def zone_of(region: str | None) -> str | None:
    """The data zone that a region belongs to: us, us-gov, eu; None for any other, or no region.

    Azure names two data zones, the United States and the European Union.
    """
    if region is not None and region.startswith("usgov"):
        return "us-gov"
    country = country_of(region)
    if country == "US":
        return "us"
    return "eu" if country in EU else None
