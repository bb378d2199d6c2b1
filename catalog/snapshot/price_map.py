"""Reading the price map inside a litellm wheel: as data, out of the zip; nothing is installed.

The package itself is never imported: it pins other versions of what we use, and releases of it once
carried code that stole credentials.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.errors import ReferenceDataInvalid

MAP_PATH = "litellm/model_prices_and_context_window_backup.json"
LARGEST_MAP_BYTES = 32_000_000
EXAMPLE_KEY = "sample_spec"


@dataclass(frozen=True, kw_only=True)
class PriceMap:
    """The map of one release.

    Attributes:
        version: of the release, as its metadata folder says; another word for the file itself.
        entries: key to what the map says of it; numbers with a point are Decimal, as written.
        url: where it was read.
    """

    version: str
    entries: Mapping[str, Mapping[str, Any]]
    url: str


def read_price_map(wheel: Path, largest_bytes: int = LARGEST_MAP_BYTES) -> PriceMap:
    """The map in a wheel, without the key that only shows the form.

    Args:
        wheel: the file as the package index gives it; only two of its members are read.
        largest_bytes: a map that unpacks to more is refused.

    Raises:
        ReferenceDataInvalid: no such file, no zip, no map in it, a map that is too large or no
            JSON object of objects.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            version = _version(wheel, archive)
            text = _member(wheel, archive, largest_bytes)
    except OSError as error:
        raise _refused(wheel, error.strerror or type(error).__name__) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise _refused(wheel, f"no readable zip archive ({error})") from error
    try:
        entries = map_entries(text)
    except (ValueError, RecursionError) as error:
        raise _refused(wheel, f"a map that is no JSON ({error})") from error
    if entries is None or not all(isinstance(value, dict) for value in entries.values()):
        raise _refused(wheel, "a map that is no JSON object of objects")
    url = f"https://pypi.org/project/litellm/{version}/"
    return PriceMap(version=version, entries=entries, url=url)


def map_entries(text: bytes) -> dict[str, Any] | None:
    """What a map says by key, without the key that only shows the form; None: it is no object.

    Raises:
        ValueError: no JSON in UTF-8.
        RecursionError: JSON in JSON without end.
    """
    content = json.loads(text.decode("utf-8"), parse_float=Decimal)
    if not isinstance(content, dict):
        return None
    return {key: value for key, value in content.items() if key != EXAMPLE_KEY}


def _version(wheel: Path, archive: zipfile.ZipFile) -> str:
    for name in archive.namelist():
        folder, slash, _ = name.partition(".dist-info/")
        package, dash, version = folder.partition("-")
        if slash and package == "litellm" and dash and version:
            return version
    raise _refused(wheel, "no folder litellm-VERSION.dist-info in it")


def _member(wheel: Path, archive: zipfile.ZipFile, largest_bytes: int) -> bytes:
    if MAP_PATH not in archive.namelist():
        raise _refused(wheel, f"no {MAP_PATH} in it")
    with archive.open(MAP_PATH) as member:
        content = member.read(largest_bytes + 1)
    if len(content) > largest_bytes:
        raise _refused(wheel, f"a map of more than {largest_bytes} bytes")
    return content


def _refused(wheel: Path, found: str) -> ReferenceDataInvalid:
    return ReferenceDataInvalid(
        f"Expected a litellm wheel with a price map at {wheel}, found: {found}. "
        "Download the wheel from the package index and name it with --price-map."
    )
