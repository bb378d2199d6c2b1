"""The fields of one endpoint in the operator's file, each read and refused by name."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import SecretStr
from rapidfuzz import fuzz, process

from catalog.scenario_problems import kind_of
from catalog.source_addresses import checked_token
from dashboard.chat.addresses import Network, Target, is_private, read_target
from dashboard.chat.endpoints import AUTHS, KINDS, Auth, Capabilities, Endpoint, Kind, Reason, shown
from dashboard.chat.errors import ChatRefused

Place = tuple[str | int, ...]
Word = TypeVar("Word", bound=str)

KEYS: Final = (
    "name", "label", "base_url", "kind", "model", "catalog_model", "api_key_env", "auth",
    "region", "data_stays", "capabilities", "embedding_model", "embedding_catalog_model",
)  # fmt: skip
LONGEST_TEXT: Final = 300
LONGEST_WORD: Final = 20
LEAST_LIKENESS: Final = 60
ASKED_PATH: Final = "/chat/completions"
AZURE_PATH: Final = "/openai/v1"
AZURE_HOSTS: Final = (".azure.com", ".azure.us", ".azure.cn", ".azure-api.net")

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_SECRET_KEY = re.compile(r"(api_?)?key|.*(token|secret|password|bearer|credential).*", re.ASCII)


class Fields:
    """Named values of a document at one place; what is wrong with them is gathered in `found`."""

    def __init__(self, value: Any, place: Place, found: list[tuple[Place, Reason]]) -> None:
        self.place = place
        self.found = found
        self._values: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self._add(place, "endpoint_not_named", found=kind_of(value))

    def refuse(self, code: str, key: str, /, **facts: str) -> None:
        """Note that the value of a key is wrong."""
        self._add((*self.place, key), code, **facts)

    def only(self, *known: str) -> None:
        """Refuse every other key, by name and with the nearest that is known."""
        for key in self._values:
            if key in known:
                continue
            if _SECRET_KEY.fullmatch(key.casefold().replace("-", "_")):
                self.refuse("endpoint_secret", key, key=shown(key))
                continue
            near = process.extractOne(key, known, scorer=fuzz.WRatio, score_cutoff=LEAST_LIKENESS)
            code = "endpoint_key_nearest" if near else "endpoint_key_unknown"
            hint = near[0] if near else ", ".join(known)
            self.refuse(code, key, key=shown(key), known=hint)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Text on one line with something in it; None where there is none."""
        value = self._values.get(key)
        if value is None:
            if required:
                self.refuse("endpoint_missing", key, key=key)
            return None
        text = value.strip() if isinstance(value, str) else ""
        if not text or len(text) > LONGEST_TEXT or not text.isprintable():
            self.refuse("endpoint_text", key, most=str(LONGEST_TEXT))
            return None
        return str(text)

    def literal(self, key: str) -> str | None:
        """A number or a word as it is written; None where it is left out."""
        value = self._values.get(key)
        return None if value is None else str(value)

    def word(self, key: str, allowed: Sequence[Word], *, required: bool = True) -> Word | None:
        """One of some words; None where it is left out."""
        text = self.text(key, required=required)
        for one in allowed:
            if text == one:
                return one
        if text is not None:
            found = text if len(text) <= LONGEST_WORD else "…"  # a long one may be a key
            self.refuse("endpoint_not_one_of", key, allowed=", ".join(allowed), found=found)
        return None

    def truth(self, key: str) -> bool:
        """True or false; false where it is left out."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            self.refuse("endpoint_truth", key, found=kind_of(value))
        return value is True

    def holds(self, key: str) -> bool:
        """Whether there is something under this key."""
        return self._values.get(key) is not None

    def listed(self, key: str, *, required: bool = False) -> Sequence[Any]:
        """The values of a list."""
        value = self._values.get(key)
        if isinstance(value, list):
            return value
        if value is not None:
            self.refuse("endpoint_not_listed", key, found=kind_of(value))
        elif required:
            self.refuse("endpoint_missing", key, key=key)
        return ()

    def inside(self, key: str, number: int | None, value: Any) -> Fields:
        """The named values that stand under a key, or at a place of its list."""
        steps: Place = (key,) if number is None else (key, number)
        return Fields(value, (*self.place, *steps), self.found)

    def named(self, key: str) -> Fields:
        """The named values under a key; nothing where it is left out."""
        value = self._values.get(key)
        return self.inside(key, None, {} if value is None else value)

    def _add(self, place: Place, code: str, /, **facts: str) -> None:
        self.found.append((place, Reason(code=code, facts=facts)))


def read_networks(fields: Fields) -> tuple[Network, ...]:
    """The private networks that may be called. A public one, or all, is refused."""
    networks: list[Network] = []
    for value in fields.listed("allowed_networks"):
        try:
            network = ipaddress.ip_network(str(value))
        except ValueError:
            fields.refuse("endpoint_network", "allowed_networks", found=shown(value))
            continue
        if is_private(network):
            networks.append(network)
        else:
            fields.refuse("endpoint_network_public", "allowed_networks", found=str(network))
    return tuple(networks)


def read_endpoint(
    fields: Fields, allowed: tuple[Network, ...], environment: Mapping[str, str]
) -> Endpoint | None:
    """One endpoint; None where something that it needs is wrong."""
    fields.only(*KEYS)
    name = fields.text("name", required=True)
    if name is not None and not NAME.fullmatch(name):
        fields.refuse("endpoint_name", "name", found=shown(name))
    kind, auth = fields.word("kind", KINDS), fields.word("auth", AUTHS)
    target = _target(fields, kind, allowed)
    model = fields.text("model", required=True)
    variable = _variable(fields, auth)
    inner = fields.named("capabilities")
    inner.only("reasoning", "embeddings")
    abilities = Capabilities(
        reasoning=inner.truth("reasoning"), embeddings=inner.truth("embeddings")
    )
    texts = {
        key: fields.text(key)
        for key in (
            "label", "catalog_model", "region", "data_stays",
            "embedding_model", "embedding_catalog_model",
        )
    }  # fmt: skip
    if name is None or kind is None or auth is None or target is None or model is None:
        return None
    if auth == "entra_id":
        _require_azure(fields, kind, target)
    key, not_ready = _key(variable, environment)
    return Endpoint(
        name=name,
        label=texts["label"] or name,
        target=target,
        kind=kind,
        model=model,
        auth=auth,
        catalog_model=texts["catalog_model"],
        api_key=key,
        region=texts["region"],
        data_stays=texts["data_stays"],
        capabilities=abilities,
        allowed=allowed,
        embedding_model=texts["embedding_model"],
        embedding_catalog_model=texts["embedding_catalog_model"],
        not_ready=not_ready,
    )


def _target(fields: Fields, kind: Kind | None, allowed: tuple[Network, ...]) -> Target | None:
    text = fields.text("base_url", required=True)
    if text is None:
        return None
    try:
        target = read_target(text, allowed)
    except ChatRefused as refused:
        fields.refuse(refused.code, "base_url", **refused.facts)
        return None
    if target.path.endswith(ASKED_PATH):
        fields.refuse("endpoint_asked_path", "base_url", path=ASKED_PATH)
    elif kind == "azure" and not target.path.endswith(AZURE_PATH):
        fields.refuse("endpoint_azure_path", "base_url", path=AZURE_PATH)
    return target


def _variable(fields: Fields, auth: Auth | None) -> str | None:
    """The name of the variable with the key. A key in its place is refused and never repeated."""
    name = fields.text("api_key_env", required=auth == "key")
    if name is None:
        return None
    if not VARIABLE.fullmatch(name):
        fields.refuse("endpoint_variable", "api_key_env")
        return None
    if auth in ("entra_id", "none"):
        fields.refuse("endpoint_key_unused", "api_key_env", auth=str(auth))
    return name


def _require_azure(fields: Fields, kind: Kind, target: Target) -> None:
    """A token of Entra ID opens more than one endpoint, so it goes to Azure only."""
    if kind != "azure" or target.scheme != "https" or not target.host.endswith(AZURE_HOSTS):
        fields.refuse("endpoint_entra", "auth", hosts=", ".join(f"*{one}" for one in AZURE_HOSTS))


def _key(
    variable: str | None, environment: Mapping[str, str]
) -> tuple[SecretStr | None, Reason | None]:
    """The key, or why there is none."""
    if variable is None:
        return None, None
    text = environment.get(variable, "").strip()
    if not text:
        return None, Reason(code="endpoint_no_key", facts={"variable": variable})
    try:
        return SecretStr(checked_token(text)), None
    except ValueError:
        return None, Reason(code="endpoint_bad_key", facts={"variable": variable})
