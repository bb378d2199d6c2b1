"""Settings: the few values that differ between one installation and the next.

They come from environment variables with the prefix ``MODELCOST_``. The environment is an argument
of :func:`load_settings`; nothing is read when this file is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.types import SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from catalog.azure_addresses import AZURE_REGISTRIES, checked_address, checked_registries
from catalog.chat_limits import COUNTED, MONEY, WHOSE, checked_limit
from catalog.errors import SettingInvalid
from catalog.source_addresses import (
    ECB_URL,
    HUGGINGFACE_URL,
    LITELLM_URL,
    ROUTER_URL,
    checked_source_url,
    checked_token,
)

PREFIX = "MODELCOST_"
DATABASE_FILE = "modelcost.db"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Make the settings out of environment variables; an empty variable counts as not set.

    Args:
        environment: names and values, usually ``os.environ``.

    Raises:
        SettingInvalid: a value cannot be used; the message names the variable.
    """
    values = {
        field: environment[PREFIX + field.upper()]
        for field in Settings.model_fields
        if environment.get(PREFIX + field.upper(), "").strip()
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problem = error.errors()[0]
        variable = PREFIX + str(problem["loc"][0]).upper()
        raise SettingInvalid(variable, _sentence(variable, problem)) from None


def describe(settings: Settings) -> list[SettingLine]:
    """List every setting with its value and where it came from; passwords are masked."""
    lines = []
    for field in Settings.model_fields:
        value = getattr(settings, field)
        text = masked_url(value) if field == "database_url" else _shown(value)
        given = field in settings.model_fields_set
        origin: Literal["environment", "default"] = "environment" if given else "default"
        lines.append(SettingLine(name=PREFIX + field.upper(), value=text, origin=origin))
    return lines


def masked_url(url: str) -> str:
    """The database URL with every password in it replaced by ``***``."""
    parsed = make_url(url)
    if "password" in parsed.query:
        parsed = parsed.update_query_dict({"password": "***"})
    return parsed.render_as_string(hide_password=True)


def _shown(value: object) -> str:
    """A value for a person: secrets masked, what is not set left empty."""
    if isinstance(value, SecretStr):
        return "***"
    return "" if value is None else str(value)


class SettingLine(BaseModel):
    """One line of :func:`describe`: variable name, value as text, origin."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: str
    origin: Literal["environment", "default"]


def _default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("modelcost", appauthor=False))


def _default_database_url(fields: dict[str, Any]) -> str:
    folder = fields.get("data_dir") or _default_data_dir()
    return URL.create("sqlite", database=str(folder / DATABASE_FILE)).render_as_string()


class Settings(BaseSettings):
    """The settings of one process. Made by :func:`load_settings`.

    Attributes:
        data_dir: folder for everything that the program writes.
        database_url: SQLAlchemy URL, ``sqlite:///...`` or ``postgresql+psycopg://...``.
        host: address that the web server listens on.
        port: TCP port that it listens on; 0 lets the system pick a free one.
        huggingface_url, router_url: the Hub or a mirror, and its router: scheme, host and prefix.
        litellm_url: litellm's price map: the address of the whole file.
        ecb_url: the European Central Bank's list of rates: the address of the whole file.
        huggingface_token: of a person at the Hub; None: anonymous.
        endpoints_file: model servers of the test chat; None: `endpoints.yaml` in the data folder.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(default_factory=_default_data_dir)
    database_url: str = Field(default_factory=_default_database_url)
    host: str = "127.0.0.1"
    port: int = Field(default=8050, ge=0, le=65535)

    huggingface_url: str = HUGGINGFACE_URL
    router_url: str = ROUTER_URL
    litellm_url: str = LITELLM_URL
    ecb_url: str = ECB_URL
    huggingface_token: SecretStr | None = None
    endpoints_file: Path | None = None

    @field_validator("huggingface_url", "router_url", "litellm_url", "ecb_url")
    @classmethod
    def _address_of_a_source(cls, value: str) -> str:
        return checked_source_url(value)

    @field_validator("huggingface_token")
    @classmethod
    def _token_of_plain_letters(cls, value: SecretStr | None) -> SecretStr | None:
        return None if value is None else SecretStr(checked_token(value.get_secret_value()))

    @field_validator("data_dir", "endpoints_file")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _one_of_two_databases(cls, value: str) -> str:
        return _supported_url(value)

    # Azure's live sources.
    azure_gallery_url: str = "https://api.catalog.azureml.ms"
    """The public model gallery: scheme, host and prefix."""
    azure_registry_url: str = "https://eastus.api.azureml.ms"
    """Where registries are found; another address stands for all hosts of Azure ML."""
    azure_retail_url: str = "https://prices.azure.com"
    """The retail price list: scheme, host and prefix."""
    azure_registries: str = ",".join(AZURE_REGISTRIES)
    """Names of Azure ML registries with commas between them."""

    # What may be asked of the test chat's endpoints; None: as `dashboard.chat.limits` says.
    chat_session_answers_an_hour: str | None = None
    chat_session_answers_a_day: str | None = None
    chat_session_usd_an_hour: str | None = None
    chat_session_usd_a_day: str | None = None
    chat_service_answers_an_hour: str | None = None
    chat_service_answers_a_day: str | None = None
    chat_service_usd_an_hour: str | None = None
    chat_service_usd_a_day: str | None = None

    @field_validator(*(f"chat_{whose}_{limit}" for whose in WHOSE for limit in (*COUNTED, *MONEY)))
    @classmethod
    def _limit_of_the_chat(cls, value: str | None, info: ValidationInfo) -> str | None:
        limit = str(info.field_name).split("_", 2)[2]
        return None if value is None else checked_limit(limit, value)

    @property
    def azure_registry_names(self) -> tuple[str, ...]:
        """The registries one by one, in order."""
        return tuple(self.azure_registries.split(","))

    @field_validator("azure_gallery_url", "azure_registry_url", "azure_retail_url")
    @classmethod
    def _azure_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value, takes_token=info.field_name == "azure_registry_url")

    @field_validator("azure_registries")
    @classmethod
    def _azure_names(cls, value: str) -> str:
        return ",".join(checked_registries(value))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the caller only, so that the environment stays an argument."""
        return (init_settings,)


def _supported_url(value: str) -> str:
    """The URL in the one form that the program uses.

    Raises:
        ValueError: not a URL, or of a database other than SQLite (a file) and PostgreSQL. The
            message never repeats the value, which may hold a password.
    """
    wanted = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    try:
        url = make_url(value.strip())
    except (ArgumentError, ValueError):
        raise ValueError(f"{wanted}, found text that is no URL") from None
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
    elif url.drivername in ("sqlite", "sqlite+pysqlite"):
        url = url.set(drivername="sqlite")
        if not url.database or url.database == ":memory:":
            raise ValueError(f"{wanted}, found a SQLite URL without a file")
    else:
        raise ValueError(f"{wanted}, found the scheme {url.drivername!r}")
    return url.render_as_string(hide_password=False)


def _sentence(variable: str, problem: Any) -> str:
    """One sentence for a person about a refused setting; only the port has checks of pydantic's."""
    if problem["type"] == "value_error":
        return f"{variable}: {problem['ctx']['error']}. Correct or unset the variable."
    return (
        f"{variable}: expected a whole number from 0 to 65535, found {problem['input']!r}. "
        "Correct or unset the variable."
    )
